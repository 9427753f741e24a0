# Renders the committed files anew, into the repository it is run in.
{
  lib,
  settings,
  writeShellApplication,
  writeText,
}:
let
  plain = import ../render.nix { tag = settings.version; };
  files = {
    "compose.yaml" = plain.compose;
    "kubernetes.yaml" = plain.kubernetes;
    "process-compose.yaml" = plain.processCompose;
    "ports.md" = plain.ports;
  };
in
writeShellApplication {
  name = "update-golden";
  meta.description = "Renders nix/rendered anew";
  text = ''
    if [ ! -d nix/rendered ]; then
      echo 'run this in the root of the repository' >&2
      exit 2
    fi
  ''
  + lib.concatStrings (
    lib.mapAttrsToList (name: text: ''
      install -m 644 ${writeText name text} nix/rendered/${name}
    '') files
  );
}
