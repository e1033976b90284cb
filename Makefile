# The two commands are `make up` and `make test`. They need Python 3.11 or newer, git and make; they fetch the rest.

VENV   := .venv
BIN    := $(VENV)/bin
PYTHON := $(BIN)/python
UV     := $(VENV)/uv/bin/uv
LOCK   := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
          --no-annotate --no-header $(LOCK_OPTIONS)

# A home that cannot be written (service accounts, containers) must not stop anybody: the caches then stay here.
ifneq ($(shell test -n "$$HOME" -a -d "$$HOME" -a -w "$$HOME" && echo yes),yes)
export UV_CACHE_DIR     := $(CURDIR)/.local/cache/uv
export PIP_CACHE_DIR    := $(CURDIR)/.local/cache/pip
export npm_config_cache := $(CURDIR)/.local/cache/npm
export XDG_CACHE_HOME   := $(CURDIR)/.local/cache
export XDG_CONFIG_HOME  := $(CURDIR)/.local/config
endif

# An active environment of somebody else, or a setting of it, must not leak in.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH CONDA_PREFIX
export UV_NO_PROGRESS := 1
export UV_PYTHON      := $(PYTHON)

.PHONY: help up test lint format web lock clean
.DEFAULT_GOAL := help

help:
	@echo "make up      install, build, migrate, fill the demo and run everything (Ctrl-C stops it)"
	@echo "make test    check format, lint, types and import contracts, and run the whole test suite"
	@echo "make lint    the checks without the test suite"
	@echo "make format  format the code and repair what can be repaired"
	@echo "make web     build the front end when its sources changed"
	@echo "make lock    lock the versions of requirements/*.in (LOCK_OPTIONS=--upgrade for newer ones)"
	@echo "make clean   remove everything that was installed or built; the data stays"

up: $(VENV)/.runtime web
	@exec $(BIN)/inspralv up

# The suite starts many processes; each would compile every module anew where compiled ones may not be kept.
test: lint
	@sh scripts/need_caddy.sh
	@echo "── tests"
	@CHROMIUM="$$($(PYTHON) scripts/find_chromium.py)" && export CHROMIUM && unset PYTHONDONTWRITEBYTECODE && \
		$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_OPTIONS)

lint: $(VENV)/.dev web
	@echo "── format"           && $(BIN)/ruff format --check --quiet .
	@echo "── lint"             && $(BIN)/ruff check --quiet .
	@echo "── types"            && $(BIN)/mypy
	@echo "── import contracts" && PYTHONPATH=src $(BIN)/lint-imports --no-logo
	@echo "── front end"        && $(PYTHON) scripts/build_web.py --check

format: $(VENV)/.dev
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

web: $(VENV)/.runtime
	@$(PYTHON) scripts/build_web.py

# The environment for running is enough for `up`; the one for checking contains it. Each has a stamp.
$(VENV)/.runtime: requirements/demo.txt pyproject.toml | $(UV)
	@if [ $(VENV)/.dev -nt requirements/dev.txt ] && [ $(VENV)/.dev -nt requirements/demo.txt ]; then \
		echo "── the environment for checking is current"; \
	else \
		echo "── installing what running needs" && rm -f $(VENV)/.dev && \
		$(UV) pip sync --quiet --require-hashes requirements/demo.txt; \
	fi
	@$(UV) pip install --quiet --no-deps --offline --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(UV)
	@echo "── installing what running and checking need"
	@$(UV) pip sync --quiet --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --no-deps --offline --editable .
	@touch $(VENV)/.runtime $@

# uv has a folder of its own, since `uv pip sync` removes from the environment whatever is not asked for.
$(UV): requirements/uv.txt | $(PYTHON)
	@echo "── installing uv"
	@rm -rf $(VENV)/uv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		--target $(VENV)/uv --requirement requirements/uv.txt
	@touch $@

$(PYTHON):
	@sh scripts/make_venv.sh $(VENV)

lock: | $(UV)
	@for name in runtime node uv; do $(LOCK) requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done
	@$(LOCK) --extra voice --constraint requirements/runtime.txt pyproject.toml requirements/runtime.in \
		--output-file requirements/demo.txt
	@$(LOCK) --extra voice --constraint requirements/demo.txt pyproject.toml requirements/dev.in \
		--output-file requirements/dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis dist \
		web/node_modules src/inspralv/shell/static/dist
