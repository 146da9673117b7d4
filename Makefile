# Everything a person or a machine does with this checkout. `make help` lists it.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help setup studio dev check test test-py test-ui e2e kill proofs soak mutants bench schemas types fuzz build clean ready

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install and build everything that is needed to run; starts nothing
	@.ci/setup run

studio: setup ## Start the studio on http://127.0.0.1:8642 with the folder flows/ open
	@exec .venv/bin/agentry up flows

dev: ready ## Start the studio, and beside it the front end with hot reload
	@agentry up flows --no-open & studio=$$!; trap "kill $$studio" EXIT INT TERM; npm run --silent dev

check: ready ## Style, types, import direction, drift: everything that runs no test
	@.ci/suite check

test: ready ## The whole suite: checks, Python, front end, browser journeys
	@.ci/suite check python ui journeys

test-py: ready ## The Python tests only; ARGS="-k name" picks some
	@.ci/suite python

test-ui: ready ## The front-end tests only
	@.ci/suite ui

e2e: ready ## The browser journeys only
	@.ci/suite journeys

kill: ready ## kill -9 the studio 20 times in the middle of a run; KILLS=n changes how often
	@KILLS=$${KILLS:-20} pytest tests/acceptance/test_kill.py

proofs: ready ## The long form of every proof about the engine: some minutes
	@pytest -q tests/proofs tests/proofs/long_*.py

soak: ready ## Kill workers and the database at random; SOAK_SECONDS=n (600), SOAK_DB=sqlite
	@PYTHONPATH=backend:. python -m tests.proofs.soak

mutants: ready ## Put faults into a copy of the product; a test must see each
	@python -m tests.proofs.mutants

bench: ready ## Measure this machine beside its aims; ARGS="--only burst", ARGS=--write into docs
	@python -m tests.bench $(ARGS)

fuzz: ready ## Throw odd texts at the reader; FUZZ_SECONDS=n changes for how long (300)
	@PYTHONPATH=backend:. python -m tests.unit.flow.fuzz

schemas: ready ## Write schemas/*.json from the code
	@.ci/generate schemas

types: ready ## Write the TypeScript types of the wire from schemas/openapi.json
	@.ci/generate types

build: setup ## Make the wheel and the source archive in dist/
	@rm -rf dist && python -m hatchling build -d dist

clean: ## Remove what setup, build and tests made; your runs are kept
	@rm -rf .venv node_modules dist backend/agentry/_ui .pytest_cache .ruff_cache .hypothesis
	@find backend tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Not for people: what the tests need, said and installed.
ready:
	@.ci/setup test
