# PostgreSQL's own figures, for Prometheus.
{
  probe,
  services,
  settings,
  world,
  ...
}:
let
  inherit (services.postgres-exporter) ports;
in
{
  description = "PostgreSQL's figures for Prometheus";
  image = "postgres-exporter";
  environment = {
    DATA_SOURCE_URI = "${world.host "postgres"}:${toString services.postgres.ports.sql.number}/${settings.database.name}?sslmode=disable";
    DATA_SOURCE_USER = settings.database.user;
    DATA_SOURCE_PASS_FILE = world.secret "postgres-exporter" "postgres-password";
  };
  secrets = [ "postgres-password" ];
  ports.http = {
    number = 9187;
    metrics = "/metrics";
    about = "PostgreSQL's figures";
  };
  health = probe (ports.http // { name = "http"; }) "/";
  after = {
    setup = "completed";
    postgres = "healthy";
  };
  networks = [
    "data"
    "monitoring"
  ];
  profile = "monitoring";
  limits = {
    memory = 64;
    processes = 64;
    cpus = "0.5";
  };
}
