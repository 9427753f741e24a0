# Packages by nixpkgs' names that hold nothing: derivations that are evaluated and never built. A name that is not here is an error.
{ lib, system }:
let
  inherit (builtins)
    all
    elem
    filter
    isAttrs
    isFunction
    isList
    ;

  passes =
    value:
    if isAttrs value then
      value.type or null == "derivation"
    else if isList value then
      all passes value
    else
      !isFunction value;
  make =
    arguments:
    let
      name = arguments.name or "${arguments.pname}-${arguments.version}";
      kept = removeAttrs arguments (
        filter (key: !passes arguments.${key} || elem key [ "meta" ]) (builtins.attrNames arguments)
      );
    in
    derivation (
      kept
      // {
        inherit name system;
        builder = "/bin/sh";
      }
    )
    // {
      meta = {
        description = "a stand-in";
        mainProgram = name;
      }
      // arguments.meta or { };
      override = change: make (arguments // { modules = (change { modules = [ ]; }).modules; });
    };
  named = name: make { inherit name; };

  packages =
    lib.genAttrs [
      "bash"
      "cacert"
      "cargo-deny"
      "cargo-nextest"
      "chromium"
      "coreutils"
      "cosign"
      "curl"
      "deadnix"
      "docker-compose"
      "gnused"
      "grafana"
      "installShellFiles"
      "jq"
      "lld"
      "nginx"
      "nix"
      "nixfmt"
      "nixfmt-tree"
      "nodejs"
      "openssl"
      "postgresql_18"
      "process-compose"
      "procps"
      "prometheus-alertmanager"
      "prometheus-nginx-exporter"
      "prometheus-postgres-exporter"
      "python3"
      "rabbitmq-server"
      "shellcheck"
      "skopeo"
      "syft"
    ] named
    // {
      inherit lib;
      stdenv.hostPlatform = {
        inherit system;
        isLinux = builtins.match ".*-linux" system != null;
      };
      prometheus = named "prometheus" // {
        cli = named "prometheus-cli";
      };
      nginxModules.brotli = named "brotli";
      newScope = scope: lib.callPackageWith (packages // scope);
      runCommand =
        name: environment: script:
        make (environment // { inherit name script; });
      writeText = name: text: make { inherit name text; };
      writeTextDir =
        path: text:
        make {
          inherit text;
          name = baseNameOf path;
        };
      writeShellApplication =
        {
          name,
          text,
          runtimeInputs ? [ ],
          meta,
        }:
        make {
          inherit name text runtimeInputs;
          meta = meta // {
            mainProgram = name;
          };
        };
      linkFarm =
        name: entries:
        make {
          inherit name;
          paths = builtins.attrValues entries;
        };
      mkShell =
        { packages }:
        make {
          inherit packages;
          name = "shell";
        };
      buildEnv =
        {
          name,
          paths,
          pathsToLink,
        }:
        make { inherit name paths pathsToLink; };
      formats.toml = _options: {
        type = "toml";
        generate =
          name: value:
          make {
            inherit name;
            text = builtins.toJSON value;
          };
      };
      # The machine's configuration is evaluated as far as it can be without NixOS.
      testers.runNixOSTest =
        {
          name,
          nodes,
          testScript,
        }:
        make {
          inherit name testScript;
          nodes = builtins.toJSON (
            builtins.mapAttrs (_name: node: removeAttrs (node { pkgs = packages; }) [ "imports" ]) nodes
          );
        };
      dockerTools = rec {
        streamLayeredImage =
          {
            name,
            contents,
            fakeRootCommands,
            enableFakechroot,
            config,
            tag ? null,
          }:
          make {
            inherit
              contents
              fakeRootCommands
              enableFakechroot
              tag
              ;
            name = "image-${name}";
            config = builtins.toJSON config;
          }
          // {
            imageName = name;
            imageTag = if tag == null then "content" else tag;
            inherit config;
          };
        buildLayeredImage = streamLayeredImage;
        mergeImages =
          images:
          make {
            inherit images;
            name = "images";
          };
      };
    };

  crane = {
    fileset.commonCargoSources = root: [ root ];
    buildDepsOnly = arguments: make (arguments // { pname = "${arguments.pname}-deps"; });
    buildPackage = make;
    mkCargoDerivation = make;
    cargoClippy = arguments: make (arguments // { pname = "${arguments.pname}-clippy"; });
    cargoDeny = arguments: make (arguments // { pname = "${arguments.pname}-deny"; });
    cargoFmt = arguments: make (arguments // { pname = "${arguments.pname}-fmt"; });
    devShell = arguments: make (arguments // { name = "shell"; });
  };
in
{
  inherit packages;
  crane.mkLib = _packages: crane;
}
