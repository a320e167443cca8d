# Aftergraft: what can be asked of it. `make` alone lists it.
#
# Everything runs in the virtual environment .venv, made on first use and brought up to date when a
# requirements file changes. Needs GNU make, a POSIX shell and Python 3.11 or newer; 3.12 and 3.11 are
# tried first, because every package has a ready-made build for them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Each of these can be given on the command line: make app PORT=8600, make test PYTHON=python3.12
PYTHON ?=
PORT ?= 8501
COHORTS ?= 100
SEED ?= 2017
JOBS ?=
SCHEDULER ?=
PYTEST ?=
LANGUAGES ?=

VENV := .venv
RUN := $(VENV)/bin/python
APP_READY := $(VENV)/.requirements
DEV_READY := $(VENV)/.requirements-dev
PIP_INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check
PIP_FAILED := echo "Aftergraft: the installation failed, for the reason above. If a package could not be built: \
every package comes ready-made for Python 3.11 and 3.12 on Windows and Linux (x86-64); elsewhere one or \
two are compiled, which needs a C compiler (Debian: build-essential; macOS: xcode-select --install)." >&2; exit 1

.PHONY: help app test model range messages bench clean

help: ## list these commands
	@echo "Aftergraft"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo "Settings: PYTHON, PORT (app), JOBS PYTEST (test), COHORTS SEED JOBS SCHEDULER (model), LANGUAGES (messages: codes of new ones)"

app: $(APP_READY) ## open the app in the browser
	@echo "Aftergraft: starting at http://localhost:$(PORT) - leave this window open, Ctrl+C stops it."
	@echo "Aftergraft: if that port is taken, choose another: make app PORT=8600"
	@exec $(RUN) -m streamlit run streamlit_app.py --server.port "$(PORT)" --logger.hideWelcomeMessage true

test: $(DEV_READY) ## check style, types and floors, then run every test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-logo --no-cache
	$(RUN) -m tests.browser.chromium
	$(RUN) -m pytest -n $(or $(JOBS),2) --dist loadfile --no-loadscope-reorder $(PYTEST)

model: $(APP_READY) ## rebuild the pseudo-cohorts and the model from the published figures, then check them
	@find model -name '*.nb[ic]' -delete # compiled before, by a file that may not know what it calls has changed
	$(RUN) -m model reconstruct --cohorts "$(COHORTS)" --seed "$(SEED)" --jobs "$(or $(JOBS),-1)" $(if $(SCHEDULER),--scheduler "$(SCHEDULER)")
	$(RUN) -m model fit --seed "$(SEED)"
	$(RUN) -m model check

range: $(APP_READY) ## how far the pseudo-cohorts can be pushed, and another reading of Table 4
	@find model -name '*.nb[ic]' -delete
	$(RUN) -m model range --seed "$(SEED)" --jobs "$(or $(JOBS),-1)"

messages: $(APP_READY) ## bring the translations in line with the texts of the program
	$(RUN) -m locales.update $(LANGUAGES)

bench: $(APP_READY) ## time the predictions and the pages
	$(RUN) -m benchmarks

clean: ## remove .venv and every cache
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache .numba_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(APP_READY): requirements.txt | $(RUN)
	@echo "Aftergraft: installing what the app needs (a few minutes the first time)"
	@$(PIP_INSTALL) -r requirements.txt || { $(PIP_FAILED); }
	@touch $@

$(DEV_READY): requirements.txt requirements-dev.txt | $(RUN)
	@echo "Aftergraft: installing what the app and its tests need (a few minutes the first time)"
	@$(PIP_INSTALL) -r requirements-dev.txt || { $(PIP_FAILED); }
	@touch $(APP_READY) $@

$(RUN):
	@suits() { "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }; \
	chosen="$(PYTHON)"; \
	if [ -z "$$chosen" ]; then \
	  for name in python3.12 python3.11 python3 python3.13 python3.14 python; do \
	    if suits "$$name"; then chosen="$$name"; break; fi; \
	  done; \
	fi; \
	if [ -z "$$chosen" ]; then \
	  echo "Aftergraft needs Python 3.11 or newer, and found none. Install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! suits "$$chosen"; then \
	  found=$$("$$chosen" --version 2>/dev/null || echo "not a Python that runs here"); \
	  echo "Aftergraft needs Python 3.11 or newer; '$$chosen' is $$found." >&2; exit 1; \
	fi; \
	if ! "$$chosen" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	  echo "'$$chosen' cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "Aftergraft: making $(VENV) with $$("$$chosen" --version)"; \
	"$$chosen" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
