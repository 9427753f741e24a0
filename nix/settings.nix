# What is said once for all services.
let
  manifest = builtins.fromTOML (builtins.readFile ../Cargo.toml);
in
{
  name = "ruche";
  inherit (manifest.workspace.package) version license;

  # Every image runs as this account: a number, as images without a shell have no table of names.
  user = {
    uid = 10001;
    gid = 10001;
  };

  database = {
    name = "ruche";
    user = "ruche";
  };
  broker.user = "ruche";

  # Networks that container engines and clusters give to proxies; from elsewhere nobody reaches the server's port.
  proxies = [
    "10.0.0.0/8"
    "172.16.0.0/12"
    "192.168.0.0/16"
  ];
}
