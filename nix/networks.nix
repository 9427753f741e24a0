# Who can talk to whom. An internal network has no way out, and nothing on it alone can be published.
{
  # The one door.
  edge = {
    internal = false;
    about = "the proxy, and what it stands in front of";
  };
  # Ruche's own processes; workers reach the world through it.
  app = {
    internal = false;
    about = "server, workers, client";
  };
  data = {
    internal = true;
    about = "PostgreSQL and RabbitMQ, and those who use them";
  };
  monitoring = {
    internal = false;
    about = "Prometheus, Grafana, and what is scraped";
  };
}
