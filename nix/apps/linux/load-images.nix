# Streams every image into the container engine, none of them being written to a file.
{
  lib,
  images,
  rendered,
  writeShellApplication,
}:
writeShellApplication {
  name = "load-images";
  meta.description = "Loads every image into Docker and writes compose.yaml beside";
  text =
    lib.concatMapStrings (image: ''
      ${image.stream} | docker load
    '') (lib.attrValues images)
    + ''
      install -m 644 ${rendered.compose} compose.yaml
      echo 'compose.yaml has these images: docker compose up --detach --wait'
    '';
}
