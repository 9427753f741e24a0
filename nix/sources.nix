# What each build sees of the repository: a change to anything else rebuilds nothing.
{ lib, craneLib }:
let
  root = ../.;
  inherit (lib.fileset)
    difference
    fileFilter
    fromSource
    intersection
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

  # What no program is made of: tests, and packages that are not shipped, but for what cargo has to see of each of its packages.
  untested = fromSource (
    lib.cleanSourceWith {
      src = root;
      filter =
        path: _type:
        !builtins.elem (baseNameOf path) [
          "tests"
          "tests.rs"
        ]
        || builtins.pathExists "${path}/Cargo.toml";
    }
  );
  seen =
    file:
    file.hasExt "toml"
    || builtins.elem file.name [
      "lib.rs"
      "main.rs"
    ];
  aside = unions (
    map (package: difference package (fileFilter seen package)) [
      ../bench
      ../monitoring
      ../nix/stack
      ../nix/tests
      ../xtask
    ]
  );
in
{
  rust = of [
    cargo
    taken
  ];
  shipped = of [
    (difference (intersection (unions [
      cargo
      taken
    ]) untested) aside)
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
  proxy = of [
    ../proxy/client.conf
    ../proxy/conf
    ../proxy/deployment
    ../proxy/door.conf
    ../proxy/pages
  ];
  monitoring = of [
    ../monitoring/alertmanager
    ../monitoring/grafana
    ../monitoring/prometheus
  ];
  rendered = of [ ./rendered ];
  nix = of [
    (fileFilter (file: file.hasExt "nix") root)
    (fileFilter (file: file.hasExt "sh") root)
  ];
}
