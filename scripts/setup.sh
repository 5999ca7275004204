#!/usr/bin/env bash
# Installs what the project needs and a machine may lack, each into a cache outside the clone, keyed by what pins it.
#   scripts/setup.sh build    wasm target, trunk, wasm-bindgen, wasm-split-cli, wasm-opt
#   scripts/setup.sh test     the above, and Chromium, the browser test packages and the Python references
# Prints nothing when all is there. HEARTH_CACHE moves the cache (default ~/.cache/hearth).
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh

say() { printf 'setup: %s\n' "$*" >&2; }

need() { command -v "$1" >/dev/null || { say "$1 is needed. $2"; exit 1; }; }
need cargo "Install rustup from https://rustup.rs, then run this again."
need rustup "Install rustup from https://rustup.rs, then run this again."
need node "Install Node.js 20 or later, then run this again."
need npm "Install Node.js 20 or later, then run this again."

if ! rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown; then
  say "adding the wasm target"
  rustup target add wasm32-unknown-unknown
fi

install_tool() { # name version flags...
  local name=$1 version=$2; shift 2
  local stamp="$HEARTH_TOOLS/.$name-$version"
  [ -e "$stamp" ] && return
  say "building $name $version (once, some minutes)"
  CARGO_TARGET_DIR="$HEARTH_CACHE/build-$name" cargo install --quiet --root "$HEARTH_TOOLS" --force "$name" --version "=$version" "$@"
  rm -rf "$HEARTH_CACHE/build-$name"
  touch "$stamp"
}
# wasm-bindgen's tool must have the version of the crate; one dependency in its lock file is no longer served, hence no --locked.
install_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION"
install_tool trunk "$TRUNK_VERSION" --locked
# Must fit wasm_split_helpers in Cargo.lock, which Leptos brings.
install_tool wasm_split_cli_support "$WASM_SPLIT_VERSION" --locked --features build-binary

if [ ! -e "$HEARTH_NODE/.done" ]; then
  say "installing node packages"
  rm -rf "$HEARTH_NODE"; mkdir -p "$HEARTH_NODE"
  cp tests/web/package.json tests/web/package-lock.json "$HEARTH_NODE/"
  (cd "$HEARTH_NODE" && npm ci --no-audit --no-fund --loglevel=error)
  touch "$HEARTH_NODE/.done"
fi
ln -sfn "$HEARTH_NODE/node_modules" tests/web/node_modules

[ "${1:-build}" = test ] || exit 0

# Tests hold the path of the clone that they were compiled in, and the target folder serves every clone: in another clone
# they are compiled again, or they would read files of the one before.
clone="$CARGO_TARGET_DIR/.clone"
if [ "$(cat "$clone" 2>/dev/null)" != "$PWD" ]; then
  find tests -name '*.rs' -exec touch {} +
  mkdir -p "$CARGO_TARGET_DIR"
  printf '%s' "$PWD" > "$clone"
fi

need python3 "Install Python 3.11 or later, then run this again."
if [ ! -e "$HEARTH_PYTHON/.done" ]; then
  say "installing the Python references"
  rm -rf "$HEARTH_PYTHON"
  python3 -m venv "$HEARTH_PYTHON"
  "$HEARTH_PYTHON/bin/pip" install --quiet --disable-pip-version-check -r tests/reference/requirements.txt
  touch "$HEARTH_PYTHON/.done"
fi

if ! "$(dirname "$0")/chromium.sh" >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing Chromium from Debian's packages"
    apt-get update -qq && apt-get install -y -qq chromium >/dev/null
  fi
  "$(dirname "$0")/chromium.sh" >/dev/null
fi

# Firefox is tried where it is at hand; nothing depends on it.
if ! command -v firefox-esr firefox >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  say "installing Firefox from Debian's packages"
  { apt-get update -qq && apt-get install -y -qq firefox-esr >/dev/null; } || say "Firefox could not be installed; its smoke run is left out"
fi
