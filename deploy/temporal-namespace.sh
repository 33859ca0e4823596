#!/bin/sh
# Make the namespace, or set how long it keeps closed workflows. Safe to run again.
set -eu

# By number: the server listens on IPv4 only, and the name may lead to both kinds of address.
address="$(getent ahosts temporal | awk '/STREAM/ { print $1; exit }'):7233"

namespace() {
    temporal operator namespace "$1" --namespace "$NAMESPACE" --retention "${RETENTION_DAYS}d" \
        --address "$address"
}

# The server answers a little after its port opens, and knows a new namespace a little after that.
tries=30
until namespace update || namespace create; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "The namespace $NAMESPACE could not be set." >&2; exit 1; }
    sleep 2
done
