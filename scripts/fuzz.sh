#!/usr/bin/env bash
# Looks for bytes that end in a panic (fuzz/targets.rs). Needs Rust's nightly toolchain.
#   FUZZ_SECONDS=600 for each target; ONLY=csv for one of them. What is found is kept in the cache, and told.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
if ! rustup toolchain list | grep -q '^nightly'; then
  echo "fuzz: Rust's nightly toolchain is not installed, and fuzzing needs it: rustup toolchain install nightly" >&2
  exit 1
fi
CARGO_FUZZ_VERSION=0.13.1
if [ ! -x "$HEARTH_TOOLS/bin/cargo-fuzz" ]; then
  cargo +nightly install cargo-fuzz --version "$CARGO_FUZZ_VERSION" --root "$HEARTH_TOOLS"
fi
export CARGO_TARGET_DIR="$HEARTH_CACHE/fuzz/target"
targets=${ONLY:-$(sed -n 's/^name = "\(.*\)"/\1/p' fuzz/Cargo.toml | tail -n +2)}
for target in $targets; do
  found="$HEARTH_CACHE/fuzz/$target"; mkdir -p "$found"
  seeds="fuzz/corpus/$target"; [ -d "$seeds" ] || seeds=tests/data
  printf '\n── %s\n' "$target"
  cargo +nightly fuzz run --sanitizer none "$target" "$found" "$seeds" -- \
    -max_total_time="${FUZZ_SECONDS:-600}" -max_len=65536 -rss_limit_mb=4096 -timeout=25 -print_final_stats=1 -verbosity=0
done
