# Everything runs in .venv, made from the pinned requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo live web test wheel soak coverage bench lint format lock clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY) ## Install everything into .venv

$(READY): requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## Crawl a bundled sample network into an embedded PostgreSQL
	$(BIN)/scrapy demo

live: $(READY) ## The same, and then the web, in which one can sign in and let it be read again
	$(BIN)/scrapy demo --live

web: $(READY) ## Serve the dashboard and the API, of what `make demo` left behind
	env -u DATABASE_URL -u WEB_DATABASE_URL PULSE_DIR=.pulse/demo $(BIN)/scrapy web

test: $(READY) ## Run the tests
	$(BIN)/pytest

wheel: $(READY) ## Build the wheel into dist, and use it in an environment without extras
	rm -rf build dist
	@PYTHONWARNINGS=ignore $(BIN)/pip wheel --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m venv build/bare
	build/bare/bin/pip install --quiet --disable-pip-version-check --constraint requirements.lock \
		dist/*.whl
	$(BIN)/pytest -m wheel -n 0 tests/wheel

soak: $(READY) ## Run tests on 50 sample networks, and as on days of all kinds: 70 minutes
	$(BIN)/python -m soak

coverage: $(READY) ## Run the tests and show which lines they miss
	$(BIN)/pytest --cov

bench: $(READY) ## Measure crawls of a network as large as the real one, and the web: 21 minutes
	$(BIN)/python -m bench

lint: $(READY) ## Check style, types, imports and the files of Docker and Kubernetes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml
	$(BIN)/kubernetes-validate --strict --quiet deploy/kubernetes/*.yaml

format: $(READY) ## Put the code into the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY) ## Pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile --quiet --universal --upgrade --all-extras --no-header --no-annotate \
		--output-file requirements.lock pyproject.toml

clean: ## Remove what was installed and built; the data in .pulse stay
	rm -rf $(VENV) build *.egg-info .coverage* .mypy_cache .pytest_cache .ruff_cache
