# Names and labels that all objects share.
{ model }:
let
  inherit (model.settings) name version;
  labelsOf = service: {
    "app.kubernetes.io/name" = service.name;
    "app.kubernetes.io/part-of" = name;
  };
in
{
  inherit labelsOf;
  # Networks of the model are labels on pods: those with the same one may talk.
  networkLabels =
    networks:
    builtins.listToAttrs (
      map (network: {
        name = "network.ruche/${network}";
        value = "true";
      }) networks
    );
  object = apiVersion: kind: service: objectName: spec: {
    inherit apiVersion kind spec;
    metadata = {
      name = objectName;
      namespace = name;
      labels = labelsOf service // {
        "app.kubernetes.io/version" = version;
      };
    };
  };
  # Where each secret of a pod comes from: the Secret's name and its key.
  secretSources = {
    api-key = {
      secret = "ruche-api";
      key = "api-key";
    };
    # Made by the operators.
    database-url = {
      secret = "ruche-postgres-app";
      key = "uri";
    };
    broker-url = {
      secret = "ruche-rabbitmq-default-user";
      key = "connection_string";
    };
  };
}
