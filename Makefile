# Two commands are all a newcomer needs: make serve, make test.
.DEFAULT_GOAL := help
.PHONY: help serve test lint check bench bench-learning bench-watching load faults attack screenshots clean

PYTHON ?= python3
PORT ?= 5006
BIN := .venv/bin
# The examples that are not trained yet; none where somebody has a model of their own.
untrained = specs=""; ls -d model_store/*/ 2>/dev/null | grep -qvE '/(loans|diabetes|wine)/$$' || \
	for name in loans diabetes wine; do ls -d model_store/$$name/*/ >/dev/null 2>&1 || specs="$$specs specs/$$name.toml"; done
# Without this, two threads in each of two processes on two cores bring boosting to a standstill.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: .venv/serving ## Train the examples on first start, then answer on http://127.0.0.1:5006
	@$(untrained); [ -z "$$specs" ] || $(BIN)/python train.py --no-promote $$specs || [ $$? -eq 3 ]
	@$(BIN)/python -m webapp release
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/honcho start --port $(PORT) web worker

test: .venv/developing ## Run every test, in a real browser and on both databases too
	@# What is compiled is kept, whatever the environment says: compiling all tests takes as long as importing them.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --no-loadscope-reorder

lint: .venv/developing ## Format, lint and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

check: lint test ## What has to be green before a commit

bench: .venv/developing ## Measure speed and memory against a plain tutorial app, in one run
	$(BIN)/python -m benchmarks.run
	@echo "What learning reaches, and whether it keeps its promises, takes longer: make bench-learning"

bench-learning: .venv/developing ## Five-fold figures, coverage and calibration over 20 seeds; FORMCAST_TABLES=FOLDER for more tables
	$(BIN)/python -m benchmarks.learning

bench-watching: .venv/developing ## False alarms over 1,000 stable quarters, eight planted faults, and a million stored answers
	$(BIN)/python -m benchmarks.watching
	$(BIN)/python -m benchmarks.million
	$(BIN)/python -m benchmarks.million --postgres

load: .venv/developing ## The service under load, slow senders, 10,000 answers and 100 ends
	$(BIN)/python -m benchmarks.load

faults: .venv/developing ## 500 workers and 50 whole services killed while people ask, on SQLite and on Postgres: is any answer lost?
	$(BIN)/python -m benchmarks.kills
	$(BIN)/python -m benchmarks.kills --postgres

attack: .venv/developing ## The long forms: 20,000 submissions, 50,000 rows by form and program, 10,000 suggestions, 2,000 bit flips, 50 swaps, 200 races, 20 killed workers
	FORMCAST_ATTACK=full $(BIN)/python -m pytest -n 2 tests/attack tests/browser/test_every_page.py tests/serving/test_gunicorn.py tests/views/test_killed_worker.py tests/records/test_racing_decisions.py

screenshots: .venv/developing ## Pictures of the examples' pages into docs/images
	@$(untrained); [ -z "$$specs" ] || $(BIN)/python train.py --no-promote $$specs || [ $$? -eq 3 ]
	$(BIN)/python -m examples.screenshots

.venv/serving: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Formcast needs Python 3.11 or newer, found " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/developing: .venv/serving requirements-dev.txt requirements-sources.txt requirements-s3.txt requirements-scale.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

clean: ## Remove the environment; models, records and keys stay
	rm -rf .venv
