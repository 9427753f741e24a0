# RabbitMQ; its own scripts need a shell.
{
  bash,
  coreutils,
  rabbitmq-server,
  runCommand,
}:
{
  contents = [
    bash
    coreutils
    rabbitmq-server
    (runCommand "rabbitmq-files" { } ''
      install -Dm555 ${./files/rabbitmq/entrypoint.sh} "$out/bin/ruche-rabbitmq"
      install -Dm444 -t "$out/etc/rabbitmq" ${./files/rabbitmq}/rabbitmq.conf ${./files/rabbitmq}/enabled_plugins
    '')
  ];
}
