#!/usr/bin/env bash
# Builds a program that the engine starts as a worker of its own into a folder:
#   scripts/build-worker.sh OUT NAME [quick]     NAME: pool or reader; quick: with little optimisation
# It writes OUT/NAME.js and OUT/NAME_bg.wasm. Trunk would give each of them the engine's profile and features; hence a script.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
out=${1:?a folder to write to} name=${2:?pool or reader}
case $name in
  # Fits are its work, so it is built for speed.
  pool) features=engine profile=release level=-O3 ;;
  # Fetched when a spreadsheet or a Parquet file comes, so it is built for size; apart from the engine, of which what its
  # crates ask of others (flate2's engine) must not become part.
  reader) features=reader-worker profile=engine level=-Oz ;;
  *) echo "build-worker: “$name” is neither pool nor reader" >&2; exit 1 ;;
esac
profile=${3:-$profile}

cargo build --quiet --locked --profile "$profile" --target wasm32-unknown-unknown --no-default-features --features "$features" --bin "$name"
bound="$CARGO_TARGET_DIR/$name-$profile"
rm -rf "$bound"; mkdir -p "$bound" "$out"
wasm-bindgen --target web --no-typescript --out-dir "$bound" --out-name "$name" \
  "$CARGO_TARGET_DIR/wasm32-unknown-unknown/$profile/$name.wasm"
cp "$bound/$name.js" "$out/"
if [ "$profile" = quick ]; then
  cp "$bound/${name}_bg.wasm" "$out/"
else
  # A function with one caller is put into it up to this size only: without a limit a few grow to a quarter of a megabyte,
  # which the browser compiles for half a second while the page waits for a core. So for the engine (index.html), the trainer.
  wasm-opt "$level" --one-caller-inline-max-function-size 300 --strip-debug --strip-producers --enable-bulk-memory \
    --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue \
    --enable-simd -o "$out/${name}_bg.wasm" "$bound/${name}_bg.wasm"
fi
