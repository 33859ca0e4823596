#!/bin/sh
# Run once by the image on new data: the application's role owns its database and is no superuser,
# so what the log forbids it (to change or delete events) holds.
set -eu
psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --no-psqlrc --quiet \
    --set ON_ERROR_STOP=1 --set password="$POSTGRES_APP_PASSWORD" <<'SQL'
create role hoiam login createdb createrole password :'password';
create database hoiam owner hoiam;
SQL
