#!/usr/bin/env bash
# Builds dist/.
#   scripts/dist.sh release   the release; kept in the cache under the hash of its inputs, so an unchanged tree is not built again
#   scripts/dist.sh quick     page and engine with little optimisation; the neural trainer in dist/ stays
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
# A folder of its own (or of the caller's choice, when several trees are built in turn): the neural trainer's long builds hold the lock of theirs.
export CARGO_TARGET_DIR="${HEARTH_PAGE_TARGET:-$HEARTH_TARGET/page}"

# One build at a time: clones share the folder, and the programs in it have the same names.
lock() {
  mkdir -p "$CARGO_TARGET_DIR"
  exec 8> "$CARGO_TARGET_DIR/.trunk-lock"
  flock 8
}

build() { # trunk's flags...
  cargo fetch --locked --quiet
  env -u NO_COLOR trunk build --offline "$@"
}

if [ "$1" = quick ]; then
  lock
  HEARTH_NEURAL=keep HEARTH_PAGE=quick build --cargo-profile quick
  exit
fi

inputs() { # without the scripts that only look at what was built
  git ls-files -z --cached --others --exclude-standard -- src public predictor index.html Trunk.toml Cargo.toml Cargo.lock \
      rust-toolchain.toml .cargo scripts tests/web/package-lock.json ':!scripts/test.sh' ':!scripts/budget.mjs' ':!scripts/serve.mjs' \
      ':!scripts/chromium.sh' ':!scripts/fuzz.sh' ':!scripts/weigh.mjs' |
    sort -z | xargs -0 sha256sum 2>/dev/null | sha256sum | cut -c1-16
}

take() { # the kept build of these inputs
  [ -e "$1/files.json" ] || return 1
  touch "$1"
  rm -rf dist && cp -r "$1" dist
}

key=$(inputs); kept="$HEARTH_CACHE/dist/$key"
take "$kept" && exit
lock
take "$kept" && exit
# Linking keeps one core busy: the pool is built beside the engine. What comes of it is said when the hook asks for it.
cargo build --quiet --locked --profile release --target wasm32-unknown-unknown --no-default-features --features engine --bin pool 2> /dev/null &
build --release --cargo-profile engine
# What was changed while it was built is in it or not: such a build is not kept.
[ "$(inputs)" = "$key" ] || exit 0
mkdir -p "$HEARTH_CACHE/dist"
rm -rf "$kept.part.$$" && cp -r dist "$kept.part.$$"
rm -rf "$kept" && mv "$kept.part.$$" "$kept"
# The four latest builds stay.
ls -1dt "$HEARTH_CACHE"/dist/*/ | tail -n +5 | xargs -r rm -rf
