# nginx's configuration for both of its containers, read by nginx itself before it is anybody's.
{
  sources,
  nginxWithBrotli,
  runCommand,
}:
runCommand "ruche-proxy"
  {
    nativeBuildInputs = [ nginxWithBrotli ];
    meta.description = "nginx's configuration for Ruche, checked";
  }
  ''
    cp -r ${sources.proxy}/proxy "$out"
    chmod -R u+w "$out"
    rm -r "$out/tests"
    # This nginx has the module built in.
    substituteInPlace "$out/deployment/client/local.conf" --replace-fail '#   brotli_static on;' 'brotli_static on;'
    mkdir prefix
    for configuration in door client; do
      nginx -t -q -p "$PWD/prefix" -e /dev/stderr -c "$out/$configuration.conf"
    done
  ''
