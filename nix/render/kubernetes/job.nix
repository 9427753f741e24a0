# A service that ends by itself, as a Job of this version: a new version is a new Job. What needs it waits by starting again.
{
  common,
  pod,
  settings,
}:
service:
let
  template = pod service [ ];
  version = builtins.replaceStrings [ "." "+" ] [ "-" "-" ] settings.version;
in
common.object "batch/v1" "Job" service "${service.name}-${version}" {
  backoffLimit = 20;
  ttlSecondsAfterFinished = 86400;
  template = template // {
    spec = template.spec // {
      restartPolicy = "OnFailure";
    };
  };
}
