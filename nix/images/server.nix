# The HTTP API and the maintenance duties, and nothing else.
{ programs }:
{
  contents = [ programs.ruche-server ];
}
