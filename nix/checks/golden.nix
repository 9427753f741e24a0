# The committed renderings are what the model says.
{
  lib,
  runCommand,
  settings,
  sources,
  writeText,
}:
let
  plain = import ../render.nix { tag = settings.version; };
  holds = name: text: ''
    diff -u ${sources.rendered}/nix/rendered/${name} ${writeText name text}
  '';
in
runCommand "golden" { } (
  lib.concatStrings (
    lib.mapAttrsToList holds {
      "compose.yaml" = plain.compose;
      "kubernetes.yaml" = plain.kubernetes;
      "process-compose.yaml" = plain.processCompose;
      "ports.md" = plain.ports;
    }
  )
  + ''
    touch "$out"
  ''
)
