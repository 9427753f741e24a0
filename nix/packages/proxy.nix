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
    # This nginx has the module built in.
    substituteInPlace "$out/deployment/client/local.conf" --replace-fail '#   brotli_static on;' 'brotli_static on;'
    mkdir prefix
    # Reading a configuration binds its ports, and a build may have none below 1024: a copy is read that has 8000 and 44300.
    examine() {
      cp -r "$1" examined
      chmod -R u+w examined
      find examined/deployment -name '*.conf' -exec sed -E -i 's/^( *listen (\[::\]:)?)(80|443) /\1\300 /' {} +
      nginx -t -q -p "$PWD/prefix" -e /dev/stderr -c "$PWD/examined/$2.conf"
      rm -r examined
    }
    examine "$out" door
    examine "$out" client

    # Checked with a certificate of a moment, where one of a deployment will be.
    cp -r "$out" "$tls"
    chmod -R u+w "$tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout tls-key -out tls-certificate
    sed "s#/run/secrets#$PWD#" "$tls/deployment/door-tls/listen.conf" > "$tls/deployment/door/listen.conf"
    examine "$tls" door
    cp "$tls/deployment/door-tls/listen.conf" "$tls/deployment/door/listen.conf"
  ''
