# PostgreSQL's figures for Prometheus.
{ prometheus-postgres-exporter }:
{
  contents = [ prometheus-postgres-exporter ];
}
