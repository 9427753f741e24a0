# nginx's figures for Prometheus.
{ prometheus-nginx-exporter }:
{
  contents = [ prometheus-nginx-exporter ];
}
