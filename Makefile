# Everything a person does with this repository, by name. `make` alone lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := .venv/.locked
INSTALLED := .venv/.installed
PROJECTS := . $(patsubst %/pyproject.toml,%,$(wildcard practice/pyproject.toml))
ROOMS := app bench demo diagnostics handlers incidents mitigations pictures storage workflows practice tests tools
PYTHONS := $(wildcard $(ROOMS))

.PHONY: help setup demo run test image check format bench diagnosis redaction lock codes clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(INSTALLED) ## Make .venv with everything in it, and .venv/bin/tocsin

demo: $(INSTALLED) ## Start PostgreSQL, a practice workspace and the bot, and print one address to open
	@exec $(BIN)/python -m demo

run: $(INSTALLED) ## Run the bot against real Slack, with the tokens from the environment
	@exec $(BIN)/tocsin run

# Four processes, file by file: much of the suite waits for real components. The longest files come first.
# The suite starts hundreds of programs of ours; compiled once, they start in half the time.
FOUR := -n 4 --dist loadfile --no-loadscope-reorder

test: $(INSTALLED) ## Run the whole test suite (ARGS="-k words" for a part of it, ARGS="-n 0 ..." in one process)
	@$(BIN)/python -m compileall -q $(filter-out tests tools,$(PYTHONS))
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest $(FOUR) $(ARGS)

image: $(INSTALLED) ## Build the image on stand-ins for its bases, and run compose.yml (needs root and Docker)
	@$(BIN)/python -m pytest -m image tests/project/image $(ARGS)

check: $(INSTALLED) ## Check format, lint, types, import contracts, locked requirements and generated pages
	@$(BIN)/ruff format --check --quiet . || { echo "Run \`make format\`." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/lock.py check
	@$(BIN)/python tools/addresses.py
	@$(BIN)/python -m tools.pages check

format: $(INSTALLED) ## Format the code, and fix what the linter can fix safely
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: $(INSTALLED) ## Measure declares, diagnosis, start and memory (a table and JSON)
	@exec $(BIN)/python -m bench $(ARGS)

redaction: $(INSTALLED) ## Count the secrets that redaction catches and the evidence that it damages
	@$(BIN)/python -m tools.redaction

diagnosis: $(INSTALLED) ## Provoke faults on real components, and print what the verdicts name (a table and JSON)
	@exec $(BIN)/python -m tests.diagnosis $(ARGS)

lock: $(INSTALLED) ## Write the locked requirements anew (UPGRADE=1 for newer versions)
	@$(BIN)/python tools/lock.py write $(if $(UPGRADE),--upgrade)

codes: $(INSTALLED) ## Write docs/codes.md and docs/probes.md anew from what the probes describe
	@$(BIN)/python -m tools.pages write

clean: ## Remove what was built; the data in .tocsin stays
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info practice/*.egg-info
	@find $(PYTHONS) -name __pycache__ -type d -prune -exec rm -rf {} +

# The requirements are installed again when they change, our own two projects when their metadata does.
$(LOCKED): requirements-dev.txt tools/venv
	@tools/venv .venv
	@echo "Installing the requirements. The first time takes about a minute."
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml $(wildcard practice/pyproject.toml)
	@$(PIP) install --no-index --no-deps --no-build-isolation $(addprefix -e ,$(addprefix ./,$(PROJECTS)))
	@touch $@
