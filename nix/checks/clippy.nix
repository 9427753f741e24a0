# Lints of Rust.
{ craneLib, rust }:
craneLib.cargoClippy (
  rust.native
  // {
    cargoArtifacts = rust.nativeArtifacts;
    cargoClippyExtraArgs = "--all-targets -- --deny warnings";
  }
)
