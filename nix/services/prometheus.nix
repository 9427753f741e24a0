# Prometheus: collects metrics, evaluates rules.
{
  probe,
  services,
  world,
  ...
}:
let
  inherit (services.prometheus) ports;
in
{
  description = "Prometheus: metrics, rules, alerts";
  image = "prometheus";
  command = [
    "--config.file=${world.configuration "prometheus" "/etc/prometheus/prometheus.yml"}"
    "--storage.tsdb.path=${world.volume "prometheus" "/var/lib/prometheus"}"
    "--storage.tsdb.retention.time=35d"
    "--storage.tsdb.retention.size=8GB"
    "--web.listen-address=${world.listen}:${toString ports.http.number}"
    "--web.external-url=http://localhost/prometheus/"
  ];
  ports.http = {
    number = 9090;
    published = {
      address = "127.0.0.1";
      port = 9090;
    };
    page = "/prometheus/";
    metrics = "/prometheus/metrics";
    about = "Prometheus";
  };
  volumes.prometheus = "/var/lib/prometheus";
  health = probe (ports.http // { name = "http"; }) "/prometheus/-/ready" // {
    live = "/prometheus/-/healthy";
  };
  networks = [
    "edge"
    "monitoring"
  ];
  profile = "monitoring";
  stopSeconds = 30;
  limits = {
    memory = 1024;
    processes = 128;
    cpus = "1.0";
  };
}
