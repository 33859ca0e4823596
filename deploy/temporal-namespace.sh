#!/bin/sh
# Make the namespace, or set how long it keeps closed workflows. Safe to run again.
set -eu

# By number: the server listens on IPv4 only, and the name may lead to both kinds of address.
address="$(getent ahosts temporal | awk '/STREAM/ { print $1; exit }'):7233"

namespace() {
    temporal operator namespace "$1" --namespace "$NAMESPACE" --retention "${RETENTION_DAYS}d" \
        --address "$address"
}

tries=30
until temporal operator cluster health --address "$address"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "Temporal at $address does not answer." >&2; exit 1; }
    sleep 2
done

namespace update || namespace create
