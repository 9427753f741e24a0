# The deployment as plain processes, for process-compose: those services that say `native`. `programs` has the command lines by an
# image's name; RUCHE_HOME is where data and secrets are, RUCHE_CONFIGURATION where configuration files are.
{ model, programs }:
let
  inherit (builtins)
    attrNames
    attrValues
    concatStringsSep
    filter
    listToAttrs
    map
    mapAttrs
    replaceStrings
    ;
  inherit (import ./yaml.nix) document;
  native = filter (service: service.native) (attrValues model.services);
  isNative = name: model.services.${name}.native;
  program = image: programs.${image} or "ruche-${image}";
  # For a shell; process-compose has put its variables in before that.
  quoted = text: "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
  commandOf =
    service:
    concatStringsSep " " (
      [ (program service.image) ]
      ++ map quoted (
        service.command
        ++ (
          if service.name == "setup" then [ "\${RUCHE_HOME}/secrets" ] ++ model.secrets.arguments else [ ]
        )
      )
    );
  process =
    service:
    {
      command = commandOf service;
      environment = attrValues (mapAttrs (name: value: "${name}=${value}") service.environment);
      depends_on = mapAttrs (_name: state: {
        condition = if state == "healthy" then "process_healthy" else "process_completed_successfully";
      }) (removeAttrs service.after (filter (name: !isNative name) (attrNames service.after)));
      availability.restart = if service.oneShot then "exit_on_failure" else "on_failure";
      shutdown = {
        timeout_seconds = service.stopSeconds;
      }
      // (if service.stopSignal == "SIGINT" then { signal = 2; } else { });
    }
    // (
      if service.health == null then
        { }
      else
        {
          readiness_probe = {
            period_seconds = 2;
            timeout_seconds = 3;
            failure_threshold = 30;
          }
          // (
            if service.health ? ready then
              {
                http_get = {
                  host = "127.0.0.1";
                  path = service.health.ready;
                  port = service.ports.${service.health.port}.number;
                };
              }
            else
              { exec.command = concatStringsSep " " (nativeHealth service); }
          );
        }
    );
  # Images have their programs in /bin; here PATH finds them.
  nativeHealth =
    service: map (word: quoted (replaceStrings [ "/bin/" ] [ "" ] word)) service.health.command;
in
{
  # Before it reads the file as YAML, process-compose puts its variables in, and that takes one backslash of two.
  text = replaceStrings [ "\\" ] [ "\\\\" ] (document {
    version = "0.5";
    # Whoever needs another is stopped before it.
    ordered_shutdown = true;
    processes = listToAttrs (
      map (service: {
        inherit (service) name;
        value = process service;
      }) native
    );
  });
}
