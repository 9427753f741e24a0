# The web client as files to be served: compiled for browsers, bundled by the workspace's own tool, as `cargo xtask client` does it.
{
  rust,
  lld,
  runCommand,
}:
let
  bundler = rust.program {
    package = "ruche-client-bundler";
    description = "Makes files to be served of the compiled client";
  };
in
runCommand "ruche-client"
  {
    nativeBuildInputs = [ bundler ];
    meta.description = "Ruche's web client";
  }
  ''
    ruche-client-bundler ${rust.wasm { inherit lld; }}/ruche-client.wasm ${../../client/assets} client
    mv client "$out"
  ''
