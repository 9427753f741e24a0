# What differs between the places a deployment runs in.
let
  # Containers on networks of their own: names are hosts, folders are mounts.
  containers = {
    host = name: name;
    node = name: name;
    listen = "0.0.0.0";
    secretFolder = _service: "/run/secrets";
    secret = _service: name: "/run/secrets/${name}";
    volume = _name: path: path;
    configuration = _service: path: path;
    configurationFolder = _service: path: path;
    brokerEnvironment = { };
  };

in
{
  inherit containers;

  # Pods: the same, but for what operators set up and name in their own way.
  cluster = containers // {
    host =
      name:
      {
        postgres = "ruche-postgres-rw";
        rabbitmq = "ruche-rabbitmq";
      }
      .${name} or name;
    # Queues that survive the loss of one node of three.
    brokerEnvironment.RUCHE_BROKER__QUEUE_ARGUMENTS = "{ \"x-queue-type\" = \"quorum\" }";
  };

  # Processes side by side on one machine, below the folder RUCHE_HOME.
  processes = {
    host = _name: "127.0.0.1";
    node = _name: "localhost";
    listen = "127.0.0.1";
    secretFolder = service: "\${RUCHE_HOME}/secrets/${service}";
    secret = service: name: "\${RUCHE_HOME}/secrets/${service}/${name}";
    volume = name: _path: "\${RUCHE_HOME}/data/${name}";
    configuration = service: path: "\${RUCHE_CONFIGURATION}/${service}/${baseNameOf path}";
    configurationFolder = service: _path: "\${RUCHE_CONFIGURATION}/${service}";
    brokerEnvironment = { };
  };
}
