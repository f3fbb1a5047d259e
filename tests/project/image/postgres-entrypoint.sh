#!/bin/sh
# As the real image starts: at first a server on its socket alone, which makes the database; then the one to stay.
set -eu

programs=/usr/local/postgresql/bin
data=/var/lib/postgresql/data

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
}

mkdir -p "$data"
chown postgres "$data" /var/run/postgresql
chmod 700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
    printf '%s' "${POSTGRES_PASSWORD:?}" >/tmp/password
    chown postgres /tmp/password
    as_postgres "$programs/initdb" --pgdata="$data" --username="$POSTGRES_USER" --pwfile=/tmp/password \
        --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
    rm /tmp/password
    echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
    as_postgres "$programs/pg_ctl" --pgdata="$data" --options="-c listen_addresses=''" --wait start
    as_postgres "$programs/createdb" --username="$POSTGRES_USER" "$POSTGRES_DB"
    as_postgres "$programs/pg_ctl" --pgdata="$data" --mode=fast --wait stop
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups "$programs/postgres" -D "$data" -c listen_addresses='*'
