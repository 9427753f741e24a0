# Prometheus' scrape configurations: a job for each service with metrics, named as the service.
{ model }:
let
  inherit (builtins) filter;
in
map (
  port:
  {
    job_name = port.service.name;
    static_configs = [ { targets = [ "${port.service.name}:${toString port.number}" ]; } ];
  }
  // (if port.metrics == "/metrics" then { } else { metrics_path = port.metrics; })
) (filter (port: port ? metrics) model.ports)
