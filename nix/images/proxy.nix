# The one door.
{
  nginxWithBrotli,
  programs,
  runCommand,
}:
{
  contents = [
    nginxWithBrotli
    (runCommand "proxy-files" { } ''
      mkdir -p "$out/etc" "$out/srv/proxy"
      ln -s ${programs.proxy} "$out/etc/proxy"
      ln -s ${programs.proxy.tls} "$out/etc/proxy-tls"
      ln -s ${programs.proxy}/pages "$out/srv/proxy/pages"
    '')
  ];
}
