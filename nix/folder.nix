# What a folder holds: each file's value under the file's name; what is in its folder `linux`, on Linux only. Nothing is listed by hand.
{
  lib,
  callPackage,
  stdenv,
}:
folder:
let
  filesIn =
    folder:
    lib.optionals (builtins.pathExists folder) (
      lib.filter (name: lib.hasSuffix ".nix" name && name != "default.nix") (
        lib.attrNames (builtins.readDir folder)
      )
    );
  valuesIn =
    folder:
    lib.listToAttrs (
      map (
        file: lib.nameValuePair (lib.removeSuffix ".nix" file) (callPackage (folder + "/${file}") { })
      ) (filesIn folder)
    );
in
valuesIn folder // lib.optionalAttrs stdenv.hostPlatform.isLinux (valuesIn (folder + "/linux"))
