# make demo    see it work: the built-in actor, recognised live; the session is kept in sessions/
# make test    the tests
# make check   lint, format, types and tests: what a contributor and CI run
#
# PYTHON picks the interpreter (3.10 to 3.13):  make demo PYTHON=python3.12
# ARGS goes to mmn-live:                        make demo ARGS="--duration 20"
# PYTEST_ARGS goes to pytest:                   make test PYTEST_ARGS="-k pose"

PYTHON ?= python3
ARGS ?=
PYTEST_ARGS ?= -n 2 --dist loadfile

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check lint clean
.DELETE_ON_ERROR:

demo: .venv/installed
	$(BIN)/mmn-live models fetch
	$(BIN)/mmn-live --demo --session sessions/$$(date +%Y-%m-%d_%H-%M-%S) $(ARGS)

test: .venv/installed-dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: lint test

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python

clean:
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; ok = (3, 10) <= sys.version_info < (3, 14); sys.exit(None if ok else \
	    "mmn-live needs Python 3.10 to 3.13, this is %d.%d: name another one, as in make demo PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing into .venv (several minutes the first time) ..."
	$(INSTALL) --editable .
	@$(BIN)/python -c "import cv2" || { \
	    echo "OpenCV misses a system library; on Debian or Ubuntu: sudo apt-get install libgl1 libglib2.0-0 libegl1 libgles2"; \
	    exit 1; }
	@touch $@

.venv/installed-dev: .venv/installed
	$(INSTALL) --editable '.[dev]'
	@touch $@
