#!/usr/bin/env bash
# Builds dist/.
#   scripts/dist.sh release   the release; kept in the cache under the hash of its inputs, so an unchanged tree is not built again
#   scripts/dist.sh quick     page and engine without optimisation; the neural trainer in dist/ stays
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
# A folder of its own: the neural trainer's long builds hold the lock of theirs.
export CARGO_TARGET_DIR="$HEARTH_TARGET/page"

build() { # trunk's flags...
  # One at a time: clones share the folder, and the programs in it have the same names.
  mkdir -p "$CARGO_TARGET_DIR"
  exec 8> "$CARGO_TARGET_DIR/.trunk-lock"
  flock 8
  cargo fetch --locked --quiet
  env -u NO_COLOR trunk build --offline "$@"
}

if [ "$1" = quick ]; then
  HEARTH_NEURAL=keep build --cargo-profile quick
  exit
fi

key=$(git ls-files -z --cached --others --exclude-standard -- src public index.html Trunk.toml Cargo.toml Cargo.lock \
        rust-toolchain.toml .cargo scripts tests/web/package-lock.json |
      sort -z | xargs -0 sha256sum 2>/dev/null | sha256sum | cut -c1-16)
kept="$HEARTH_CACHE/dist/$key"
if [ ! -e "$kept/files.json" ]; then
  build --release
  mkdir -p "$HEARTH_CACHE/dist"
  rm -rf "$kept.part.$$" && cp -r dist "$kept.part.$$"
  rm -rf "$kept" && mv "$kept.part.$$" "$kept"
  # The four latest builds stay.
  ls -1dt "$HEARTH_CACHE"/dist/*/ | tail -n +5 | xargs -r rm -rf
else
  touch "$kept"
  rm -rf dist && cp -r "$kept" dist
fi
