# PostgreSQL by CloudNativePG, RabbitMQ by its cluster operator: three nodes each, so that one may be lost.
{ common, model }:
let
  inherit (model) services settings;
  spread = {
    topologyKey = "kubernetes.io/hostname";
  };
in
[
  (common.object "postgresql.cnpg.io/v1" "Cluster" services.postgres "ruche-postgres" {
    instances = 3;
    # Two of three have a commit before it is answered: a task that was accepted survives the loss of a node.
    minSyncReplicas = 1;
    maxSyncReplicas = 1;
    bootstrap.initdb = {
      database = settings.database.name;
      owner = settings.database.user;
    };
    inheritedMetadata.labels = common.networkLabels services.postgres.networks;
    postgresql.parameters = {
      max_connections = "300";
      random_page_cost = "1.1";
    };
    affinity = spread;
    resources = {
      requests.memory = "${toString services.postgres.limits.memory}Mi";
      limits.memory = "${toString services.postgres.limits.memory}Mi";
    };
    storage.size = "20Gi";
    monitoring.enablePodMonitor = true;
  })
  (common.object "rabbitmq.com/v1beta1" "RabbitmqCluster" services.rabbitmq "ruche-rabbitmq" {
    replicas = 3;
    rabbitmq = {
      additionalPlugins = [ ];
      additionalConfig = ''
        default_queue_type = quorum
        management.path_prefix = /rabbitmq
        cluster_partition_handling = pause_minority
      '';
    };
    override.statefulSet.spec.template = {
      metadata.labels = common.networkLabels services.rabbitmq.networks;
      spec.containers = [ ];
    };
    persistence.storage = "10Gi";
    resources = {
      requests.memory = "${toString services.rabbitmq.limits.memory}Mi";
      limits.memory = "${toString services.rabbitmq.limits.memory}Mi";
    };
  })
]
