# Runs tasks. Any number of them: `docker compose up --scale worker=3`.
{
  probe,
  services,
  world,
  ...
}:
let
  inherit (services.worker) ports;
  drainSeconds = 20;
in
{
  description = "runs tasks";
  image = "worker";
  command = [
    "run"
    "--wait-for-services"
    "60"
  ];
  environment = {
    RUCHE_WORKER__LISTEN = "${world.listen}:${toString ports.metrics.number}";
    RUCHE_DATABASE__URL_FILE = world.secret "worker" "database-url";
    RUCHE_BROKER__URL_FILE = world.secret "worker" "broker-url";
    RUCHE_ARTIFACTS__LOCATION = world.volume "artifacts" "/var/lib/ruche/artifacts";
    RUCHE_WORKER__DRAIN_SECONDS = toString drainSeconds;
    inherit (services.server.environment) RUCHE_TELEMETRY__LOG_FORMAT;
  }
  // world.brokerEnvironment;
  secrets = [
    "broker-url"
    "database-url"
  ];
  ports.metrics = {
    number = 8001;
    metrics = "/metrics";
    about = "health and metrics of one worker";
  };
  volumes.artifacts = "/var/lib/ruche/artifacts";
  scratch = {
    "/tmp" = 256;
  };
  health = probe (ports.metrics // { name = "metrics"; }) "/readyz" // {
    live = "/livez";
    command = [
      "/bin/ruche-worker"
      "healthcheck"
    ];
  };
  after = {
    setup = "completed";
    migrate = "completed";
    postgres = "healthy";
    rabbitmq = "healthy";
  };
  networks = [
    "app"
    "data"
    "monitoring"
  ];
  native = true;
  kubernetes = "workload";
  scales = true;
  replicas = {
    least = 2;
    most = 20;
  };
  # What runs may finish, then outcomes are written and connections closed.
  stopSeconds = drainSeconds + 10;
  limits = {
    memory = 1024;
    processes = 512;
    cpus = "1.0";
  };
}
