# What every image of the model starts, and the folders that have to be there and belong to its account. How the programs get
# into an image is the business of ./images; what is here holds for images of any make.
{ model }:
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    filter
    listToAttrs
    map
    ;

  # The configuration is the service's own argument.
  nginx = [
    "/bin/nginx"
    "-p"
    "/tmp"
    "-e"
    "/dev/stderr"
    "-c"
  ];
  entryPoints = {
    cli = [ "/bin/ruche" ];
    client = nginx;
    grafana = [
      "/bin/grafana"
      "server"
      "--homepath"
      "/share/grafana"
    ];
    nginx-exporter = [ "/bin/nginx-prometheus-exporter" ];
    postgres = [ "/bin/ruche-postgres" ];
    postgres-exporter = [ "/bin/postgres_exporter" ];
    prometheus = [ "/bin/prometheus" ];
    proxy = nginx;
    rabbitmq = [ "/bin/ruche-rabbitmq" ];
    server = [ "/bin/ruche-server" ];
    setup = [ "/bin/ruche-container" ];
    worker = [ "/bin/ruche-worker" ];
  };

  usersOf = image: filter (service: service.image == image) (attrValues model.services);
  unique =
    names:
    attrNames (
      listToAttrs (
        map (name: {
          inherit name;
          value = null;
        }) names
      )
    );
  foldersOf =
    image:
    unique (
      concatMap (
        service:
        attrValues service.volumes
        ++ (if service.secrets == [ ] then [ ] else [ "/run/secrets" ])
        ++ (
          if service.name == "setup" then
            map (name: "/secrets/${name}") ([ ".all" ] ++ attrNames model.secrets.places)
          else
            [ ]
        )
      ) (usersOf image)
    );
in
listToAttrs (
  map (name: {
    inherit name;
    value = {
      entryPoint = entryPoints.${name};
      folders = foldersOf name;
      inherit (model.settings) user;
      stopSignal = (builtins.head (usersOf name)).stopSignal;
      # Of the one that goes on, where a one-shot has the same image.
      health =
        let
          asked = filter (service: service.health != null) (usersOf name);
        in
        if asked == [ ] then null else (builtins.head asked).health.command;
      # The first sentence of whoever runs it.
      description = (builtins.head (usersOf name)).description;
    };
  }) (unique (map (service: service.image) (attrValues model.services)))
)
