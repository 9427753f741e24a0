# Prometheus' configuration and rules, checked and tested by its own tool; Grafana's provisioning, parsed.
{
  sources,
  prometheus,
  jq,
  runCommand,
}:
runCommand "ruche-monitoring"
  {
    nativeBuildInputs = [
      prometheus.cli
      jq
    ];
    meta.description = "Prometheus' and Grafana's configuration for Ruche, checked";
  }
  ''
    cp -r ${sources.monitoring}/monitoring "$out"
    promtool check config "$out/prometheus/prometheus.yml"
    find "$out/prometheus/tests" -name '*.yml' -print0 | xargs -0 --no-run-if-empty promtool test rules
    find "$out/grafana" -name '*.json' -print0 | xargs -0 --no-run-if-empty -n 1 jq empty
  ''
