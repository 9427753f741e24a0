# RabbitMQ, which hands tasks out.
{
  services,
  world,
  ...
}:
let
  inherit (services.rabbitmq) ports;
in
{
  description = "RabbitMQ: hands tasks to workers, Ruche's and Celery's";
  image = "rabbitmq";
  environment = {
    HOME = world.volume "rabbitmq" "/var/lib/rabbitmq";
    RABBITMQ_MNESIA_BASE = "${world.volume "rabbitmq" "/var/lib/rabbitmq"}/mnesia";
    RABBITMQ_CONFIG_FILE = world.configuration "rabbitmq" "/etc/rabbitmq/rabbitmq.conf";
    RABBITMQ_CONFIG_FILES = "${world.secretFolder "rabbitmq"}/*.conf";
    RABBITMQ_ENABLED_PLUGINS_FILE = world.configuration "rabbitmq" "/etc/rabbitmq/enabled_plugins";
    RABBITMQ_LOGS = "-";
    # Some logs of its start cannot go to the console.
    RABBITMQ_LOG_BASE = "${world.volume "rabbitmq" "/var/lib/rabbitmq"}/log";
    RABBITMQ_NODE_IP_ADDRESS = world.listen;
    RABBITMQ_NODENAME = "rabbit@${world.node "rabbitmq"}";
  };
  secrets = [ "rabbitmq-user.conf" ];
  ports = {
    amqp = {
      number = 5672;
      about = "AMQP 0-9-1";
    };
    management = {
      number = 15672;
      published = {
        address = "127.0.0.1";
        port = 15672;
      };
      page = "/rabbitmq/";
      about = "RabbitMQ's own pages";
    };
    prometheus = {
      number = 15692;
      metrics = "/metrics";
      about = "metrics";
    };
  };
  volumes.rabbitmq = "/var/lib/rabbitmq";
  # Its listeners open last. Asking `rabbitmq-diagnostics` would start a second Erlang machine every few seconds, which costs more than
  # an idle broker itself.
  health = {
    port = "amqp";
    command = [
      "/bin/ruche-container"
      "probe"
      "tcp://127.0.0.1:${toString ports.amqp.number}"
      "tcp://127.0.0.1:${toString ports.management.number}"
    ];
  };
  after.setup = "completed";
  networks = [
    "data"
    "edge"
    "monitoring"
  ];
  native = true;
  stopSeconds = 60;
  limits = {
    memory = 1024;
    processes = 1024;
    cpus = "1.0";
  };
}
