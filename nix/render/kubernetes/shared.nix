# What several workloads share: claims, nginx's upstreams, the way in.
{
  common,
  model,
  worlds,
}:
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    filter
    map
    ;
  inherit (model) services settings;
  volumes = builtins.listToAttrs (
    concatMap (
      service:
      map (name: {
        inherit name;
        value = service;
      }) (attrNames service.volumes)
    ) (filter (service: service.kubernetes == "workload") (attrValues services))
  );
  claim =
    name:
    common.object "v1" "PersistentVolumeClaim" volumes.${name} name {
      accessModes = [ "ReadWriteMany" ];
      resources.requests.storage = "20Gi";
    };
  upstreams = import ../nginx.nix {
    inherit model;
    resolver = "kube-dns.kube-system.svc.cluster.local";
    hostOf = name: "${worlds.cluster.host name}.${settings.name}.svc.cluster.local";
  };
  configMap =
    name: service: text:
    removeAttrs (common.object "v1" "ConfigMap" service name { }) [ "spec" ]
    // {
      data."upstreams.conf" = text;
    };
in
map claim (attrNames volumes)
++ [
  (configMap "proxy-upstreams" services.proxy (upstreams null))
  (configMap "client-upstreams" services.client (upstreams [ "server" ]))
  (common.object "networking.k8s.io/v1" "Ingress" services.proxy "ruche" {
    defaultBackend.service = {
      inherit (services.proxy) name;
      port.name = "http";
    };
  })
]
