# Every secret: how the first start makes it, and which services get it. `{random}` is 256 random bits in hexadecimal digits,
# `{name}` the secret of that name.
{ services, world }:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    attrValues
    ;
  settings = import ./settings.nix;
  port = service: name: toString services.${service}.ports.${name}.number;
  host = world.host;

  values = {
    # As the keys look that `ruche keys create` makes, and as the client asks for them.
    api-key = "rk_{random}";
    postgres-password = "{random}";
    rabbitmq-password = "{random}";
    grafana-password = "{random}";
    database-url = "postgres://${settings.database.user}:{postgres-password}@${host "postgres"}:${port "postgres" "sql"}/${settings.database.name}";
    broker-url = "amqp://${settings.broker.user}:{rabbitmq-password}@${host "rabbitmq"}:${port "rabbitmq" "amqp"}/%2f";
    # RabbitMQ reads its first account from its configuration; the file ends in .conf as it looks for those.
    "rabbitmq-user.conf" =
      "default_user = ${settings.broker.user}\ndefault_pass = {rabbitmq-password}\n";
  };
in
{
  inherit values;
  # The folders of those who have any: service's name to names of secrets.
  places = builtins.listToAttrs (
    map (service: {
      inherit (service) name;
      value = service.secrets;
    }) (filter (service: service.secrets != [ ]) (attrValues services))
  );
  # The arguments of `ruche-container secrets`, after the folder.
  arguments =
    concatMap (name: [
      "--value"
      "${name}=${values.${name}}"
    ]) (attrNames values)
    ++ concatMap (
      service:
      concatMap (name: [
        "--place"
        "${service.name}/${name}"
      ]) service.secrets
    ) (attrValues services);
}
