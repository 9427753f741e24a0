#!/bin/sh
# RabbitMQ with the configuration that RABBITMQ_* name; what it writes goes to its volume and to the log.
set -eu
umask 077
export ERL_CRASH_DUMP=/dev/null
# Without a container nobody has made it.
mkdir -p "$HOME"
exec rabbitmq-server
