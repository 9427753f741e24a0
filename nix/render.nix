# Everything that is rendered from the service model, with nothing but Nix itself:
#
#   nix-instantiate --eval --strict --json --store dummy:// nix/render.nix -A compose --argstr tag 0.1.0
#
# `images` gives whole names by an image's short name where those are known (the flake does); `registry` begins all others.
{
  tag ? (import ./settings.nix).version,
  registry ? "",
  images ? { },
  programs ? { },
}:
let
  worlds = import ./worlds.nix;
  modelIn = world: import ./model.nix { inherit world; };
  model = modelIn worlds.containers;
  imageOf = name: images.${name} or "${registry}ruche-${name}:${tag}";
  kubernetes = import ./render/kubernetes.nix {
    model = modelIn worlds.cluster;
    inherit imageOf worlds;
  };
  compose = import ./render/compose.nix { inherit model imageOf; };
in
{
  inherit model;
  compose = compose.text;
  composeAttributes = compose.attributes;
  kubernetes = kubernetes.text;
  kubernetesObjects = kubernetes.objects;
  processCompose =
    (import ./render/process-compose.nix {
      model = modelIn worlds.processes;
      inherit programs;
    }).text;
  prometheus = import ./render/prometheus.nix { inherit model; };
  ports = import ./render/ports.nix { inherit model; };
  upstreams = import ./render/nginx.nix {
    inherit model;
    resolver = "127.0.0.11";
    hostOf = worlds.containers.host;
  } null;
  # What every image starts and holds, for those who build them.
  layout = import ./layout.nix { inherit model; };
}
