# What a service may say, what it says if it does not, and what is refused: `complete name service` gives the whole service.
let
  inherit (builtins)
    all
    attrNames
    attrValues
    concatStringsSep
    filter
    hasAttr
    isAttrs
    isBool
    isInt
    isList
    isString
    ;

  texts = value: isList value && all isString value;
  textSet = value: isAttrs value && all isString (attrValues value);
  either = check: value: value == null || check value;
  portNumber = value: isInt value && value > 0 && value < 65536;

  port =
    value:
    isAttrs value
    && portNumber (value.number or 0)
    && all (key: hasAttr key portKeys && portKeys.${key} value.${key}) (attrNames value);
  portKeys = {
    number = portNumber;
    # Where it can be reached from outside the deployment's own networks, if at all.
    published = value: portNumber (value.port or 0) && isString (value.address or null);
    # The page for a browser, if it is for one.
    page = isString;
    # Where Prometheus reads metrics, if there are any.
    metrics = isString;
    # What it is for, in a few words, for the table in the documentation.
    about = isString;
  };

  limits =
    value:
    isAttrs value
    && isInt (value.memory or null)
    && isInt (value.processes or null)
    && isString (value.cpus or null);

  health =
    value:
    isAttrs value
    && texts (value.command or null)
    && isString (value.port or null)
    && all (key: either isString (value.${key} or null)) [
      "ready"
      "live"
    ];

  keys = {
    # One sentence: what it is for.
    description.check = isString;
    # The image it runs, by its name without registry and tag.
    image.check = isString;
    # What the image's entry point is given.
    command = {
      check = texts;
      default = [ ];
    };
    environment = {
      check = textSet;
      default = { };
    };
    # Names of secrets (secrets.nix); each is a file of that name in the service's own folder.
    secrets = {
      check = texts;
      default = [ ];
    };
    ports = {
      check = value: isAttrs value && all port (attrValues value);
      default = { };
    };
    # What survives a restart: volume's name to path.
    volumes = {
      check = textSet;
      default = { };
    };
    # Folders that whoever runs it brings along, read only: path to the folder's usual place.
    given = {
      check = textSet;
      default = { };
    };
    # What does not: path to size in MiB.
    scratch = {
      check = value: isAttrs value && all isInt (attrValues value);
      default = {
        "/tmp" = 16;
      };
    };
    sharedMemory = {
      check = either isInt;
      default = null;
    };
    # How to see that it is well: a command for containers, a port and paths for those who ask over the network.
    health = {
      check = either health;
      default = null;
    };
    # Who has to be there first: service's name to "healthy" or "completed".
    after = {
      check =
        value: textSet value && all (state: state == "healthy" || state == "completed") (attrValues value);
      default = { };
    };
    networks = {
      check = texts;
      default = [ ];
    };
    # Started only where this profile is asked for.
    profile = {
      check = either isString;
      default = null;
    };
    # Whether several of it may run side by side.
    scales = {
      check = isBool;
      default = false;
    };
    # How many of it on a cluster, where their number follows the load.
    replicas = {
      check = value: isAttrs value && isInt (value.least or null) && isInt (value.most or null);
      default = {
        least = 1;
        most = 1;
      };
    };
    # Ends by itself, and has then done its work.
    oneShot = {
      check = isBool;
      default = false;
    };
    # Whether it also runs as a plain process, without containers (`nix run .#up`).
    native = {
      check = isBool;
      default = false;
    };
    # How it is run on Kubernetes: "workload", "job", or "elsewhere" where an operator or an external service stands in.
    kubernetes = {
      check = value: value == "workload" || value == "job" || value == "elsewhere";
      default = "elsewhere";
    };
    # Longest time to end after it was asked to.
    stopSeconds = {
      check = isInt;
      default = 10;
    };
    # Memory in MiB, number of processes and threads, CPUs.
    limits.check = limits;
    # How it is asked to end, where that is not by SIGTERM.
    stopSignal = {
      check = either isString;
      default = null;
    };
    openFiles = {
      check = isInt;
      default = 16384;
    };
  };

  faults =
    service:
    map (key: "unknown key ${key}") (filter (key: !hasAttr key keys) (attrNames service))
    ++ map (key: "${key} is missing") (
      filter (key: !hasAttr key service && !keys.${key} ? default) (attrNames keys)
    )
    ++ map (key: "${key} is not what it has to be (see nix/schema.nix)") (
      filter (key: hasAttr key keys && !keys.${key}.check service.${key}) (attrNames service)
    );

  defaults = builtins.listToAttrs (
    map (name: {
      inherit name;
      value = keys.${name}.default;
    }) (filter (name: keys.${name} ? default) (attrNames keys))
  );
in
rec {
  # The service with what holds where it says nothing; nothing is looked at yet, as services refer to each other.
  filled = name: service: defaults // service // { inherit name; };

  # The same, of a service that is what it has to be.
  complete =
    name: service:
    let
      found = faults service;
    in
    if found == [ ] then
      filled name service
    else
      throw "in services.${name}: ${concatStringsSep "; " found}";
}
