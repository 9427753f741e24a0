# The service model: every service of ./services, completed by the schema and held against the others.
#
# `world` says what differs between the places a deployment runs in: where services, secrets and volumes are.
# `change` may alter what a service says, by its name: for tests, and for deployments of one's own.
{
  world,
  change ? _name: service: service,
}:
let
  inherit (builtins)
    all
    attrNames
    attrValues
    concatMap
    concatStringsSep
    elem
    filter
    hasAttr
    head
    listToAttrs
    mapAttrs
    match
    readDir
    ;

  schema = import ./schema.nix;
  secrets = import ./secrets.nix {
    inherit services world;
  };
  networks = import ./networks.nix;
  settings = import ./settings.nix;

  names = map (file: head (match "(.*)\\.nix" file)) (
    filter (file: match ".*\\.nix" file != null) (attrNames (readDir ./services))
  );

  # Asks for `path` at the service's own port, with the small program that every image without a shell has.
  probe = port: path: {
    port = port.name;
    ready = path;
    live = path;
    command = [
      "/bin/ruche-container"
      "probe"
      "http://127.0.0.1:${toString port.number}${path}"
    ];
  };

  written =
    name:
    change name (
      import (./services + "/${name}.nix") {
        inherit probe settings world;
        services = unchecked;
      }
    );

  each =
    of:
    listToAttrs (
      map (name: {
        inherit name;
        value = of name (written name);
      }) names
    );

  unchecked = each schema.filled;
  services = each schema.complete;

  faultsOf =
    service:
    let
      unknown =
        what: known: wanted:
        map (name: "there is no ${what} ${name}") (filter (name: !elem name known) wanted);
      befores = filter (name: hasAttr name services) (attrNames service.after);
      asked = name: service.after.${name};
    in
    unknown "service" names (attrNames service.after)
    ++ unknown "secret" (attrNames secrets.values) service.secrets
    ++ unknown "network" (attrNames networks) service.networks
    ++ concatMap (
      name:
      let
        before = services.${name};
      in
      (
        if asked name == "healthy" && before.health == null then
          [ "${name} has no health to wait for" ]
        else
          [ ]
      )
      ++ (if asked name == "completed" && !before.oneShot then [ "${name} never completes" ] else [ ])
      ++ (
        if before.profile != null && before.profile != service.profile then
          [ "${name} is not started without the profile ${before.profile}" ]
        else
          [ ]
      )
      ++ (
        if
          service.networks != [ ]
          && asked name == "healthy"
          && !builtins.any (network: elem network before.networks) service.networks
        then
          [ "${name} is on none of its networks" ]
        else
          [ ]
      )
    ) befores
    ++ (
      if !service.oneShot && service.health == null then
        [ "a service that goes on needs a health check" ]
      else
        [ ]
    )
    ++ (
      if service.health != null && !hasAttr service.health.port service.ports then
        [ "its health is asked for at a port it does not have" ]
      else
        [ ]
    )
    ++ (
      if
        all (network: networks.${network}.internal or true) service.networks
        && builtins.any (port: port ? published) (attrValues service.ports)
      then
        [ "it publishes a port and is on internal networks only" ]
      else
        [ ]
    );

  faults = concatMap (service: map (fault: "services.${service.name}: ${fault}") (faultsOf service)) (
    attrValues services
  );
in
if faults != [ ] then
  throw (concatStringsSep "\n" faults)
else
  {
    inherit
      networks
      secrets
      services
      settings
      ;
    # The ports of all services, each with its service and its own name.
    ports = concatMap (
      service: attrValues (mapAttrs (name: port: port // { inherit name service; }) service.ports)
    ) (attrValues services);
  }
