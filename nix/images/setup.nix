# The secrets of a first start: the program that makes them is in every image.
{ }:
{
  contents = [ ];
}
