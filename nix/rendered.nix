# What is rendered from the service model, as packages: with the tags of the images that this flake builds.
{ render, writeText }:
{
  compose = writeText "compose.yaml" render.compose;
  kubernetes = writeText "kubernetes.yaml" render.kubernetes;
}
