# Two commands matter: `make run` and `make test`. Both install what they need and ask nothing.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export CARGO_TERM_COLOR ?= never
TOOLS := target/tools
BIN := target/debug/gongjian

.PHONY: run build test fmt lint schemas pictures bench clean

run: build
	@exec $(BIN) demo --database sqlite://data/demo.sqlite --keys data/demo-keys

build:
	@scripts/install.sh build
	cargo build --workspace --bins

test:
	@scripts/test.sh

fmt:
	cargo fmt --all

lint:
	cargo clippy --workspace --all-targets -- -D warnings

schemas: build
	$(BIN) schemas --out schemas

pictures: build
	@scripts/install.sh test
	cd tests/browser && node run.mjs --pictures ../../docs/pictures

# The inner loops by themselves, then the whole table with other solvers beside.
bench: build
	cargo bench --workspace --profile dev --bench inner
	$(BIN) bench --peers

clean:
	rm -rf target data
