# `services.ruche` for NixOS: server and worker as units of systemd, their configuration read by the programs themselves when the system
# is built, secrets never in the store. PostgreSQL and RabbitMQ are whoever's the settings name.
{ packagesOf }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.ruche;
  inherit (lib) mkOption types;
  packages = packagesOf pkgs.stdenv.hostPlatform.system;
  format = pkgs.formats.toml { };

  # A secret by its configuration key: `http.api_key_file` is where the service finds it at run time.
  keys = {
    api-key = [
      "http"
      "api_key_file"
    ];
    database-url = [
      "database"
      "url_file"
    ];
    broker-url = [
      "broker"
      "url_file"
    ];
    s3-access-key-id = [
      "artifacts"
      "access_key_id_file"
    ];
    s3-secret-access-key = [
      "artifacts"
      "secret_access_key_file"
    ];
  };
  credential = unit: name: "/run/credentials/${unit}.service/${name}";
  settingsOf =
    unit:
    lib.foldl' lib.recursiveUpdate cfg.settings (
      lib.mapAttrsToList (name: _file: lib.setAttrByPath keys.${name} (credential unit name)) cfg.secrets
    );

  # The program itself says whether it accepts the file. Secrets are not there when a system is built, so it is shown others.
  checked =
    unit: package:
    let
      file = format.generate "${unit}.toml" (settingsOf unit);
    in
    pkgs.runCommand "${unit}-checked.toml" { } (
      lib.concatStrings (
        lib.mapAttrsToList (name: _file: ''
          printf '%s' '${standIns.${name} or "stand-in-of-a-secret"}' > '${name}'
        '') cfg.secrets
      )
      + ''
        sed "s#/run/credentials/${unit}.service#$PWD#" ${file} > shown.toml
        ${lib.getExe package} check-config --config shown.toml > /dev/null
        cp ${file} "$out"
      ''
    );
  # What has to look like something to be accepted.
  standIns = {
    database-url = "postgres://ruche@localhost/ruche";
    broker-url = "amqp://localhost";
  };

  unit =
    {
      name,
      package,
      arguments,
      stopSeconds,
      before ? null,
    }:
    {
      description = "Ruche: ${package.meta.description}";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [
        "network-online.target"
        "postgresql.target"
        "postgresql.service"
        "rabbitmq.service"
      ];
      serviceConfig = {
        ExecStart = "${lib.getExe package} ${arguments} --config ${checked name package} --wait-for-services 60";
        LoadCredential = lib.mapAttrsToList (secret: file: "${secret}:${file}") cfg.secrets;
        User = cfg.user;
        Group = cfg.user;
        StateDirectory = "ruche";
        StateDirectoryMode = "0750";
        WorkingDirectory = "/var/lib/ruche";
        Restart = "always";
        RestartSec = 2;
        TimeoutStopSec = stopSeconds;
        LimitNOFILE = 65536;
      }
      // lib.optionalAttrs (before != null) { ExecStartPre = before; }
      // hardening;
    };

  hardening = {
    CapabilityBoundingSet = "";
    AmbientCapabilities = "";
    NoNewPrivileges = true;
    LockPersonality = true;
    MemoryDenyWriteExecute = true;
    PrivateDevices = true;
    PrivateTmp = true;
    PrivateUsers = true;
    ProcSubset = "pid";
    ProtectClock = true;
    ProtectControlGroups = true;
    ProtectHome = true;
    ProtectHostname = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    ProtectProc = "invisible";
    ProtectSystem = "strict";
    RemoveIPC = true;
    RestrictAddressFamilies = [
      "AF_INET"
      "AF_INET6"
      "AF_UNIX"
    ];
    RestrictNamespaces = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
    SystemCallFilter = [
      "@system-service"
      "~@privileged"
    ];
    UMask = "0027";
  };

  seconds =
    section: key: default:
    (cfg.settings.${section} or { }).${key} or default;
in
{
  options.services.ruche = {
    enable = lib.mkEnableOption "Ruche, which runs background work";
    server.enable = lib.mkEnableOption "the HTTP API and maintenance" // {
      default = true;
    };
    worker.enable = lib.mkEnableOption "a worker" // {
      default = true;
    };
    serverPackage = mkOption {
      type = types.package;
      default = packages.ruche-server;
      defaultText = "the flake's ruche-server";
      description = "The package of the server.";
    };
    workerPackage = mkOption {
      type = types.package;
      default = packages.ruche-worker;
      defaultText = "the flake's ruche-worker";
      description = "The package of the worker; one of your own has your tasks.";
    };
    user = mkOption {
      type = types.str;
      default = "ruche";
      description = "The account that both run as. It is made if it is called `ruche`.";
    };
    settings = mkOption {
      inherit (format) type;
      default = { };
      description = "Ruche's configuration, as in docs/ruche.example.toml. The programs check it when the system is built.";
    };
    secrets = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example = {
        api-key = "/run/secrets/ruche-api-key";
      };
      description = "Files with secrets, outside the store: ${lib.concatStringsSep ", " (lib.attrNames keys)}.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions =
      lib.mapAttrsToList (name: file: {
        assertion = !lib.hasPrefix builtins.storeDir (toString file);
        message = "services.ruche.secrets.${name} is in the store, where everybody can read it.";
      }) cfg.secrets
      ++ lib.mapAttrsToList (name: _file: {
        assertion = keys ? ${name};
        message = "services.ruche.secrets.${name}: there is no such secret; there are ${lib.concatStringsSep ", " (lib.attrNames keys)}.";
      }) cfg.secrets
      ++
        map
          (path: {
            assertion = !lib.hasAttrByPath path cfg.settings;
            message = "services.ruche.settings.${lib.concatStringsSep "." path} would be in the store; use services.ruche.secrets.";
          })
          [
            [
              "http"
              "api_key"
            ]
            [
              "artifacts"
              "secret_access_key"
            ]
          ];

    services.ruche.settings = {
      artifacts.location = lib.mkDefault "/var/lib/ruche/artifacts";
      telemetry.log_format = lib.mkDefault "json";
    };

    users = lib.mkIf (cfg.user == "ruche") {
      users.ruche = {
        isSystemUser = true;
        group = "ruche";
      };
      groups.ruche = { };
    };

    systemd.services = {
      ruche-server = lib.mkIf cfg.server.enable (unit {
        name = "ruche-server";
        package = cfg.serverPackage;
        arguments = "serve";
        stopSeconds = seconds "server" "shutdown_seconds" 10 + 5;
        before = "${lib.getExe cfg.serverPackage} migrate --config ${checked "ruche-server" cfg.serverPackage} --wait-for-services 60";
      });
      ruche-worker = lib.mkIf cfg.worker.enable (
        unit {
          name = "ruche-worker";
          package = cfg.workerPackage;
          arguments = "run";
          stopSeconds = seconds "worker" "drain_seconds" 20 + 10;
        }
        // {
          after = [
            "network-online.target"
            "ruche-server.service"
          ];
        }
      );
    };
  };
}
