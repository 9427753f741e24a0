# `nix develop`: everything for `cargo xtask up|test|bench|demo|client|stack`, on Linux and macOS.
{
  lib,
  cargo-deny,
  cargo-nextest,
  chromium,
  craneLib,
  deadnix,
  docker-compose,
  lld,
  nginxWithBrotli,
  nixfmt,
  nodejs,
  postgresql_18,
  process-compose,
  prometheus,
  prometheus-alertmanager,
  prometheus-nginx-exporter,
  prometheus-postgres-exporter,
  python3,
  rabbitmq-server,
  stdenv,
}:
craneLib.devShell {
  packages = [
    cargo-deny
    cargo-nextest
    deadnix
    docker-compose
    lld
    nginxWithBrotli
    nixfmt
    nodejs
    postgresql_18
    process-compose
    prometheus
    prometheus-alertmanager
    prometheus-nginx-exporter
    prometheus-postgres-exporter
    prometheus.cli
    python3
    rabbitmq-server
  ]
  ++ lib.optional stdenv.hostPlatform.isLinux chromium;
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER = "lld";
}
