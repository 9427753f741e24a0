# Makes every secret on the first start, each in a volume that only those see who need it; later starts change nothing.
_: {
  description = "makes the secrets on the first start";
  image = "setup";
  # The renderers add what it makes: it follows from all other services.
  command = [ "secrets" ];
  oneShot = true;
  native = true;
  limits = {
    memory = 64;
    processes = 16;
    cpus = "0.5";
  };
}
