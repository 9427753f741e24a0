#!/bin/sh
# Makes the database on the first start, whole or not at all; then becomes PostgreSQL.
#
# PGDATA is a folder in a volume; RUCHE_POSTGRES_{USER,DATABASE,PASSWORD_FILE,LISTEN,CONFIGURATION} say the rest.
set -eu
umask 077

if [ ! -e "$PGDATA/PG_VERSION" ]; then
    new="$PGDATA.new"
    rm -rf "$new"
    mkdir -p "$new"
    initdb --pgdata="$new" --username=postgres --encoding=UTF8 --locale=C.UTF-8 --auth=reject --data-checksums >/dev/null
    # Single quotes are doubled, as SQL has them. It goes through a pipe: no argument list and no log shows it.
    password=$(sed "s/'/''/g" "$RUCHE_POSTGRES_PASSWORD_FILE")
    printf '%s\n' \
        "create role $RUCHE_POSTGRES_USER login password '$password'" \
        "grant pg_monitor to $RUCHE_POSTGRES_USER" \
        "create database $RUCHE_POSTGRES_DATABASE owner $RUCHE_POSTGRES_USER" |
        postgres --single -D "$new" -c log_statement=none postgres >/dev/null
    # A start that was cut off before this begins anew.
    mv "$new" "$PGDATA"
fi

exec postgres -D "$PGDATA" \
    -c config_file="$RUCHE_POSTGRES_CONFIGURATION/postgresql.conf" \
    -c hba_file="$RUCHE_POSTGRES_CONFIGURATION/pg_hba.conf" \
    -c unix_socket_directories="$(dirname "$PGDATA")" \
    -c listen_addresses="$RUCHE_POSTGRES_LISTEN"
