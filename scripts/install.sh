#!/usr/bin/env bash
# Installs what is missing: `build` for what compiling needs, `test` for what the tests need besides.
set -euo pipefail
what=${1:?build or test}
packages=()
need() { # need COMMAND-OR-FILE PACKAGE…
  local probe=$1; shift
  if [[ $probe == /* ]]; then compgen -G "$probe" >/dev/null && return 0; else command -v "$probe" >/dev/null && return 0; fi
  packages+=("$@")
}
need cmake cmake
need g++ g++
need '/usr/lib/llvm*/lib/libclang.so*' libclang-dev
need pkg-config pkg-config
if [ "$what" = test ]; then
  need '/usr/lib/postgresql/*/bin/initdb' postgresql
  need chromium chromium
  need '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc' fonts-noto-cjk
  need python3 python3
  python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)
  if ! node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null; then
    packages+=(nodejs npm)
  fi
fi
if [ ${#packages[@]} -gt 0 ]; then
  echo "installing ${packages[*]}"
  as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
