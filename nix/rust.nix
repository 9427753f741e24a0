# How Rust is built: dependencies once for all programs, each program from them.
{
  lib,
  craneLib,
  settings,
  sources,
}:
let
  common = {
    src = sources.rust;
    pname = settings.name;
    inherit (settings) version;
    strictDeps = true;
    doCheck = false;
    # As .cargo/config.toml has it.
    AUTOMETRICS_DISABLE_DOCS = "1";
  };
  native = common // {
    CARGO_PROFILE = "dist";
    # The client is for browsers; its dependencies are built below.
    cargoExtraArgs = "--locked --workspace --exclude ruche-client";
  };
  nativeArtifacts = craneLib.buildDepsOnly native;

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
  inherit native nativeArtifacts;

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
        cargoExtraArgs = "--locked --package ${package}";
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
