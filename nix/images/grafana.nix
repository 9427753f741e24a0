# Grafana with Ruche's data source and dashboards.
{
  grafana,
  programs,
  runCommand,
}:
{
  contents = [
    grafana
    (runCommand "grafana-files" { } ''
      mkdir -p "$out/etc"
      ln -s ${programs.monitoring}/grafana "$out/etc/grafana"
    '')
  ];
}
