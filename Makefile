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
# The demo: 60 dates of a simulated season up to an evening, a Friday's second quarter (DEMO_SERVE=0: without the UI).
DEMO_FROM ?= 2025-10-21
DEMO_NOW ?= 2025-12-19 20:15
DEMO_TO = $(firstword $(DEMO_NOW))
DEMO_SERVE ?= 1
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

demo: install ## 60 simulated dates, fetched and computed in .nba-demo, then the UI (DEMO_NOW=... DEMO_SERVE=0)
	rm -rf .nba-demo
	@echo "Opening day, in the morning: schedule and player index. Tonight, before the first tip-off: odds. Then the rest."
	$(DEMO_ENV) $(BIN)/nba simulate --now "$(DEMO_FROM) 10:00"
	$(DEMO_ENV) $(BIN)/nba fetch games $(DEMO_FROM) $(DEMO_FROM)
	$(DEMO_ENV) $(BIN)/nba simulate --now "$(DEMO_TO) 18:30"
	$(DEMO_ENV) $(BIN)/nba fetch odds
	$(DEMO_ENV) $(BIN)/nba simulate --now "$(DEMO_NOW)"
	$(DEMO_ENV) $(BIN)/nba backfill $(DEMO_FROM) $(DEMO_TO) --fetch
	$(DEMO_ENV) $(BIN)/nba status
	@echo
	@echo "Everything above is SIMULATED. Look around:"
	@echo "  make ui NBA_HOME=.nba-demo        http://127.0.0.1:$(PORT)"
	@echo "  make sql NBA_HOME=.nba-demo QUERY='SELECT * FROM nba_analytics.player_game_summary ORDER BY points DESC LIMIT 10'"
	@[ "$(DEMO_SERVE)" = 0 ] || $(DEMO_ENV) $(BIN)/nba ui --port $(PORT)

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
