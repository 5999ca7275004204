#!/usr/bin/env bash
# Builds the program of the engine's pool into a folder:
#   scripts/build-pool.sh OUT PROFILE     PROFILE is a profile of Cargo.toml: release (shipped) or quick
# It writes OUT/pool.js and OUT/pool_bg.wasm. Fits are its work, so it is built for speed, unlike the engine, whose profile Trunk
# would give it too; hence a script.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
out=${1:?a folder to write to} profile=${2:?a profile}

cargo build --quiet --locked --profile "$profile" --target wasm32-unknown-unknown --no-default-features --features engine --bin pool
bound="$CARGO_TARGET_DIR/pool-$profile"
rm -rf "$bound"; mkdir -p "$bound" "$out"
wasm-bindgen --target web --no-typescript --out-dir "$bound" --out-name pool \
  "$CARGO_TARGET_DIR/wasm32-unknown-unknown/$profile/pool.wasm"
cp "$bound/pool.js" "$out/"
if [ "$profile" = quick ]; then
  cp "$bound/pool_bg.wasm" "$out/"
else
  wasm-opt -O3 --strip-debug --strip-producers --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
    --enable-mutable-globals --enable-reference-types --enable-multivalue --enable-simd -o "$out/pool_bg.wasm" "$bound/pool_bg.wasm"
fi
