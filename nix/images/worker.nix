# What runs tasks.
{ programs }:
{
  contents = [ programs.ruche-worker ];
}
