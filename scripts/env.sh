# Where the caches are and which versions the tools have. Sourced by every script; nothing here runs anything slow.
export HEARTH_CACHE="${HEARTH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hearth}"
export TRUNK_VERSION=0.21.14
export WASM_BINDGEN_VERSION=0.2.130
export WASM_SPLIT_VERSION=0.2.4
hearth_key() { cat "$@" | sha256sum | cut -c1-12; }
export HEARTH_TOOLS="$HEARTH_CACHE/tools"
HEARTH_NODE="$HEARTH_CACHE/node-$(hearth_key tests/web/package-lock.json)"; export HEARTH_NODE
HEARTH_PYTHON="$HEARTH_CACHE/python-$(hearth_key tests/reference/requirements.txt)"; export HEARTH_PYTHON
# One target folder for every clone with the same crates in its lock file: registry crates are compiled once. Which of them
# the package itself names is left out, so that naming one more that is there anyway costs nothing.
hearth_crates() { awk -v RS= '!/\nname = "hearth"\n/' Cargo.lock; }
HEARTH_TARGET="$HEARTH_CACHE/target-$(hearth_crates | cat - rust-toolchain.toml | sha256sum | cut -c1-12)"; export HEARTH_TARGET
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HEARTH_TARGET/native}"
export PATH="$HEARTH_NODE/node_modules/.bin:$HEARTH_TOOLS/bin:$PATH"
