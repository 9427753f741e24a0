# The HTTP API and the maintenance duties.
{ rust }:
rust.program {
  package = "ruche-server";
  description = "Ruche's HTTP API and maintenance";
}
