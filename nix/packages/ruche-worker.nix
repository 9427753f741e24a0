# What runs tasks.
{ rust }:
rust.program {
  package = "ruche-worker";
  description = "Ruche's worker";
}
