#!/usr/bin/env bash
# Builds the neural worker, or takes it from the cache, and copies it to a folder:
#   scripts/build-neural.sh OUT         writes OUT/neural.js and OUT/neural_bg.wasm
#   scripts/build-neural.sh --sources   lists the files that the key is made of
# The build takes minutes, so its result is kept under a key of exactly what reaches the binary; `neural_sources` below is
# that list, and the binary may import nothing else (tests/architecture.rs).
set -euo pipefail
cd "$(dirname "$0")/.."
unset CARGO_TARGET_DIR
source scripts/env.sh
out=${1:?a folder to write to}

neural_sources() {
  find src/neural -name '*.rs' | LC_ALL=C sort
  printf '%s\n' src/bin/neural.rs src/job/message.rs src/job/neural.rs src/model/mod.rs src/model/forward.rs \
    src/model/network/mod.rs src/prepare/matrix.rs src/random.rs \
    rust-toolchain.toml .cargo/config.toml scripts/build-neural.sh
}
if [ "$out" = --sources ]; then neural_sources; exit; fi

# The crates that those files name, with all that these depend on: version and features, as the lock file pins them. Of
# web-sys the features only declare what may be called.
neural_crates() {
  cargo tree --quiet --locked --no-default-features --features neural-worker --target wasm32-unknown-unknown \
    -e normal,build --prefix depth -f ' {p} {f}' |
    awk '$1 == 1 { keep = $2 ~ /^(burn|console_error_panic_hook|getrandom|js-sys|libm|postcard|rand_pcg|serde|wasm-bindgen|wasm-bindgen-futures|web-sys)$/ }
      keep && $NF != "(*)" { print $2, $3, $2 == "web-sys" ? "" : $4 }' | LC_ALL=C sort -u
}
crates=$(neural_crates)
# Of Cargo.toml the release profile.
key=$({ neural_sources | xargs cat; echo "$crates"; awk '/^\[/ { keep = /^\[profile\.release/ } keep' Cargo.toml; } | sha256sum | cut -c1-12)
built="$HEARTH_CACHE/neural-$key"
if [ ! -e "$built/.done" ]; then
  fresh="$built.$$"
  rm -rf "$fresh"; mkdir -p "$fresh"
  echo "build-neural: compiling the neural worker (some minutes, once)" >&2
  CARGO_TARGET_DIR="$HEARTH_TARGET/wasm" cargo build --quiet --release --target wasm32-unknown-unknown \
    --no-default-features --features neural-worker --bin neural
  wasm-bindgen --target web --no-typescript --out-dir "$fresh" --out-name neural \
    "$HEARTH_TARGET/wasm/wasm32-unknown-unknown/release/neural.wasm"
  # Of the limit see scripts/build-worker.sh.
  wasm-opt -O2 --one-caller-inline-max-function-size 300 --strip-debug --strip-producers --enable-bulk-memory \
    --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue --enable-simd \
    -o "$fresh/small.wasm" "$fresh/neural_bg.wasm"
  mv "$fresh/small.wasm" "$fresh/neural_bg.wasm"
  touch "$fresh/.done"
  rm -rf "$built"; mv "$fresh" "$built"
fi
mkdir -p "$out"
cp "$built/neural.js" "$built/neural_bg.wasm" "$out/"
