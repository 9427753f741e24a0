{
  description = "Ruche: background work over HTTP, on PostgreSQL and RabbitMQ, beside Celery";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    crane.url = "github:ipetkov/crane";
  };

  outputs = inputs: import ./nix { inherit inputs; };
}
