# PostgreSQL; initdb and the first start's script need a shell.
{
  bash,
  coreutils,
  gnused,
  postgresql_18,
  runCommand,
}:
{
  contents = [
    bash
    coreutils
    gnused
    postgresql_18
    (runCommand "postgres-files" { } ''
      install -Dm555 ${./files/postgres/entrypoint.sh} "$out/bin/ruche-postgres"
      install -Dm444 -t "$out/etc/postgresql" ${./files/postgres}/*.conf
    '')
  ];
}
