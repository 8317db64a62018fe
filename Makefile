# Every target in one line each: `make help`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
SHELL = /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run install test lint fmt bench chaos fuzz pictures

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Start U-AIP on http://localhost:10000 (SQLite, no server, no key); Ctrl-C stops it
	@UAIP_VENV=$(VENV) $(if $(APP_PORT),APP_PORT=$(APP_PORT)) $(PYTHON) deploy/scripts/run_local.py

install: $(VENV)/installed-dev.txt ## Make the virtual environment with everything tests need

$(VENV)/installed-dev.txt: requirements.txt requirements-dev.txt deploy/constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

test: install ## Run every test: on SQLite, and on PostgreSQL and Redis where they can be reached
	@$(BIN)/python deploy/scripts/run_tests.py $(ARGS)

lint: install ## Check style, types, templates and migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python manage.py makemigrations --check --dry-run

fmt: install ## Format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

bench: install ## Measure pages, scorer, rules and engine; prints figures, asserts nothing
	@$(BIN)/python -m tests.bench

chaos: install ## A thousand faults under load: workers and servers killed, frozen, emptied, full (over an hour)
	@UAIP_TEST_KILLS=250 UAIP_TEST_FALLS=50 UAIP_TEST_LOCKS=1200 $(BIN)/python deploy/scripts/run_tests.py tests/chaos --timeout 1800

fuzz: install ## Ask the HTTP API 10,000 generated questions: nothing breaks, nothing leaks
	@UAIP_TEST_FUZZ_CASES=10000 $(BIN)/python deploy/scripts/run_tests.py tests/fuzz --timeout 3600

pictures: install ## Take the screenshots of docs/images anew
	@$(BIN)/python -m tests.journeys.pictures
