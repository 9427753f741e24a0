# All parts for one system. Each file gets by name what it needs of the others.
{
  pkgs,
  crane,
  revision,
  module,
}:
let
  inherit (pkgs) lib;
  scope = lib.makeScope pkgs.newScope (self: {
    inherit revision module;
    craneLib = crane.mkLib pkgs;
    settings = import ./settings.nix;
    # With brotli, as the client's files have twins compressed so.
    nginxWithBrotli = pkgs.nginx.override (old: {
      modules = old.modules or [ ] ++ [ pkgs.nginxModules.brotli ];
    });
    sources = import ./sources.nix {
      inherit lib;
      inherit (self) craneLib;
    };
    rust = import ./rust.nix {
      inherit lib;
      inherit (self) craneLib settings sources;
    };
    folder = import ./folder.nix {
      inherit lib;
      inherit (pkgs) stdenv;
      inherit (self) callPackage;
    };
    programs = self.folder ./packages;
    # Containers are Linux.
    images = lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux (
      import ./images {
        inherit lib;
        inherit (self)
          callPackage
          programs
          revision
          settings
          ;
        inherit (pkgs)
          buildEnv
          cacert
          dockerTools
          writeTextDir
          ;
      }
    );
    render = import ./render.nix {
      images = lib.mapAttrs (
        _name: image: "${image.stream.imageName}:${image.stream.imageTag}"
      ) self.images;
    };
    rendered = import ./rendered.nix {
      inherit (self) render;
      inherit (pkgs) writeText;
    };
    applications = self.folder ./apps;
    shell = self.callPackage ./shell.nix { };
    examinations = self.folder ./checks;
  });
in
{
  packages =
    scope.programs
    // scope.rendered
    // lib.mapAttrs' (name: image: lib.nameValuePair "image-${name}" image.archive) scope.images
    // lib.optionalAttrs (scope.images != { }) {
      # One thing for `docker load`.
      images = pkgs.dockerTools.mergeImages (
        lib.mapAttrsToList (_name: image: image.archive) scope.images
      );
    }
    // {
      default = scope.programs.ruche;
    };
  checks = scope.examinations;
  apps = lib.mapAttrs (_name: program: {
    type = "app";
    program = lib.getExe program;
    meta.description = program.meta.description;
  }) scope.applications;
  shells = {
    default = scope.shell;
    # For .github/workflows/release.yml.
    release = pkgs.mkShell {
      packages = [
        pkgs.cosign
        pkgs.skopeo
        pkgs.syft
      ];
    };
  };
  formatter = pkgs.nixfmt-tree;
}
