# Hearth. `make help` lists what there is.
SHELL := bash
PORT ?= 8080
.PHONY: help setup page dist serve run shell test web frames fuzz clean

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10
	@echo
	@echo 'While you work on the page: `make page`, then `make serve`, then reload. dist/ keeps the neural trainer that was built last'
	@echo '(`make dist` builds it once). Style sheets in public/style/ are taken in order of their names.'

setup: ## Install what is missing (wasm target, trunk, wasm-bindgen, wasm-opt) into a cache folder
	@scripts/setup.sh build

page: setup ## Quick, unoptimised build of page and engine into dist/; the neural trainer stays as it is
	@scripts/dist.sh quick

dist: setup ## The release build in dist/, for any static host under any path
	@scripts/dist.sh release

serve: ## Serve dist/ as it is (PORT=8080)
	@node scripts/serve.mjs --port $(PORT)

run: dist serve ## Build the release and serve it

shell: ## The program `hearth` for a terminal, with the trainer of networks (its place is told)
	@source scripts/env.sh && cargo build --quiet --locked --release --features shell-neural --bin hearth && echo "$$CARGO_TARGET_DIR/release/hearth"

test: ## Everything that is checked: format, lints, native tests, build, sizes, browser
	@scripts/test.sh

web: ## The browser tests alone, on dist/ as it is
	@scripts/setup.sh test && source scripts/env.sh && node tests/web/run.mjs $(ONLY)

frames: ## Measure the gaps between animation frames and the penguins, on dist/ as it is
	@scripts/setup.sh test && source scripts/env.sh && node tests/web/run.mjs --bench

fuzz: ## Look for bytes that end in a panic (needs nightly; FUZZ_SECONDS=600 for each target, ONLY=csv for one)
	@scripts/fuzz.sh

clean: ## Remove what was built here (caches stay)
	rm -rf dist .stage
