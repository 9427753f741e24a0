# The web client's files, served on a port of their own; it also passes /api and /docs on, so that it works alone.
{ probe, services, ... }:
let
  inherit (services.client) ports;
in
{
  description = "the web client";
  image = "client";
  command = [ "/etc/proxy/client.conf" ];
  ports.http = {
    number = 5134;
    published = {
      address = "127.0.0.1";
      port = 5134;
    };
    page = "/";
    about = "web client";
  };
  health = probe (ports.http // { name = "http"; }) "/healthz";
  networks = [
    "app"
    "edge"
  ];
  kubernetes = "workload";
  scales = true;
  replicas = {
    least = 2;
    most = 2;
  };
  limits = {
    memory = 64;
    processes = 64;
    cpus = "0.5";
  };
}
