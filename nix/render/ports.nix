# The table of ports for the documentation, as Markdown.
{ model }:
let
  inherit (builtins) concatStringsSep map;
  where =
    port:
    if port ? published then
      if port.published.address == "0.0.0.0" then
        "everywhere, as ${toString port.published.port}"
      else
        "this machine only"
    else
      "other containers only";
  page = port: if port ? page then "`${port.page}`" else "";
  row =
    port:
    "| ${toString port.number} | ${port.service.name} | ${
      port.about or port.service.description
    } | ${where port} | ${page port} |\n";
  sorted = builtins.sort (a: b: a.number < b.number) model.ports;
in
''
  | Port | Service | What | Reached from | Page |
  |--:|---|---|---|---|
''
+ concatStringsSep "" (map row sorted)
