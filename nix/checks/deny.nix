# Licences, bans and sources of dependencies; advisories need the network and are CI's.
{ craneLib, rust }:
craneLib.cargoDeny {
  inherit (rust.examined) src pname version;
  cargoDenyChecks = "bans licenses sources";
}
