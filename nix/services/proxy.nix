# nginx, the one door.
{ probe, services, ... }:
let
  inherit (services.proxy) ports;
in
{
  description = "nginx, the one door";
  image = "proxy";
  command = [ "/etc/proxy/door.conf" ];
  ports = {
    http = {
      number = 80;
      published = {
        address = "0.0.0.0";
        port = 80;
      };
      page = "/";
      about = "everything, behind one door";
    };
    status = {
      number = 8081;
      about = "nginx's own counters, for its exporter";
    };
  };
  health = probe (ports.http // { name = "http"; }) "/healthz";
  after = {
    client = "healthy";
    server = "healthy";
  };
  networks = [
    "edge"
    "monitoring"
  ];
  kubernetes = "workload";
  scales = true;
  replicas = {
    least = 2;
    most = 4;
  };
  limits = {
    memory = 128;
    processes = 64;
    cpus = "1.0";
  };
}
