# Brings the database to this version's schema before anybody uses it.
{ services, world, ... }:
{
  description = "brings the database to this version's schema";
  image = "server";
  command = [
    "migrate"
    "--wait-for-services"
    "60"
  ];
  environment = {
    RUCHE_DATABASE__URL_FILE = world.secret "migrate" "database-url";
    inherit (services.server.environment) RUCHE_TELEMETRY__LOG_FORMAT;
  };
  secrets = [ "database-url" ];
  after = {
    setup = "completed";
    postgres = "healthy";
  };
  networks = [ "data" ];
  oneShot = true;
  native = true;
  kubernetes = "job";
  limits = {
    memory = 128;
    processes = 64;
    cpus = "1.0";
  };
}
