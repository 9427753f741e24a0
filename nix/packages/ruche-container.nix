# What containers without a shell need.
{ rust }:
rust.program {
  package = "ruche-container";
  description = "Health checks and first secrets for containers without a shell";
}
