# Who may talk to whom: nobody, but those who share a network of the model; name service for all; the world for workers.
{ common, model }:
let
  inherit (builtins)
    attrNames
    attrValues
    concatLists
    filter
    map
    ;
  inherit (model) networks services settings;
  policy =
    name: spec:
    common.object "networking.k8s.io/v1" "NetworkPolicy" { inherit (settings) name; } name spec;
  ours.matchLabels."app.kubernetes.io/part-of" = settings.name;
  member = network: { matchLabels = common.networkLabels [ network ]; };
  metricsPorts = concatLists (
    map (
      service:
      map (port: { port = port.number; }) (filter (port: port ? metrics) (attrValues service.ports))
    ) (filter (service: service.kubernetes == "workload") (attrValues services))
  );

  nobody = policy "nobody" {
    podSelector = ours;
    policyTypes = [
      "Ingress"
      "Egress"
    ];
  };
  names = policy "names" {
    podSelector = ours;
    policyTypes = [ "Egress" ];
    egress = [
      {
        to = [ { namespaceSelector.matchLabels."kubernetes.io/metadata.name" = "kube-system"; } ];
        ports =
          map
            (protocol: {
              port = 53;
              inherit protocol;
            })
            [
              "UDP"
              "TCP"
            ];
      }
    ];
  };
  within =
    network:
    policy "within-${network}" {
      podSelector = member network;
      policyTypes = [
        "Ingress"
        "Egress"
      ];
      ingress = [ { from = [ { podSelector = member network; } ]; } ];
      egress = [ { to = [ { podSelector = member network; } ]; } ];
    };
  # Tasks call other people's services; metadata services of clouds and private networks are none of their business.
  world = policy "worker-to-the-world" {
    podSelector.matchLabels = common.labelsOf services.worker;
    policyTypes = [ "Egress" ];
    egress = [
      {
        to = [
          {
            ipBlock = {
              cidr = "0.0.0.0/0";
              except = settings.proxies ++ [ "169.254.0.0/16" ];
            };
          }
        ];
      }
    ];
  };
  door = policy "door" {
    podSelector.matchLabels = common.labelsOf services.proxy;
    policyTypes = [ "Ingress" ];
    ingress = [ { ports = [ { port = services.proxy.ports.http.number; } ]; } ];
  };
  scraped = policy "scraped" {
    podSelector = ours;
    policyTypes = [ "Ingress" ];
    ingress = [
      {
        from = [ { namespaceSelector.matchLabels."kubernetes.io/metadata.name" = "monitoring"; } ];
        ports = metricsPorts;
      }
    ];
  };
  # Operators' pods carry no label of ours but their networks'; a network without one of our workloads needs no policy.
  ourNetworks = filter (
    network:
    filter (service: service.kubernetes == "workload" && builtins.elem network service.networks) (
      attrValues services
    ) != [ ]
    # The policy `within-data` would cut the operators' own ways to their pods.
    && network != "data"
  ) (attrNames networks);
  data = policy "to-the-data" {
    podSelector.matchLabels = ours.matchLabels // common.networkLabels [ "data" ];
    policyTypes = [ "Egress" ];
    egress = [
      {
        to = [ { podSelector = member "data"; } ];
        ports = map (port: { port = port.number; }) [
          services.postgres.ports.sql
          services.rabbitmq.ports.amqp
        ];
      }
    ];
  };
in
[
  nobody
  names
  data
  world
  door
  scraped
]
++ map within ourNetworks
