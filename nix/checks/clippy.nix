# Lints of Rust.
{ craneLib, rust }:
craneLib.cargoClippy (
  rust.examined
  // {
    cargoArtifacts = rust.examinedArtifacts;
    cargoClippyExtraArgs = "--all-targets -- --deny warnings";
  }
)
