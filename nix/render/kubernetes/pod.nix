# The pod of a service: as locked up as the compose file's container.
{
  common,
  imageOf,
  model,
}:
let
  inherit (builtins)
    attrNames
    attrValues
    map
    mapAttrs
    ;
  inherit (model.settings) user;

  optional = condition: attributes: if condition then attributes else { };
  scratchName = path: "scratch" + builtins.replaceStrings [ "/" ] [ "-" ] path;

  secretsVolume = service: {
    name = "secrets";
    projected = {
      defaultMode = 288; # 0440
      sources = map (
        name:
        let
          source = common.secretSources.${name};
        in
        {
          secret = {
            name = source.secret;
            items = [
              {
                inherit (source) key;
                path = name;
              }
            ];
          };
        }
      ) service.secrets;
    };
  };

  ask = service: path: {
    httpGet = {
      inherit path;
      inherit (service.health) port;
    };
    timeoutSeconds = 3;
  };
in
# `files` are mounted from ConfigMaps: a list of { map, key, path }.
service: files: {
  metadata.labels = common.labelsOf service // common.networkLabels service.networks;
  spec = {
    automountServiceAccountToken = false;
    enableServiceLinks = false;
    terminationGracePeriodSeconds = service.stopSeconds;
    securityContext = {
      runAsNonRoot = true;
      runAsUser = user.uid;
      runAsGroup = user.gid;
      fsGroup = user.gid;
      fsGroupChangePolicy = "OnRootMismatch";
      seccompProfile.type = "RuntimeDefault";
    }
    // optional (builtins.any (port: port.number < 1024) (attrValues service.ports)) {
      sysctls = [
        {
          name = "net.ipv4.ip_unprivileged_port_start";
          value = "0";
        }
      ];
    };
    containers = [
      (
        {
          inherit (service) name;
          image = imageOf service.image;
          env = attrValues (
            mapAttrs (name: value: {
              inherit name;
              # `$(NAME)` would be another variable's value.
              value = builtins.replaceStrings [ "$(" ] [ "$$(" ] value;
            }) service.environment
          );
          ports = attrValues (
            mapAttrs (name: port: {
              inherit name;
              containerPort = port.number;
            }) service.ports
          );
          resources = {
            requests = {
              cpu = "50m";
              memory = "${toString (service.limits.memory / 4)}Mi";
            };
            limits.memory = "${toString service.limits.memory}Mi";
          };
          securityContext = {
            allowPrivilegeEscalation = false;
            readOnlyRootFilesystem = true;
            capabilities.drop = [ "ALL" ];
          };
          volumeMounts =
            map (path: {
              name = scratchName path;
              mountPath = path;
            }) (attrNames service.scratch)
            ++ map (name: {
              inherit name;
              mountPath = service.volumes.${name};
            }) (attrNames service.volumes)
            ++ (
              if service.secrets == [ ] then
                [ ]
              else
                [
                  {
                    name = "secrets";
                    mountPath = "/run/secrets";
                    readOnly = true;
                  }
                ]
            )
            ++ map (file: {
              name = file.map;
              mountPath = file.path;
              subPath = file.key;
              readOnly = true;
            }) files;
        }
        // optional (service.command != [ ]) { args = service.command; }
        // optional (service.health != null && service.health ? ready) {
          # Until it has started, a long wait for its services is no fault.
          startupProbe = ask service service.health.live // {
            periodSeconds = 2;
            failureThreshold = 60;
          };
          readinessProbe = ask service service.health.ready // {
            periodSeconds = 5;
            failureThreshold = 2;
          };
          livenessProbe = ask service service.health.live // {
            periodSeconds = 10;
            failureThreshold = 6;
          };
        }
      )
    ];
    volumes =
      map (path: {
        name = scratchName path;
        emptyDir = {
          medium = "Memory";
          sizeLimit = "${toString service.scratch.${path}}Mi";
        };
      }) (attrNames service.scratch)
      ++ map (name: {
        inherit name;
        persistentVolumeClaim.claimName = name;
      }) (attrNames service.volumes)
      ++ (if service.secrets == [ ] then [ ] else [ (secretsVolume service) ])
      ++ map (file: {
        name = file.map;
        configMap.name = file.map;
      }) files;
  }
  // optional (service.replicas.least > 1) {
    topologySpreadConstraints = [
      {
        maxSkew = 1;
        topologyKey = "kubernetes.io/hostname";
        whenUnsatisfiable = "ScheduleAnyway";
        labelSelector.matchLabels = common.labelsOf service;
      }
    ];
  };
}
