# The deployment as plain processes, without containers: PostgreSQL, RabbitMQ, migration, server, worker.
{
  bash,
  coreutils,
  gnused,
  lib,
  postgresql_18,
  process-compose,
  programs,
  rabbitmq-server,
  runCommand,
  writeShellApplication,
  writeText,
}:
let
  configuration = runCommand "ruche-configuration" { } ''
    mkdir -p "$out/postgres" "$out/rabbitmq"
    cp ${../images/files/postgres}/*.conf "$out/postgres"
    cp ${../images/files/rabbitmq}/rabbitmq.conf ${../images/files/rabbitmq}/enabled_plugins "$out/rabbitmq"
  '';
  rendered = import ../render.nix {
    programs = {
      setup = lib.getExe programs.ruche-container;
      server = lib.getExe programs.ruche-server;
      worker = lib.getExe programs.ruche-worker;
      postgres = "sh ${../images/files/postgres/entrypoint.sh}";
      rabbitmq = "sh ${../images/files/rabbitmq/entrypoint.sh}";
    };
  };
in
writeShellApplication {
  name = "up";
  meta.description = "PostgreSQL, RabbitMQ, server and worker as plain processes, in ./.ruche";
  runtimeInputs = [
    bash
    coreutils
    gnused
    postgresql_18
    process-compose
    programs.ruche-container
    rabbitmq-server
  ];
  text = ''
    export RUCHE_HOME="''${RUCHE_HOME:-$PWD/.ruche}" RUCHE_CONFIGURATION=${configuration}
    mkdir -p "$RUCHE_HOME/data"
    chmod 700 "$RUCHE_HOME"
    exec process-compose --config ${writeText "process-compose.yaml" rendered.processCompose} --port "''${RUCHE_UP_PORT:-8099}" up "$@"
  '';
}
