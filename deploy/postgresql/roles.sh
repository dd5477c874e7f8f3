#!/bin/sh
# Run once by the image of PostgreSQL, as its superuser, when the database is made: one role for whoever owns the tables and
# is used for migrations alone, those that deploy/roles.sql gives rights to, and one for Temporal's own databases.
set -eu
secrets=${ROLE_SECRETS:-/run/secrets/postgresql}

for role in owner worker staff gateway reader audit; do
    psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
        --set role="hela_vagen_$role" --set secret="$(cat "$secrets/$role")" <<'SQL'
create role :"role" login noinherit password :'secret';
SQL
done

psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set database="$POSTGRES_DB" --set secret="$(cat "$secrets/temporal")" <<'SQL'
alter role hela_vagen_reader set default_transaction_read_only = on;
alter role hela_vagen_audit set default_transaction_read_only = on;
alter database :"database" owner to hela_vagen_owner;
create role temporal login createdb password :'secret';
SQL
