# Kubernetes: `objects` from the model, `text` as YAML. PostgreSQL and RabbitMQ are their operators' (kubernetes/operators.nix).
{
  model,
  imageOf,
  worlds,
}:
let
  inherit (builtins)
    attrValues
    concatLists
    filter
    map
    ;
  inherit (model) services settings;

  common = import ./kubernetes/common.nix { inherit model; };
  pod = import ./kubernetes/pod.nix { inherit common imageOf model; };
  workloads = filter (service: service.kubernetes == "workload") (attrValues services);
  jobs = filter (service: service.kubernetes == "job") (attrValues services);

  objects = [
    {
      apiVersion = "v1";
      kind = "Namespace";
      metadata = {
        inherit (settings) name;
        labels = {
          "pod-security.kubernetes.io/enforce" = "baseline";
          "pod-security.kubernetes.io/warn" = "restricted";
        };
      };
    }
  ]
  ++ import ./kubernetes/operators.nix { inherit common model; }
  ++ import ./kubernetes/shared.nix { inherit common model worlds; }
  ++ map (import ./kubernetes/job.nix { inherit common pod settings; }) jobs
  ++ concatLists (map (import ./kubernetes/workload.nix { inherit common pod; }) workloads)
  ++ import ./kubernetes/policies.nix { inherit common model; };
in
{
  inherit objects;
  text = ''
    # Ruche on Kubernetes. Rendered from nix/services by nix/render/kubernetes.nix: change those, not this.
    #
    # It needs the operators of CloudNativePG and of RabbitMQ (or a PostgreSQL and a RabbitMQ of your own: leave out what is
    # theirs, and make the two secrets by their names), KEDA for the number of workers, the Prometheus operator for PodMonitors, and
    # a storage class with ReadWriteMany for artifacts (or set RUCHE_ARTIFACTS__LOCATION to an S3 bucket).
    #
    #   kubectl create namespace ruche
    #   kubectl -n ruche create secret generic ruche-api --from-literal=api-key="$(openssl rand -hex 32)"
    #   kubectl apply -f kubernetes.yaml
  ''
  + (import ./yaml.nix).documents objects;
}
