# The web client's files, and an nginx to serve them.
{
  nginxWithBrotli,
  programs,
  runCommand,
}:
{
  contents = [
    nginxWithBrotli
    (runCommand "client-files" { } ''
      mkdir -p "$out/etc" "$out/srv"
      ln -s ${programs.proxy} "$out/etc/proxy"
      ln -s ${programs.client} "$out/srv/client"
    '')
  ];
}
