# `make help` lists the targets. Each one creates .venv and installs the locked versions by itself.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Demo and tests start many processes: each would compile all code anew.
unexport PYTHONDONTWRITEBYTECODE

# The first Python on PATH that is new enough; `make PYTHON=/path/to/python …` chooses another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready

INPUT ?=
PROFILE ?=
ROWS ?=
# What `make test` and `make test-long` hand on to pytest, for example ARGS="-k pause -x".
ARGS ?=
# The tests also wait for servers: four at a time on two cores. Each process reads all tests first.
JOBS ?= 4

.PHONY: help demo up test test-long check format bench drills lock clean

help: ## Show this list
	@echo "Hồi Âm. Needs Python 3.11 or newer, pip and make; everything else is installed into .venv."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  make demo INPUT=path.csv PROFILE=boston311 ROWS=2000   the demo on a file of yours"
	@echo "  make test ARGS='-k pause'                              some of the tests"

$(LOCKED): requirements.lock
	@if [ -z "$(PYTHON)" ]; then \
	  echo "No Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is not Python 3.11 or newer. Name another: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV) (once; a minute or so) …"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --no-deps -r requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml clients/python/pyproject.toml
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e . -e clients/python
	@touch $@

demo: $(READY) ## The whole story in two minutes: reports come in, clocks run out, cases climb
	@$(BIN)/hoiam demo $(if $(INPUT),--input "$(INPUT)") $(if $(PROFILE),--profile "$(PROFILE)") $(if $(ROWS),--rows $(ROWS))

up: $(READY) ## Run the whole system on this machine until Ctrl-C
	@$(BIN)/hoiam up

test: $(READY) ## The tests, at most eight minutes on two cores
	@$(BIN)/python -m pytest -q -m "not long" -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-long: $(READY) ## The tests that take longer
	@$(BIN)/python -m pytest -q -m long $(ARGS)

check: $(READY) ## Formatting, lint, types, and which room may import which
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted as agreed; run: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(READY) ## Format the code and apply the fixes that are safe
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: $(READY) ## Measure the speed, as ratios within one run
	@$(BIN)/python -m bench

drills: $(READY) ## Run every scenario in examples/drills, in memory
	@for drill in examples/drills/*.yaml; do \
	  $(BIN)/hoiam drill "$$drill" --engine memory || exit 1; done

lock: $(LOCKED) ## Write requirements.lock anew from pyproject.toml
	@$(BIN)/python scripts/lock.py

clean: ## Remove .venv, caches and build output; data folders stay
	@rm -rf $(VENV) build dist *.egg-info clients/python/*.egg-info clients/python/build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
