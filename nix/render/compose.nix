# The compose file: `attributes` from the model, `text` as YAML. `imageOf` gives an image's whole name.
{ model, imageOf }:
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    concatStringsSep
    filter
    listToAttrs
    mapAttrs
    replaceStrings
    ;
  inherit (model) services settings;

  upper = replaceStrings ((letters "abcdefghijklmnopqrstuvwxyz") ++ [ "-" ]) (
    (letters "ABCDEFGHIJKLMNOPQRSTUVWXYZ") ++ [ "_" ]
  );
  letters = text: builtins.genList (at: builtins.substring at 1 text) (builtins.stringLength text);

  # Compose reads `$` as the start of a variable; in the model it is a dollar.
  literal = replaceStrings [ "$" ] [ "$$" ];
  # What an operator may set in the environment or in `.env`, and what holds otherwise.
  variable = name: default: "\${${name}:-${default}}";

  # A secret's folder is a volume that the setup fills and only its own service sees.
  secretVolume = service: "secrets-${service}";
  hasSecrets = service: service.secrets != [ ];

  publishedPorts =
    service:
    map (
      port:
      let
        name = "RUCHE_${upper service.name}";
      in
      "${variable "${name}_ADDRESS" port.published.address}:${variable "${name}_PORT" (toString port.published.port)}:${toString port.number}"
    ) (filter (port: port ? published) (attrValues service.ports));

  mounts =
    service:
    map (name: "${name}:${service.volumes.${name}}") (attrNames service.volumes)
    ++ map (path: "${variable "RUCHE_${upper service.name}_FOLDER" service.given.${path}}:${path}:ro") (
      attrNames service.given
    )
    ++ (if hasSecrets service then [ "${secretVolume service.name}:/run/secrets:ro" ] else [ ])
    ++ (
      if service.name == "setup" then
        [ "secrets:/secrets/.all" ]
        ++ map (name: "${secretVolume name}:/secrets/${name}") (attrNames model.secrets.places)
      else
        [ ]
    );

  commandOf =
    service:
    map literal (
      service.command
      ++ (if service.name == "setup" then [ "/secrets" ] ++ model.secrets.arguments else [ ])
    );

  optional = condition: attributes: if condition then attributes else { };

  render =
    service:
    {
      image = imageOf service.image;
      user = "${toString settings.user.uid}:${toString settings.user.gid}";
      read_only = true;
      tmpfs = map (
        path: "${path}:size=${toString service.scratch.${path}}m,mode=1777,noexec,nosuid,nodev"
      ) (attrNames service.scratch);
      cap_drop = [ "ALL" ];
      security_opt = [ "no-new-privileges:true" ];
      init = true;
      restart = if service.oneShot then "no" else "unless-stopped";
      stop_grace_period = "${toString service.stopSeconds}s";
      ulimits.nofile = service.openFiles;
      deploy.resources.limits = {
        cpus = variable "RUCHE_${upper service.name}_CPUS" service.limits.cpus;
        memory = variable "RUCHE_${upper service.name}_MEMORY" "${toString service.limits.memory}m";
        pids = service.limits.processes;
      };
      logging = {
        driver = "json-file";
        options = {
          max-size = "10m";
          max-file = "3";
        };
      };
      labels."org.opencontainers.image.description" = service.description;
    }
    // optional (!service.scales) { hostname = service.name; }
    // optional (commandOf service != [ ]) { command = commandOf service; }
    // optional (service.environment != { }) {
      environment = mapAttrs (_name: literal) service.environment;
    }
    // optional (publishedPorts service != [ ]) { ports = publishedPorts service; }
    // optional (mounts service != [ ]) { volumes = mounts service; }
    // optional (service.networks != [ ]) { inherit (service) networks; }
    // optional (service.networks == [ ]) { network_mode = "none"; }
    // optional (service.profile != null) { profiles = [ service.profile ]; }
    // optional (service.stopSignal != null) { stop_signal = service.stopSignal; }
    // optional (service.sharedMemory != null) { shm_size = "${toString service.sharedMemory}m"; }
    // optional (service.health != null) {
      # No start_interval: Docker knows it since 25 only, and Compose refuses it with older ones.
      healthcheck = {
        test = [ "CMD" ] ++ map literal service.health.command;
        interval = "5s";
        timeout = "3s";
        retries = 6;
        start_period = "30s";
      };
    }
    // optional (service.after != { }) {
      depends_on = mapAttrs (_name: state: {
        condition = if state == "healthy" then "service_healthy" else "service_completed_successfully";
      }) service.after;
    };

  attributes = {
    inherit (settings) name;
    services = mapAttrs (_name: render) services;
    networks = mapAttrs (_name: network: { inherit (network) internal; }) model.networks;
    volumes = listToAttrs (
      map
        (name: {
          inherit name;
          value = { };
        })
        (
          [ "secrets" ]
          ++ map secretVolume (attrNames model.secrets.places)
          ++ concatMap (service: attrNames service.volumes) (attrValues services)
        )
    );
  };
in
{
  inherit attributes;
  text = concatStringsSep "\n" [
    "# Ruche with everything around it. Rendered from nix/services by nix/render/compose.nix: change those, not this."
    "#"
    "#   docker compose up --detach --wait                          # what is needed"
    "#   docker compose --profile monitoring up --detach --wait     # with Prometheus and Grafana"
    "#   docker compose --profile tls up --detach --wait            # and by TLS, with ./tls/tls-certificate and ./tls/tls-key"
    "#   docker compose up --detach --scale worker=3 --no-recreate  # more workers"
    "#   docker compose run --rm setup show api-key                 # the key to log in with"
    "#   docker compose run --rm cli tasks                          # the ruche command"
    "#"
    "# RUCHE_<SERVICE>_PORT, _ADDRESS, _CPUS and _MEMORY, in the environment or in a file .env beside this, change what is said here."
    ((import ./yaml.nix).document attributes)
  ];
}
