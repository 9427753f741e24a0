# A service that goes on: Deployment, Service, PodDisruptionBudget, what sets its number, PodMonitor.
{
  common,
  pod,
}:
service:
let
  inherit (builtins)
    attrNames
    attrValues
    filter
    map
    mapAttrs
    ;
  object =
    apiVersion: kind: spec:
    common.object apiVersion kind service service.name spec;
  matchLabels = common.labelsOf service;
  target = {
    apiVersion = "apps/v1";
    kind = "Deployment";
    inherit (service) name;
  };
  several = service.replicas.most > service.replicas.least;

  # nginx asks the cluster's own name server.
  files =
    {
      proxy = [
        {
          map = "proxy-upstreams";
          key = "upstreams.conf";
          path = "/etc/proxy/deployment/door/upstreams.conf";
        }
      ];
      client = [
        {
          map = "client-upstreams";
          key = "upstreams.conf";
          path = "/etc/proxy/deployment/client/upstreams.conf";
        }
      ];
    }
    .${service.name} or [ ];

  deployment = object "apps/v1" "Deployment" (
    {
      selector = {
        inherit matchLabels;
      };
      strategy.rollingUpdate = {
        maxUnavailable = 0;
        maxSurge = 1;
      };
      revisionHistoryLimit = 3;
      template = pod service files;
    }
    # A number here would undo what the autoscaler has set, each time this is applied.
    // (if several then { } else { replicas = service.replicas.least; })
  );

  front = object "v1" "Service" {
    selector = matchLabels;
    ports = attrValues (
      mapAttrs (name: port: {
        inherit name;
        port = port.number;
        targetPort = name;
      }) service.ports
    );
  };

  budget = object "policy/v1" "PodDisruptionBudget" {
    selector = {
      inherit matchLabels;
    };
    maxUnavailable = 1;
  };

  # By load; workers by how long tasks wait, as Prometheus sees it.
  byLoad = object "autoscaling/v2" "HorizontalPodAutoscaler" {
    scaleTargetRef = target;
    minReplicas = service.replicas.least;
    maxReplicas = service.replicas.most;
    metrics = [
      {
        type = "Resource";
        resource = {
          name = "cpu";
          target = {
            type = "AverageValue";
            averageValue = "500m";
          };
        };
      }
    ];
  };
  byWaiting = object "keda.sh/v1alpha1" "ScaledObject" {
    scaleTargetRef.name = service.name;
    minReplicaCount = service.replicas.least;
    maxReplicaCount = service.replicas.most;
    pollingInterval = 15;
    cooldownPeriod = 300;
    triggers = [
      {
        type = "prometheus";
        metadata = {
          serverAddress = "http://prometheus-operated.monitoring.svc:9090";
          query = "max(ruche_oldest_waiting_task_age_seconds)";
          threshold = "10";
        };
        metricType = "Value";
      }
    ];
  };

  metricsPorts = filter (name: service.ports.${name} ? metrics) (attrNames service.ports);
  monitor = object "monitoring.coreos.com/v1" "PodMonitor" {
    selector = {
      inherit matchLabels;
    };
    podMetricsEndpoints = map (name: {
      port = name;
      path = service.ports.${name}.metrics;
    }) metricsPorts;
  };

  when = condition: objects: if condition then objects else [ ];
in
[ deployment ]
++ when (service.ports != { }) [ front ]
++ when (service.replicas.least > 1) [ budget ]
++ when several [ (if service.name == "worker" then byWaiting else byLoad) ]
++ when (metricsPorts != [ ]) [ monitor ]
