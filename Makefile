# Gatepair: what to type. `make` alone lists the targets.
#
# Settings, as in `make demo ARGS="--seed 7"`:
#   ARGS    further arguments of the command or of pytest
#   PYTHON  the Python to build the environment with, 3.11 or newer
#   VENV    where the environment stands
#   JOBS    how many test processes run at once
#   SEEDS   how many seeds the simulator of the exchange runs; SEED runs one alone
#   SECONDS how long each parser is fuzzed

SHELL := /bin/sh
VENV ?= .venv
PYTHON ?=
ARGS ?=
JOBS ?= 2
UV ?= uv
SECONDS ?= 60
BIN := $(VENV)/bin
SCENARIOS := 2025-11-11 2026-01-31 2025-04-25 2021-12-18 2022-02-11
CORE_TESTS := base plan crossing clearance operations exchange insight
PARSERS = $(shell cd tests && ../$(BIN)/python -c "from fuzz.targets import TARGETS; print(*TARGETS)")
export VENV PYTHON UV

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo demo-stop test check format docs docs-check picture coverage bench nightly check-the-checkers fuzz mutants lock clean

help: ## List the targets
	@echo "Gatepair, an open smart border gate. Targets:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Pass further arguments as ARGS, such as: make demo ARGS=\"--seed 7\""

setup: ## Create the environment for running, from requirements.lock
	@scripts/setup.sh run

setup-dev: ## Create the environment for development, from requirements-dev.lock
	@scripts/setup.sh dev

demo: setup ## Run a whole documented day at a gate pair, two posts; then open a living gate to look at
	@$(BIN)/gatepair demo --serve $(ARGS)

demo-stop: ## End the living gate that make demo opened (it ends by itself after an hour)
	@$(BIN)/gatepair live stop

test: setup-dev ## Run the tests (PostgreSQL and Chromium are used where they are there)
	SEEDS=$${SEEDS:-400} $(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: setup-dev ## Check format, style, types, layers and reference pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory docs-check

format: setup-dev ## Format the code and sort its imports
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup-dev ## Write the reference pages anew from the code
	$(BIN)/python scripts/reference.py

docs-check: setup-dev ## Check that pages, links and references are as the code says
	$(BIN)/python scripts/reference.py --check
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/meta/test_docs.py

picture: setup-dev ## Run the demo and take the picture of its report for the README (needs Chromium)
	@$(BIN)/gatepair demo --out out/picture
	$(BIN)/python scripts/picture.py out/picture/report.html docs/pictures/day.png

coverage: setup-dev ## Report how much of the core its tests reach
	@rm -f .coverage .coverage.*
	HYPOTHESIS_PROFILE=quick $(BIN)/coverage run -m pytest -q -n $(JOBS) --dist worksteal \
		$(wildcard $(addprefix tests/,$(CORE_TESTS))) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: setup-dev ## Measure, in ratios of one run; one JSON line a figure
	@for bench in bench/[a-z]*.py; do $(BIN)/python $$bench $(ARGS) || exit 1; done

nightly: setup-dev ## Run what is too long for every change: all scenarios, long kills, deep properties
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "nightly or not nightly" $(ARGS)
	@for day in $(SCENARIOS); do \
		echo "== $$day"; $(BIN)/gatepair demo --scenario $$day --strict --json --out out/nightly/$$day || exit 1; done
	@for drill in "--cut 10:00-14:00" "--cut 10:00-14:00 --by-bundle 30" \
			"--restore huu-nghi@12:00" "--restore youyiguan@12:00"; do \
		echo "== $$drill"; $(BIN)/gatepair demo $$drill --json --out out/nightly/drill || exit 1; done
	@cd tests && ../$(BIN)/python -m exchange.sim.run --seeds 0:$${SEEDS:-1000000} --jobs $(JOBS) \
		--minutes 480 --kept ../out/nightly/next-seed

check-the-checkers: setup-dev ## Plant faults in the exchange and see that the simulator catches each
	@cd tests && ../$(BIN)/python -m exchange.sim.hunt $(ARGS)

fuzz: setup-dev ## Fuzz every parser of foreign bytes, SECONDS each
	@cd tests && ../$(BIN)/python -m fuzz.run $(PARSERS) --seconds $(SECONDS) --corpus ../out/fuzz

mutants: setup-dev ## Change the exchange's code bit by bit and see which changes no test notices
	$(BIN)/mutmut run --max-children $(JOBS) $(ARGS)
	$(BIN)/mutmut results

lock: ## Write the lock files anew from pyproject.toml (needs uv; ARGS=--upgrade takes newer versions)
	@scripts/lock.sh $(ARGS)

clean: ## Remove what building, testing and the demo left behind; the environment stays
	rm -rf build dist out demo-out htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache
	find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
