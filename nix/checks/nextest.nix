# The tests, on a real PostgreSQL, RabbitMQ and nginx in the sandbox. Those that hold Ruche against programs from PyPI are CI's.
{
  cargo-nextest,
  craneLib,
  docker-compose,
  nginxWithBrotli,
  nix,
  postgresql_18,
  procps,
  prometheus,
  prometheus-alertmanager,
  prometheus-nginx-exporter,
  prometheus-postgres-exporter,
  python3,
  rabbitmq-server,
  rust,
  sources,
}:
craneLib.mkCargoDerivation (
  rust.examined
  // {
    pname = "ruche-tests";
    src = sources.tests;
    cargoArtifacts = rust.examinedArtifacts;
    nativeBuildInputs = [
      cargo-nextest
      docker-compose
      nginxWithBrotli
      nix
      postgresql_18
      procps
      prometheus
      prometheus-alertmanager
      prometheus-nginx-exporter
      prometheus-postgres-exporter
      prometheus.cli
      python3
      rabbitmq-server
    ];
    doInstallCargoArtifacts = false;
    RUCHE_TEST_COMPOSE = "${docker-compose}/bin/docker-compose";
    # What runs in one place is left to it: see xtask/src/install/pypi.rs.
    filter = "not (test(schemathesis) | test(celery) | test(s3) | test(kubernetes_knows_every_field))";
    buildPhaseCargoCommand = ''
      mkfifo urls
      cargo run --package xtask -- services > urls &
      services=$!
      { read -r postgres; read -r amqp; cat > /dev/null & } < urls
      export "$postgres" "$amqp"
      cargo nextest run $cargoExtraArgs -E "$filter"
      kill "$services"
    '';
    installPhaseCommand = "touch $out";
  }
)
