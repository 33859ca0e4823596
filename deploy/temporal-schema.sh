#!/bin/sh
# Make Temporal's two databases, or bring them to the version of the server. Safe to run again.
set -eu

tool() {
    database=$1
    shift
    temporal-sql-tool --plugin postgres12 --ep temporal-postgres --port 5432 --user temporal \
        --db "$database" "$@"
}

prepare() {
    tool "$1" create
    tool "$1" setup-schema --version 0.0
    tool "$1" update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility
