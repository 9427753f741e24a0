# The `ruche` command, with the web client in it.
{
  rust,
  programs,
  installShellFiles,
}:
rust.program {
  package = "ruche";
  description = "Ruche in one process, and the operator's command";
  RUCHE_CLIENT_DIST = programs.client;
  nativeBuildInputs = [ installShellFiles ];
  postInstall = ''
    for shell in bash fish zsh; do
      installShellCompletion --cmd ruche --"$shell" <("$out/bin/ruche" completions "$shell")
    done
  '';
}
