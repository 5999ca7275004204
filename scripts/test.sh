#!/usr/bin/env bash
# Everything that is checked. Stops at the first part that fails, and says which.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
source scripts/env.sh

part() { # name command...
  local name=$1 start=$SECONDS; shift
  printf '\n── %s\n' "$name"
  "$@" || { printf '\nFAILED: %s\n' "$name"; exit 1; }
  printf '── %s: %d s\n' "$name" "$((SECONDS - start))"
}
on_page() { CARGO_TARGET_DIR="$HEARTH_TARGET/page" cargo clippy --quiet --locked --target wasm32-unknown-unknown "$@" -- -D warnings; }

part "format" cargo fmt --check
part "lints of the library, the shell and the tests" cargo clippy --quiet --locked --features shell-neural --all-targets -- -D warnings
part "lints of the page" on_page --features page --bin app
part "lints of the engine" on_page --features engine --bin worker
part "lints of the reader" on_page --features reader-worker --bin reader
# Without the reader's crates, which would have ZIP files unpacked by another program than the engine's.
mapfile -t pure < <(basename -s .rs tests/*.rs | grep -vxE 'neural|reader|shell' | sed 's/^/--test=/')
part "native tests" cargo test --quiet --locked "${pure[@]}"
part "native tests of the trainer, the shell and the reader" cargo test --quiet --locked --features shell-neural --test neural --test shell --test reader
# Small and quick, so they are compiled quickly too.
part "tests inside the library" cargo test --quiet --locked --features reader --profile dev --lib
part "build" scripts/dist.sh release
part "sizes" node scripts/budget.mjs
part "predictors in Node and opened from a disk" node tests/web/predictor/run.mjs dist/predictor "$CARGO_TARGET_DIR/tmp"
part "trainer on the CPU in the browser" node tests/web/neural/run.mjs dist cpu
# On a software adapter the GPU path is slow: the scenarios that only it can answer.
part "trainer on WebGPU in the browser" node tests/web/neural/run.mjs dist gpu device compare lose
part "browser tests" node tests/web/run.mjs
part "smoke run in Firefox" node --experimental-websocket --no-warnings tests/web/firefox.mjs
printf '\nEverything passed in %d s.\n' "$SECONDS"
