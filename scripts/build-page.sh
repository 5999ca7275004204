#!/usr/bin/env bash
# Builds the page's program into a folder:
#   scripts/build-page.sh OUT PROFILE     PROFILE is a profile of Cargo.toml: page (shipped) or quick
# It writes OUT/app.js and OUT/app_bg.wasm, which draw the first view, and OUT/split_rest.wasm with OUT/__wasm_split.js, which
# load the rest after it. The split is made between linking and wasm-bindgen, where Trunk has no hook; hence a script.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
out=${1:?a folder to write to} profile=${2:?a profile}
target="$CARGO_TARGET_DIR/app"

# Type-erased views are half the size; the split needs the linker's relocations.
cargo build --quiet --locked --target-dir "$target" --profile "$profile" --target wasm32-unknown-unknown \
  --config 'target.wasm32-unknown-unknown.rustflags=["--cfg=erase_components", "-Clink-args=--emit-relocs"]' \
  --no-default-features --features page --bin app

work="$target/split-$profile"
rm -rf "$work"; mkdir -p "$work/bound"
wasm-split-cli "$target/wasm32-unknown-unknown/$profile/app.wasm" "$work" --out-name app --target web
wasm-bindgen --target web --no-typescript --keep-lld-exports --out-dir "$work/bound" --out-name app "$work/app.wasm"
mkdir -p "$out"
cp "$work/bound/app.js" "$work/__wasm_split.js" "$out/"
for program in "$work/bound/app_bg.wasm" "$work/split_rest.wasm"; do
  if [ "$profile" = quick ]; then
    cp "$program" "$out/"
  else
    wasm-opt -Oz --strip-debug --strip-producers --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
      --enable-mutable-globals --enable-reference-types --enable-multivalue --enable-simd \
      -o "$out/$(basename "$program")" "$program"
  fi
done
