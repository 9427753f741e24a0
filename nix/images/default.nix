# Images: a file of this folder says what is in the image of that name; layout.nix says what it starts and whose it is.
#
# `stream` is a script that writes the image, `archive` the image as a file. Both have the same tag, which follows from what is in it.
{
  lib,
  callPackage,
  buildEnv,
  cacert,
  dockerTools,
  programs,
  revision,
  settings,
  writeTextDir,
}:
let
  layout = (import ../render.nix { }).layout;

  account = writeTextDir "etc/passwd" ''
    root:x:0:0::/nonexistent:/bin/false
    ${settings.name}:x:${toString settings.user.uid}:${toString settings.user.gid}::/tmp:/bin/false
  '';
  groups = writeTextDir "etc/group" ''
    root:x:0:
    ${settings.name}:x:${toString settings.user.gid}:
  '';
  names = writeTextDir "etc/nsswitch.conf" "hosts: files dns\n";

  image =
    name:
    let
      own = callPackage (./. + "/${name}.nix") { };
      plan = layout.${name};
      arguments = {
        name = "${settings.name}-${name}";
        contents = [
          (buildEnv {
            name = "${name}-root";
            paths = own.contents ++ [
              programs.ruche-container
              account
              groups
              names
              cacert
            ];
            pathsToLink = [
              "/bin"
              "/etc"
              "/share"
              "/srv"
            ];
          })
        ];
        # Folders that belong to the account: a volume that is new takes over whose it is.
        fakeRootCommands = ''
          mkdir -p tmp && chmod 1777 tmp
        ''
        + lib.concatMapStrings (folder: ''
          mkdir -p .${folder}
          chown ${toString plan.user.uid}:${toString plan.user.gid} .${folder}
        '') plan.folders;
        enableFakechroot = false;
        config = {
          User = "${toString plan.user.uid}:${toString plan.user.gid}";
          Entrypoint = plan.entryPoint;
          WorkingDir = "/tmp";
          Env = [
            "PATH=/bin"
            "LANG=C.UTF-8"
            "SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt"
          ]
          ++ own.environment or [ ];
          Labels = {
            "org.opencontainers.image.title" = "${settings.name}-${name}";
            "org.opencontainers.image.description" = plan.description;
            "org.opencontainers.image.version" = settings.version;
            "org.opencontainers.image.revision" = revision;
            "org.opencontainers.image.licenses" = settings.license;
          };
        }
        // lib.optionalAttrs (plan.stopSignal != null) { StopSignal = plan.stopSignal; }
        // lib.optionalAttrs (plan.health != null) {
          Healthcheck = {
            Test = [ "CMD" ] ++ plan.health;
            Interval = 5000000000;
            Timeout = 3000000000;
            StartPeriod = 30000000000;
            Retries = 6;
          };
        };
      };
      stream = dockerTools.streamLayeredImage arguments;
    in
    {
      inherit stream;
      archive = dockerTools.buildLayeredImage (arguments // { tag = stream.imageTag; });
    };
in
lib.genAttrs (lib.attrNames layout) image
