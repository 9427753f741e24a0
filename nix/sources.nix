# What each build sees of the repository: a change to anything else rebuilds nothing.
{ lib, craneLib }:
let
  root = ../.;
  inherit (lib.fileset)
    difference
    fileFilter
    maybeMissing
    toSource
    unions
    ;
  of =
    files:
    toSource {
      inherit root;
      fileset = unions files;
    };

  # Rust, manifests, the lock, cargo's configuration.
  cargo = craneLib.fileset.commonCargoSources root;
  # What Rust takes in when it is compiled. Dashboards and their like are of these kinds, too, and are read by tests only.
  taken =
    difference (fileFilter (file: builtins.any file.hasExt (import ./taken.nix)) root)
      (unions [
        ../client/assets
        ../client/e2e
        ../docs
        ../monitoring/grafana
        ../proxy
      ]);
in
{
  rust = of [
    cargo
    taken
  ];
  # Tests read golden files, samples and what is rendered.
  tests = of [
    cargo
    taken
    (maybeMissing ../.config)
    ../CHANGELOG.md
    ../README.md
    ../bench
    ../cli
    ../client/assets
    ../crates
    ../deny.toml
    ../docs
    ../flake.lock
    ../flake.nix
    ../monitoring
    ../nix
    ../proxy
    ../server
    ../worker
  ];
  proxy = of [ ../proxy ];
  monitoring = of [ ../monitoring ];
  rendered = of [ ./rendered ];
  nix = of [
    (fileFilter (file: file.hasExt "nix") root)
    (fileFilter (file: file.hasExt "sh") root)
  ];
}
