# The flake's outputs for `system`, made of stand-ins: names to paths of derivations, and what a test wants to look at.
{ system }:
let
  lib = import ./lib.nix;
  standIn = import ./pkgs.nix { inherit lib system; };
  outputs = import ../../system.nix {
    pkgs = standIn.packages;
    inherit (standIn) crane;
    revision = "test";
    inherit module;
  };
  module = import ../../modules/ruche.nix { packagesOf = _system: outputs.packages; };
  paths = builtins.mapAttrs (_name: value: value.drvPath);

  # The module with these settings, as if NixOS had merged nothing.
  configured =
    ruche:
    let
      given = {
        enable = true;
        server.enable = true;
        worker.enable = true;
        serverPackage = outputs.packages.ruche-server;
        workerPackage = outputs.packages.ruche-worker;
        user = "ruche";
        settings = { };
        secrets = { };
      }
      // ruche;
    in
    (module {
      inherit lib;
      pkgs = standIn.packages;
      config.services.ruche = given;
    }).config;
  refused =
    ruche:
    map (assertion: assertion.message) (
      builtins.filter (assertion: !assertion.assertion) (configured ruche).assertions
    );
in
{
  packages = paths outputs.packages;
  checks = paths outputs.checks;
  apps = builtins.mapAttrs (_name: app: app.program) outputs.apps;
  shells = paths outputs.shells;
  formatter = outputs.formatter.drvPath;
  images = builtins.mapAttrs (_name: image: image.config) (
    builtins.intersectAttrs (builtins.listToAttrs (
      map (name: {
        inherit name;
        value = null;
      }) (builtins.filter (lib.hasPrefix "image-") (builtins.attrNames outputs.packages))
    )) outputs.packages
  );
  module = {
    units = (configured { secrets.api-key = "/run/secrets/key"; }).systemd.services;
    secretInStore = refused { secrets.api-key = "${builtins.storeDir}/abc-key"; };
    unknownSecret = refused { secrets.other = "/run/secrets/other"; };
    keyInSettings = refused { settings.http.api_key = "0123456789abcdef"; };
    sound = refused { secrets.api-key = "/run/secrets/key"; };
  };
}
