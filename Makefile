# All commands of the project. `make` lists them.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN    := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help install demo up test fuzz check bench compile gas lock clean format chromium

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

install: $(BIN)/.run node_modules/.installed  ## everything needed to run: .venv/bin/ledger, Node, the embedded chain

demo: install  ## a whole consortium with 60 days of milk: prints the pages to open
	$(BIN)/python -m scripts.demo

up: install  ## chain, indexer, publisher and API for real use; state is kept in ./state
	$(BIN)/python -m scripts.up

test: $(BIN)/.dev node_modules/.installed chromium  ## every test
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

fuzz: $(BIN)/.dev node_modules/.installed  ## ask every route of the API what nobody would, for minutes; others each time (FUZZ_EXAMPLES=300 of each kind)
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-300} $(BIN)/python -m pytest tests/fuzz

check: $(BIN)/.dev $(BIN)/.slither node_modules/.installed  ## format, lint, types, layers, fresh artifacts, gas, static analysis
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m scripts.compile --check
	$(BIN)/python -m scripts.gas --check
	.venv-slither/bin/slither . --config-file slither.config.json

bench: $(BIN)/.dev node_modules/.installed  ## measure against limits and peers; writes docs/performance.md
	$(BIN)/python -m bench

format: $(BIN)/.dev  ## format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

compile: install  ## contracts -> ledger_client/artifacts
	$(BIN)/python -m scripts.compile

gas: $(BIN)/.dev node_modules/.installed  ## measure gas -> contracts/gas.json
	$(BIN)/python -m scripts.gas

lock: $(BIN)/.dev  ## resolve pyproject.toml and package.json anew into the lock files
	$(BIN)/pip install --quiet uv==0.13.9
	$(BIN)/uv pip compile --quiet --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

clean:  ## remove what can be made again (never ./state)
	rm -rf .venv .venv-slither node_modules build artifacts cache

# --- how things get installed ---------------------------------------------------------------------------------------

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "installing python3-venv, which Debian keeps apart"; apt-get update -qq && apt-get install -y -qq python3-venv; }
	$(PYTHON) -m venv .venv

$(BIN)/.run: $(BIN)/python requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(BIN)/.dev: $(BIN)/.run requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

$(BIN)/.slither: $(BIN)/python
	$(PYTHON) -m venv .venv-slither
	.venv-slither/bin/pip install --quiet --disable-pip-version-check slither-analyzer==0.11.6
	@touch $@

node_modules/.installed: $(BIN)/.run package-lock.json
	$(BIN)/npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

chromium:  # a real browser and a Chinese font for the page tests
	@command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi 'cjk' || { apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk fontconfig; }
