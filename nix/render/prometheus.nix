# Prometheus' scrape configurations: a job for each service with metrics, named as the service. Where there may be several replicas
# behind the name, each of its addresses is a target; a name alone would reach any one of them.
{ model }:
let
  inherit (builtins) filter;

  targets =
    port:
    if port.service.scales or false then
      {
        dns_sd_configs = [
          {
            names = [ port.service.name ];
            type = "A";
            port = port.number;
            refresh_interval = "15s";
          }
        ];
      }
    else
      { static_configs = [ { targets = [ "${port.service.name}:${toString port.number}" ]; } ]; };
in
map (
  port:
  {
    job_name = port.service.name;
  }
  // targets port
  // (if port.metrics == "/metrics" then { } else { metrics_path = port.metrics; })
) (filter (port: port ? metrics) model.ports)
