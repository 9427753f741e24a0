# The HTTP API and the maintenance duties.
{
  probe,
  services,
  settings,
  world,
  ...
}:
let
  inherit (services.server) ports;
  shutdownSeconds = 10;
in
{
  description = "the HTTP API, live events, maintenance";
  image = "server";
  command = [
    "serve"
    "--wait-for-services"
    "60"
  ];
  environment = {
    RUCHE_HTTP__LISTEN = "${world.listen}:${toString ports.http.number}";
    RUCHE_HTTP__API_KEY_FILE = world.secret "server" "api-key";
    RUCHE_HTTP__TRUSTED_PROXIES = builtins.concatStringsSep "," settings.proxies;
    RUCHE_DATABASE__URL_FILE = world.secret "server" "database-url";
    RUCHE_BROKER__URL_FILE = world.secret "server" "broker-url";
    RUCHE_ARTIFACTS__LOCATION = world.volume "artifacts" "/var/lib/ruche/artifacts";
    RUCHE_SERVER__SHUTDOWN_SECONDS = toString shutdownSeconds;
    RUCHE_TELEMETRY__LOG_FORMAT = "json";
  }
  // world.brokerEnvironment;
  secrets = [
    "api-key"
    "broker-url"
    "database-url"
  ];
  ports.http = {
    number = 8000;
    published = {
      address = "127.0.0.1";
      port = 8000;
    };
    page = "/docs";
    metrics = "/metrics";
    about = "HTTP API, Swagger UI";
  };
  volumes.artifacts = "/var/lib/ruche/artifacts";
  health = probe (ports.http // { name = "http"; }) "/readyz" // {
    live = "/livez";
    command = [
      "/bin/ruche-server"
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
    "edge"
    "monitoring"
  ];
  native = true;
  kubernetes = "workload";
  scales = true;
  replicas = {
    least = 2;
    most = 6;
  };
  stopSeconds = shutdownSeconds + 5;
  limits = {
    memory = 512;
    processes = 256;
    cpus = "1.0";
  };
}
