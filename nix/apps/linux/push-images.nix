# Copies every image to a registry, by content tag and by version, and prints what it is called there.
{
  lib,
  images,
  settings,
  skopeo,
  writeShellApplication,
}:
writeShellApplication {
  name = "push-images";
  runtimeInputs = [ skopeo ];
  meta.description = "Pushes every image to a registry: push-images ghcr.io/OWNER";
  text = ''
    if [ "$#" -ne 1 ]; then
      echo 'usage: nix run .#push-images -- ghcr.io/OWNER   (log in before: skopeo login ghcr.io)' >&2
      exit 2
    fi
    # Registries know lower case only.
    registry=''${1,,}
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
  ''
  + lib.concatStrings (
    lib.mapAttrsToList (name: image: ''
      target="$registry/${image.stream.imageName}"
      ${image.stream} > "$work/image.tar"
      skopeo --insecure-policy copy --quiet --digestfile "$work/digest" "docker-archive:$work/image.tar" "docker://$target:${image.stream.imageTag}"
      skopeo --insecure-policy copy --quiet "docker://$target:${image.stream.imageTag}" "docker://$target:${settings.version}"
      echo "${name} $target@$(cat "$work/digest")"
    '') images
  );
}
