# The form of Rust and of Nix, and shell scripts that shellcheck likes.
{
  craneLib,
  deadnix,
  nixfmt,
  rust,
  runCommand,
  shellcheck,
  sources,
}:
runCommand "format"
  {
    nativeBuildInputs = [
      deadnix
      nixfmt
      shellcheck
    ];
    rust = craneLib.cargoFmt { inherit (rust.examined) src pname version; };
  }
  ''
    cd ${sources.nix}
    find . -name '*.nix' -print0 | xargs -0 nixfmt --check
    deadnix --fail .
    find . -name '*.sh' -print0 | xargs -0 shellcheck
    echo "$rust" > "$out"
  ''
