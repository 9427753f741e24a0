# PostgreSQL, which holds the truth. The image makes the database on its first start.
{
  settings,
  world,
  ...
}:
{
  description = "PostgreSQL: every task, durably";
  image = "postgres";
  environment = {
    PGDATA = "${world.volume "postgres" "/var/lib/postgresql"}/data";
    PGPORT = "5432";
    RUCHE_POSTGRES_USER = settings.database.user;
    RUCHE_POSTGRES_DATABASE = settings.database.name;
    RUCHE_POSTGRES_PASSWORD_FILE = world.secret "postgres" "postgres-password";
    RUCHE_POSTGRES_LISTEN = world.listen;
    RUCHE_POSTGRES_CONFIGURATION = world.configurationFolder "postgres" "/etc/postgresql";
  };
  secrets = [ "postgres-password" ];
  ports.sql = {
    number = 5432;
    about = "SQL";
  };
  volumes.postgres = "/var/lib/postgresql";
  scratch = {
    "/tmp" = 64;
  };
  sharedMemory = 256;
  health = {
    port = "sql";
    command = [
      "/bin/pg_isready"
      "--quiet"
      "--host=127.0.0.1"
      "--username=${settings.database.user}"
    ];
  };
  after.setup = "completed";
  networks = [ "data" ];
  native = true;
  # Fast shutdown: clients are told to go. By SIGTERM it would wait for them, and then be killed. The time is for its last checkpoint.
  stopSignal = "SIGINT";
  stopSeconds = 60;
  limits = {
    memory = 1024;
    processes = 512;
    cpus = "1.0";
  };
}
