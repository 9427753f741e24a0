# Grafana, with dashboards and data source provisioned from files in its image.
{
  probe,
  services,
  world,
  ...
}:
let
  inherit (services.grafana) ports;
in
{
  description = "Grafana: dashboards";
  image = "grafana";
  environment = {
    GF_SERVER_HTTP_PORT = toString ports.http.number;
    GF_SERVER_ROOT_URL = "%(protocol)s://%(domain)s/grafana/";
    GF_SERVER_SERVE_FROM_SUB_PATH = "true";
    GF_SECURITY_ADMIN_USER = "admin";
    # Grafana itself reads the file.
    GF_SECURITY_ADMIN_PASSWORD = "$__file{${world.secret "grafana" "grafana-password"}}";
    GF_USERS_ALLOW_SIGN_UP = "false";
    GF_ANALYTICS_REPORTING_ENABLED = "false";
    GF_ANALYTICS_CHECK_FOR_UPDATES = "false";
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES = "false";
    GF_PLUGINS_PREINSTALL_DISABLED = "true";
    GF_PATHS_PROVISIONING = "/etc/grafana/provisioning";
    GF_PATHS_DATA = "/var/lib/grafana";
    GF_LOG_MODE = "console";
  };
  secrets = [ "grafana-password" ];
  ports.http = {
    number = 3000;
    published = {
      address = "127.0.0.1";
      port = 3000;
    };
    page = "/grafana/";
    metrics = "/grafana/metrics";
    about = "Grafana";
  };
  volumes.grafana = "/var/lib/grafana";
  health = probe (ports.http // { name = "http"; }) "/grafana/api/health";
  after = {
    setup = "completed";
    prometheus = "healthy";
  };
  networks = [
    "edge"
    "monitoring"
  ];
  profile = "monitoring";
  limits = {
    memory = 512;
    processes = 128;
    cpus = "1.0";
  };
}
