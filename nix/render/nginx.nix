# Where nginx finds the others: the file upstreams.conf of proxy/deployment, for one of the two nginx.
{
  model,
  resolver,
  hostOf,
}:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    filter
    map
    ;
  inherit (model) services;
  # Whoever has a page can be behind the door; the door itself is not.
  upstreams = filter (name: name != "proxy" && pageOf services.${name} != [ ]) (attrNames services);
  pageOf = service: filter (port: port ? page) (builtins.attrValues service.ports);
  portOf = service: toString (builtins.head (pageOf service)).number;
  line =
    name: "map \"\" $upstream_${name} { default http://${hostOf name}:${portOf services.${name}}; }\n";
in
names:
''
  resolver ${resolver} valid=5s ipv6=off;
  resolver_timeout 3s;
''
+ concatStringsSep "" (map line (if names == null then upstreams else names))
