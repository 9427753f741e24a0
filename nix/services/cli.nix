# The `ruche` command within the deployment: `docker compose run --rm cli tasks`.
{
  services,
  world,
  ...
}:
{
  description = "the ruche command, on demand";
  image = "cli";
  command = [ "--help" ];
  environment = {
    RUCHE_SERVER = "http://${world.host "server"}:${toString services.server.ports.http.number}";
    RUCHE_API_KEY_FILE = world.secret "cli" "api-key";
  };
  secrets = [ "api-key" ];
  after.setup = "completed";
  networks = [ "app" ];
  profile = "tools";
  oneShot = true;
  limits = {
    memory = 256;
    processes = 64;
    cpus = "0.5";
  };
}
