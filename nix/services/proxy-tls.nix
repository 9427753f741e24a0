# The same door with TLS, where whoever runs it has brought a certificate: files tls-certificate and tls-key that the account 10001 can
# read. The plain door stays; RUCHE_PROXY_ADDRESS=127.0.0.1 closes it to other machines.
{ services, ... }:
let
  inherit (services.proxy-tls) ports;
in
{
  description = "the door with TLS";
  image = "proxy";
  command = [ "/etc/proxy-tls/door.conf" ];
  ports = {
    https = {
      number = 443;
      published = {
        address = "0.0.0.0";
        port = 443;
      };
      about = "everything, behind one door, by TLS";
    };
    status = {
      number = 8081;
      about = "nginx's own counters";
    };
  };
  given."/run/secrets" = "./tls";
  health = {
    port = "https";
    command = [
      "/bin/ruche-container"
      "probe"
      "http://127.0.0.1:${toString ports.status.number}/nginx_status"
      "tcp://127.0.0.1:${toString ports.https.number}"
    ];
  };
  after = {
    client = "healthy";
    server = "healthy";
  };
  networks = [ "edge" ];
  profile = "tls";
  scales = true;
  limits = {
    memory = 128;
    processes = 64;
    cpus = "1.0";
  };
}
