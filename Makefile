# Airlock: everything a person or CI runs. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),target)
WASM := --target wasm32-wasip2 --profile component

.PHONY: help setup build bulk-chaos components component-web demo sim install test conformance fuzz lint fmt dist bench reference docs clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: ## Check the tools this needs and add the wasm target
	@scripts/setup

components: setup
	@cargo build --locked $(WASM) -p dynamics
	@ln -sf wasm32-wasip2/component/dynamics.wasm $(TARGET)/dynamics.wasm

# In a folder of its own: a component's file is called the same with any features.
component-web: setup
	@cargo build --locked $(WASM) -p dynamics --features web --target-dir $(TARGET)/web
	@ln -sf web/wasm32-wasip2/component/dynamics.wasm $(TARGET)/dynamics-web.wasm

build: components ## Build target/airlock, target/dynamics.wasm and the local Dataverse
	@[ -e $(TARGET)/debug/airlock ] || echo "The first build compiles wasmtime and what it stands on: six minutes on two cores, once."
	@cargo build --locked -p airlock -p dataverse-sim
	@ln -sf debug/airlock $(TARGET)/airlock

demo: build ## Run the connector against a local Dataverse: test, list leads, create a task
	@scripts/demo $(TARGET)

sim: build ## Run a local Dataverse and say how to use it (SIM_LISTEN=127.0.0.1:7443; Ctrl+C ends it)
	@scripts/sim $(TARGET)

BINARY ?= $(TARGET)/airlock
install: build ## Put airlock, its manual pages and completions below ~/.local (PREFIX=, BINARY=target/dist/airlock)
	@scripts/install $(BINARY) $(TARGET)/dynamics.wasm

# The behaviour tests need a switch that lowers defences. In one call cargo would build what ships with it, and the
# command line's tests would judge a program that nobody gets. Egress has tests both ways.
test: build ## Run every test: units, and the real component in the real host over real sockets
	@cargo build --locked --quiet $(WASM) -p hostile-components --examples
	@cargo build --locked --quiet $(WASM) -p smallest-connector
	@cargo test --locked --workspace --exclude hostile-components --exclude airlock-tests
	@cargo test --locked -p airlock-tests -p airlock-egress
	@cargo run --locked --quiet -p airlock-bench -- --seconds 1 --rows 2000 --in-flight 4 --web-component $(TARGET)/dynamics.wasm --report $(TARGET)/bench/short.json >/dev/null

conformance: components ## Ask the simulator every fact of the reference, run real clients against it, and compare the wire (CLIENTS="msal csdl")
	@cargo build --locked -p airlock -p dataverse-sim -p conformance
	@scripts/conformance $(TARGET) $(CLIENTS)

bulk-chaos: build ## Send 100,000 rows by processes that are killed ten times, and count: ROWS=, KILLS=, SEED=
	@scripts/bulk-chaos $(TARGET)

SECONDS ?= 60
fuzz: setup ## Attack the simulator with malformed input, SECONDS=60 for each target; TARGETS="odata json" names some
	@RUSTC_WORKSPACE_WRAPPER=$(CURDIR)/simulator/fuzz/instrument cargo build --locked -p fuzz
	@$(TARGET)/debug/fuzz $(TARGETS) --seconds $(SECONDS) --findings $(TARGET)/fuzz

lint: components ## Formatting, clippy with warnings denied, the component's size, licences and known vulnerabilities
	@cargo fmt --all --check
	@scripts/same-features
	@cargo clippy --locked --workspace --all-targets -- -D warnings
	@cargo clippy --locked --quiet --target wasm32-wasip2 --profile component -p dynamics -- -D warnings
	@scripts/component-size $(TARGET)/dynamics.wasm
	@scripts/deny $(TARGET)

fmt: ## Format the code
	@cargo fmt --all

dist: components ## Build target/dist/airlock as it ships, linked as a whole (a quarter of an hour on two cores)
	@cargo build --locked --profile dist -p airlock --features airlock/jemalloc

# A call of its own: in one with what ships, cargo would build that with the benchmarks' features.
bench: dist component-web ## Measure throughput, latency and memory of what ships; writes target/bench/report.json
	@cargo build --locked --profile dist -p airlock-bench --features airlock-bench/jemalloc
	@$(TARGET)/dist/airlock-bench --airlock $(TARGET)/dist/airlock --component $(TARGET)/dynamics.wasm --web-component $(TARGET)/dynamics-web.wasm --report $(TARGET)/bench/report.json

reference: build ## Write docs/actions.md, docs/reference and the tables of docs/expressions.md anew from the code
	@AIRLOCK_WRITE_REFERENCE=1 cargo test --locked --quiet -p airlock --test reference
	@AIRLOCK_WRITE_REFERENCE=1 cargo test --locked --quiet -p airlock-expressions --test documents

docs: setup ## Build the API documentation into target/doc
	@RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --no-deps --workspace --exclude hostile-components
	@echo "open $(TARGET)/doc/airlock_runtime/index.html"

clean: ## Remove everything that was built
	@cargo clean
