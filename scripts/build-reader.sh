#!/usr/bin/env bash
# Builds the program that reads spreadsheets and Parquet files into a folder:
#   scripts/build-reader.sh OUT PROFILE     PROFILE is a profile of Cargo.toml: engine (shipped) or quick
# It writes OUT/reader.js and OUT/reader_bg.wasm, which are fetched when such a file comes. Built for size, and apart from the
# engine: what its crates ask of others (flate2's engine) must not become part of that.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
out=${1:?a folder to write to} profile=${2:?a profile}

cargo build --quiet --locked --profile "$profile" --target wasm32-unknown-unknown --no-default-features \
  --features reader-worker --bin reader
bound="$CARGO_TARGET_DIR/reader-$profile"
rm -rf "$bound"; mkdir -p "$bound" "$out"
wasm-bindgen --target web --no-typescript --out-dir "$bound" --out-name reader \
  "$CARGO_TARGET_DIR/wasm32-unknown-unknown/$profile/reader.wasm"
cp "$bound/reader.js" "$out/"
if [ "$profile" = quick ]; then
  cp "$bound/reader_bg.wasm" "$out/"
else
  wasm-opt -Oz --strip-debug --strip-producers --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
    --enable-mutable-globals --enable-reference-types --enable-multivalue --enable-simd -o "$out/reader_bg.wasm" "$bound/reader_bg.wasm"
fi
