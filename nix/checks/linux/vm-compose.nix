# A virtual machine with Docker and no network: all images loaded, the rendered compose file up, a task done through port 80. It needs
# KVM.
{
  images,
  lib,
  rendered,
  testers,
}:
testers.runNixOSTest {
  name = "ruche-compose";
  nodes.machine =
    { pkgs, ... }:
    {
      virtualisation = {
        docker.enable = true;
        memorySize = 4096;
        diskSize = 8192;
      };
      environment.systemPackages = [
        pkgs.curl
        pkgs.docker-compose
      ];
    };
  testScript = ''
    machine.wait_for_unit("docker.service")
    ${lib.concatMapStrings (image: ''
      machine.succeed("docker load --input ${image.archive}")
    '') (lib.attrValues images)}
    compose = "docker-compose --file ${rendered.compose} --profile monitoring"
    machine.succeed(f"{compose} up --detach --wait --wait-timeout 300")
    key = machine.succeed(f"{compose} run --rm --no-deps setup show api-key").strip()
    machine.succeed(
        f"""curl --fail --silent --header 'authorization: Bearer {key}' --header 'content-type: application/json' """
        f"""--header 'prefer: wait=20' http://localhost/api/v1/tasks --data '{{"task":"ruche.noop"}}' | grep succeeded"""
    )
    machine.succeed("curl --fail --silent http://localhost/grafana/api/health")
    password = machine.succeed(f"{compose} run --rm --no-deps setup show grafana-password").strip()
    grafana = f"curl --fail --silent --user admin:{password} http://localhost/grafana/api"
    machine.succeed(f"{grafana}/datasources/uid/prometheus/health | grep OK")
    for dashboard in ["overview", "queues", "task", "workers", "api", "infrastructure", "slo"]:
        machine.succeed(f"{grafana}/dashboards/uid/ruche-{dashboard} | grep '\"provisioned\":true'")
    machine.succeed(f"{compose} down")
  '';
}
