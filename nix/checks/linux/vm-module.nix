# A virtual machine with the module: PostgreSQL and RabbitMQ of NixOS, server and worker, a task done and looked up. It needs KVM.
{ module, testers }:
testers.runNixOSTest {
  name = "ruche-module";
  nodes.machine =
    { pkgs, ... }:
    {
      imports = [ module ];
      virtualisation.memorySize = 2048;
      services.postgresql = {
        enable = true;
        ensureDatabases = [ "ruche" ];
        ensureUsers = [
          {
            name = "ruche";
            ensureDBOwnership = true;
          }
        ];
      };
      services.rabbitmq.enable = true;
      # A test's secrets may be in the store; the module refuses that for everybody else's.
      system.activationScripts.secrets = ''
        mkdir -p /var/secrets
        printf 'a-key-of-a-test-and-nothing-else' > /var/secrets/api-key
        chmod 0400 /var/secrets/api-key
      '';
      services.ruche = {
        enable = true;
        secrets.api-key = "/var/secrets/api-key";
        settings = {
          database.url = "postgres://ruche@localhost/ruche?host=/run/postgresql";
          broker.url = "amqp://guest:guest@localhost:5672/%2f";
        };
      };
      environment.systemPackages = [ pkgs.curl ];
    };
  testScript = ''
    machine.wait_for_unit("ruche-server.service")
    machine.wait_for_unit("ruche-worker.service")
    machine.wait_for_open_port(8000)
    ask = "curl --fail --silent --header 'authorization: Bearer a-key-of-a-test-and-nothing-else' --header 'content-type: application/json'"

    with subtest("nobody gets in without a key"):
        machine.fail("curl --fail --silent http://localhost:8000/api/v1/stats")

    with subtest("a task is done"):
        machine.succeed(f"""{ask} --header 'prefer: wait=20' http://localhost:8000/api/v1/tasks --data '{{"task":"ruche.noop"}}' | grep succeeded""")

    with subtest("a worker that is killed comes back and goes on"):
        machine.succeed("systemctl kill --signal=KILL ruche-worker.service")
        machine.wait_for_unit("ruche-worker.service")
        machine.succeed(f"""{ask} --header 'prefer: wait=60' http://localhost:8000/api/v1/tasks --data '{{"task":"ruche.noop"}}' | grep succeeded""")

    with subtest("the secrets are the service's alone"):
        machine.fail("sudo -u nobody cat /run/credentials/ruche-server.service/api-key")
  '';
}
