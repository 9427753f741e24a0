# nginx's configuration for both of its containers, read by nginx itself before it is anybody's.
{
  sources,
  nginxWithBrotli,
  openssl,
  runCommand,
}:
runCommand "ruche-proxy"
  {
    nativeBuildInputs = [
      nginxWithBrotli
      openssl
    ];
    # The same with TLS.
    outputs = [
      "out"
      "tls"
    ];
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

    # Checked with a certificate of a moment, where one of a deployment will be.
    cp -r "$out" "$tls"
    chmod -R u+w "$tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout tls-key -out tls-certificate
    sed "s#/run/secrets#$PWD#" "$tls/deployment/door-tls/listen.conf" > "$tls/deployment/door/listen.conf"
    nginx -t -q -p "$PWD/prefix" -e /dev/stderr -c "$tls/door.conf"
    cp "$tls/deployment/door-tls/listen.conf" "$tls/deployment/door/listen.conf"
  ''
