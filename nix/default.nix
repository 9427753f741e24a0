# Puts the parts of the flake together.
{ inputs }:
{ }
