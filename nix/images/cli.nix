# The `ruche` command.
{ programs }:
{
  contents = [ programs.ruche ];
}
