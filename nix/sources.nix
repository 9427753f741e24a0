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
  # What Rust takes in when it is compiled, and not what only tests and other builds read of these kinds.
  kinds = import ./taken.nix;
  elsewhere = unions [
    ../client/assets
    ../client/e2e
    ../docs
    ../monitoring/grafana
    ../proxy
  ];
  taken = difference (fileFilter (file: builtins.any file.hasExt kinds) root) elsewhere;
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
