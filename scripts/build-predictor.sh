#!/usr/bin/env bash
# Builds what a predictor is made of into a folder:
#   scripts/build-predictor.sh OUT     writes OUT/predictor.html, OUT/predictor.mjs, their types and words, and the same page
#                                      and module for models behind steps: OUT/steps/predictor.html, OUT/steps/predictor.mjs
# The programs are WebAssembly modules without imports and without bindings (src/bin/predictor.rs). They are always built for
# size: a predictor is handed out as it lies here, also by a quick build.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
out=${1:?a folder to write to}

cargo build --quiet --locked --profile page --target wasm32-unknown-unknown --no-default-features --features predictor \
  --bin predictor --bin predictor-steps
work="$CARGO_TARGET_DIR/predictor-work"
rm -rf "$work"; mkdir -p "$work" "$out/steps"

program() { # name folder
  # Crates that are linked for other programs export what bindings would need; without those exports all of it goes.
  node scripts/predictor.mjs bare "$CARGO_TARGET_DIR/wasm32-unknown-unknown/page/$1.wasm" "$work/bare.wasm"
  wasm-opt -Oz --strip-debug --strip-producers --strip-target-features --enable-bulk-memory --enable-nontrapping-float-to-int \
    --enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue --enable-simd \
    -o "$work/$1.wasm" "$work/bare.wasm"
  node scripts/predictor.mjs pack "$work/$1.wasm" "$2"
}
program predictor "$out"
program predictor-steps "$out/steps"
node scripts/predictor.mjs words "$out"
