# Puts the parts of the flake together: nothing is decided here.
{ inputs }:
let
  inherit (inputs.nixpkgs) lib;
  systems = [
    "x86_64-linux"
    "aarch64-linux"
    "x86_64-darwin"
    "aarch64-darwin"
  ];
  parts = lib.genAttrs systems (
    system:
    import ./system.nix {
      pkgs = inputs.nixpkgs.legacyPackages.${system};
      inherit (inputs) crane;
      revision = inputs.self.rev or inputs.self.dirtyRev or "unknown";
      module = inputs.self.nixosModules.default;
    }
  );
  each = name: lib.mapAttrs (_system: part: part.${name}) parts;
in
{
  packages = each "packages";
  checks = each "checks";
  apps = each "apps";
  devShells = each "shells";
  formatter = each "formatter";
  nixosModules.default = import ./modules/ruche.nix {
    packagesOf = system: parts.${system}.packages;
  };
}
