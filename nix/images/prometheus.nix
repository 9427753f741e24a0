# Prometheus with Ruche's configuration and rules.
{
  prometheus,
  programs,
  runCommand,
}:
{
  contents = [
    prometheus
    (runCommand "prometheus-files" { } ''
      mkdir -p "$out/etc"
      ln -s ${programs.monitoring}/prometheus "$out/etc/prometheus"
    '')
  ];
}
