# Needs only Python >= 3.11 and make. The first command creates .venv; `make` alone lists the commands.

SHELL   := /bin/sh
BIN     := .venv/bin
WORKERS ?= 2

# Tried by running it: a pyenv or Windows shim may stand in the path and lead nowhere.
PYTHON = $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)

.PHONY: help demo test check docs catalogue bench clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: .venv/installed ## open petitcrm on a throw-away firm
	@$(BIN)/petitcrm demo

test: check ## check the code, then run every test on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n $(WORKERS)

check: .venv/tested ## ruff, mypy and the French catalogue, without the tests
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python tools/catalogue.py --check

docs: .venv/tested ## write the reference and draw the pictures anew from the program
	@$(BIN)/python tools/reference.py
	@TZ=Europe/Paris $(BIN)/python -m tools.pictures

catalogue: .venv/tested ## collect the texts to translate in fr.po and compile it
	@$(BIN)/python tools/catalogue.py

bench: .venv/tested ## measure against peers side by side and write benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

clean: ## forget the environment
	rm -rf .venv

# pip is upgraded first: the one of Python 3.11 writes a launcher that imports `re`, 7 ms at every start.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "petitcrm needs Python 3.11 or newer: install it, then run make again." >&2; exit 1; }
	@echo "Creating .venv with $(PYTHON), once..." >&2
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv is missing: on Debian and Ubuntu, apt install python3-venv." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade pip

.venv/installed: pyproject.toml | .venv/bin/python
	@echo "Installing petitcrm..." >&2
	@$(BIN)/python -m pip install --quiet --editable .
	@$(COMPILE)
	@touch $@

.venv/tested: pyproject.toml | .venv/bin/python
	@echo "Installing petitcrm and what its tests need..." >&2
	@$(BIN)/python -m pip install --quiet --editable '.[test]'
	@$(COMPILE)
	@touch $@ .venv/installed

# Said aloud because PYTHONDONTWRITEBYTECODE may be set: without .pyc files a start takes 1.4 s instead of 0.02.
COMPILE = $(BIN)/python -m compileall -q -j 0 src .venv/lib >/dev/null || true
