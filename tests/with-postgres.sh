#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL server of its own; GONGJIAN_TEST_DB tells its address.
# A server that already runs on this machine is never touched.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(pg_config --bindir)
dir=$(mktemp -d)
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  chown postgres "$dir"
  as() { runuser -u postgres -- "$@"; }
fi
cleanup() {
  as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap cleanup EXIT
as "$bin/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log"; exit 1; }
as "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/server.log" \
  -o "-k $dir -c listen_addresses='' -c fsync=on -c max_connections=200" start >/dev/null || { cat "$dir/server.log"; exit 1; }
export GONGJIAN_TEST_DB="postgres://postgres@localhost/postgres?host=$dir"
"$@"
