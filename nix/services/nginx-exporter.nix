# nginx's own figures, for Prometheus.
{
  probe,
  services,
  world,
  ...
}:
let
  inherit (services.nginx-exporter) ports;
in
{
  description = "nginx's figures for Prometheus";
  image = "nginx-exporter";
  command = [
    "--nginx.scrape-uri=http://${world.host "proxy"}:${toString services.proxy.ports.status.number}/nginx_status"
  ];
  ports.http = {
    number = 9113;
    metrics = "/metrics";
    about = "nginx's figures";
  };
  health = probe (ports.http // { name = "http"; }) "/";
  after.proxy = "healthy";
  networks = [ "monitoring" ];
  profile = "monitoring";
  limits = {
    memory = 64;
    processes = 64;
    cpus = "0.5";
  };
}
