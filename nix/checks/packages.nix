# Every package builds: those of the proxy and of monitoring are checked by nginx and promtool as they do.
{ linkFarm, programs }:
linkFarm "packages" programs
