# What people do with this repository. Needs make and Python 3.11 or newer; everything else goes into .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

PORT ?= 3000
WORKERS ?= 2
TESTS ?=
DEMO_FROM := 2025-01-06
DEMO_TO := 2025-01-19
# The demo has a folder of its own, whatever the environment says.
DEMO_ENV := env -u NBA_LANDING -u NBA_WAREHOUSE NBA_ENV=local NBA_HOME="$(CURDIR)/.nba-demo"

.PHONY: help install demo ui sql test lint format lock docs clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## create .venv with the locked packages (PYTHON=... chooses the interpreter)

# uv itself comes from the lock too, so the one version of it is pinned and hashed in one place.
$(INSTALLED): requirements.lock pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { echo "make: no '$(PYTHON)' here. Install Python 3.11 or newer, or: make install PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: this needs Python 3.11 or newer, but '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1). Name a newer one: make install PYTHON=python3.12" >&2; exit 1; }
	@[ -x $(BIN)/uv ] || { echo "Creating $(VENV) with $$("$(PYTHON)" -V)" && "$(PYTHON)" -m venv --clear $(VENV); }
	@[ -x $(BIN)/uv ] || { sed -n '/^uv==/,/[^\\]$$/p' requirements.lock >$(VENV)/uv.lock && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.lock; }
	$(BIN)/uv pip sync --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: install ## two simulated weeks from landing files to tables, in .nba-demo
	rm -rf .nba-demo
	$(BIN)/python -m resources.simulated_landing .nba-demo/landing
	$(DEMO_ENV) $(BIN)/nba backfill $(DEMO_FROM) $(DEMO_TO)
	$(DEMO_ENV) $(BIN)/nba status
	@echo
	@echo "Everything above is SIMULATED. Look around:"
	@echo "  make ui NBA_HOME=.nba-demo"
	@echo "  make sql NBA_HOME=.nba-demo QUERY='SELECT * FROM nba_analytics.player_game_summary ORDER BY points DESC LIMIT 10'"

ui: install ## Dagster's web interface on http://127.0.0.1:3000 (PORT=...)
	$(BIN)/nba ui --port $(PORT)

sql: install ## query the tables: make sql QUERY='SELECT ...' (without QUERY: a prompt)
	@$(BIN)/nba sql $${QUERY:+"$$QUERY"}

test: install ## all tests (TESTS='-k odds' chooses some, WORKERS=... processes)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

lint: install ## ruff and pyright
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

format: install ## let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: install ## renew requirements.lock from pyproject.toml (UPGRADE=--upgrade: newest versions)
	$(BIN)/uv pip compile --quiet --extra dev --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(UPGRADE) \
		--output-file requirements.lock pyproject.toml

docs: install ## regenerate the generated pages of docs/
	$(BIN)/python -m nba_assets.docs

clean: ## remove .venv, the demo and caches (never .nba, your data)
	rm -rf $(VENV) .nba-demo .pytest_cache .ruff_cache .hypothesis build *.egg-info
	find nba_assets nba_assets_tests resources ml_models -name __pycache__ -type d -prune -exec rm -rf {} +
