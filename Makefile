# Each line is what CI runs too. A fresh machine needs Python 3.11 or later, git and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check ui lint bench lock
run: .venv/ready                      ## Bring every asset of data/ (or JOB_SEARCH_DATA) up to date
	$(BIN)/job-search run

test: .venv/ready                     ## All tests, two files at a time, on both engines where Java is installed
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/ready                    ## Every asset check on the build; exit 1 when one fails
	$(BIN)/job-search check

ui: .venv/ready                       ## The lineage graph at http://127.0.0.1:3000
	$(BIN)/job-search ui

lint: .venv/ready                     ## Style, types, that every test can be imported, import contracts and what the README names
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy
	@said=$$($(BIN)/python -m pytest --collect-only -qq) || { echo "$$said"; exit 1; }
	@$(BIN)/python -m pytest -q --durations=0 --durations-min=60 job_search_assets_tests/test_house.py

bench: .venv/ready                    ## Time and memory of the whole pipeline at 100,000 accounts
	$(BIN)/python -m benchmarks.pipeline

# The environment: uv installs the hash-checked lock in seconds where pip needs a minute.
.venv/ready: requirements.lock pyproject.toml
	@echo "Making the environment in .venv: a minute or two."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement .ci/uv.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --requirement requirements.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# After a change of dependencies in pyproject.toml: new locks, with hashes and without any registry's host. The peers
# of the benchmarks (extra `bench`) are heavy and stay out: `.venv/bin/uv pip install ".[bench]"` where they are wanted.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
  --no-header --no-annotate
lock:
	[ -x $(BIN)/uv ] || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet uv; }
	$(LOCK) --extra spark --extra dev pyproject.toml --output-file requirements.lock
	echo uv | $(LOCK) - --output-file .ci/uv.lock
