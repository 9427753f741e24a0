# How Rust is built: dependencies once for all programs, each program from them.
{
  lib,
  craneLib,
  settings,
  sources,
}:
let
  common = {
    src = sources.shipped;
    pname = settings.name;
    inherit (settings) version;
    strictDeps = true;
    doCheck = false;
    # As .cargo/config.toml has it.
    AUTOMETRICS_DISABLE_DOCS = "1";
  };
  packages = lib.concatMapStrings (package: " --package ${package}");

  # What runs somewhere. Cargo joins the features of all packages it is asked for: always asked for all of these, it has every dependency
  # compiled once, the same for each program.
  native = common // {
    CARGO_PROFILE = "dist";
    cargoExtraArgs =
      "--locked"
      + packages [
        "ruche"
        "ruche-client-bundler"
        "ruche-container"
        "ruche-server"
        "ruche-worker"
      ];
  };
  # Nothing is built from what only `cargo check` leaves.
  nativeArtifacts = craneLib.buildDepsOnly (native // { cargoCheckCommand = "true"; });

  # Everything but the client, as `cargo xtask test` compiles it.
  examined = common // {
    src = sources.rust;
    CARGO_PROFILE = "dev";
    cargoExtraArgs = "--locked --workspace --exclude ruche-client";
  };

  browser = common // {
    pname = "${settings.name}-client";
    CARGO_PROFILE = "wasm";
    CARGO_BUILD_TARGET = "wasm32-unknown-unknown";
    # nixpkgs' rustc has the target's standard library and calls its linker by this name.
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER = "lld";
    cargoExtraArgs = "--locked --package ruche-client";
  };
in
{
  inherit examined;
  # With what only tests need.
  examinedArtifacts = craneLib.buildDepsOnly (examined // { doCheck = true; });

  # One program of the workspace.
  program =
    {
      package,
      description,
      binary ? package,
      ...
    }@arguments:
    craneLib.buildPackage (
      native
      // {
        pname = package;
        cargoArtifacts = nativeArtifacts;
        cargoExtraArgs = "${native.cargoExtraArgs} --bin ${binary}";
        meta = {
          inherit description;
          mainProgram = binary;
          license = with lib.licenses; [
            mit
            asl20
          ];
        };
      }
      // removeAttrs arguments [
        "package"
        "description"
        "binary"
      ]
    );

  # The client, compiled and not yet bundled.
  wasm =
    { lld }:
    let
      arguments = browser // {
        nativeBuildInputs = [ lld ];
      };
    in
    craneLib.buildPackage (
      arguments
      // {
        cargoArtifacts = craneLib.buildDepsOnly arguments;
        # A module for browsers is no program to be installed.
        installPhaseCommand = ''
          install -Dm444 "target/wasm32-unknown-unknown/wasm/ruche-client.wasm" "$out/ruche-client.wasm"
        '';
        doNotPostBuildInstallCargoBinaries = true;
      }
    );
}
