# `make demo` and `make test` do all their own set-up, in .venv, from constraints.txt.

PYTHON ?= python3
BIN := .venv/bin
# Parallel test processes; each holds its own copy of the language model.
JOBS ?= 2

.PHONY: demo test check bench audit sbom clean

demo: .venv/.installed
	$(BIN)/peel demo

test: .venv/.installed-dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

check: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.installed-dev
	for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# Known weaknesses of the pinned versions, from PyPI's advisories: needs that service.
audit: .venv/.installed-dev
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip --progress-spinner off

# The bill of materials of what is installed, as CycloneDX, in build/sbom.json.
sbom: .venv/.installed-dev
	mkdir -p build
	$(BIN)/cyclonedx-py environment .venv --pyproject pyproject.toml --output-format JSON --output-file build/sbom.json

clean:
	rm -rf .venv

# torch is named with its version in constraints.txt: asking for it plainly may bring gigabytes for GPUs.
.venv/.torch: constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt torch==2.13.0
	touch $@

.venv/.installed: .venv/.torch pyproject.toml
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/.installed-dev: .venv/.torch pyproject.toml
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@ .venv/.installed
