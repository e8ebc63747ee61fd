# The two commands: `make up` and `make test`. Needs git, make and any python3; the rest it gets.

ARGS ?=
PYTEST_ARGS ?=
# uv as found, else in a private folder that git ignores.
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help up test check quick format bench screenshots chromium coverage

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

up: .venv/.runtime ## Start everything on this machine; ARGS="--port 8123 --no-demo"
	@exec $(BIN)/python manage.py up $(ARGS)

test: .venv/.dev chromium ## All tests; PYTEST_ARGS="-k name"
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

quick: .venv/.dev ## The tests that take no time
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not browser" $(PYTEST_ARGS)

coverage: .venv/.dev chromium ## All tests with the coverage they must reach
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term $(PYTEST_ARGS)

check: .venv/.dev ## Everything that reads the code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djade --target-version 6.1 --check $$(git ls-files '*.html')
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run

format: .venv/.dev ## Put code and templates into their usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djade --target-version 6.1 $$(git ls-files '*.html')

bench: .venv/.dev ## Measure speed against its floors; prints tables
	$(BIN)/python -m tests.benchmarks $(ARGS)

screenshots: .venv/.dev chromium ## Pictures of the main pages at 390 and 1440 px
	$(BIN)/python -m tests.screenshots $(ARGS)

# What browser tests need; they skip with a reason where it cannot be had.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { \
	    echo "Installing Chromium for the browser tests."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }; } \
	|| echo "No Chromium here: browser tests will be skipped."

.venv/.runtime: SYNC = --no-dev --inexact
.venv/.runtime .venv/.dev: uv.lock .python-version | $(UV)
	@echo "Installing what Recovery needs into .venv."
	@.ci/sync $(UV) $(SYNC)
	@touch $@

.uv/bin/uv:
	@echo "Installing uv into .uv (this folder is ignored by git)."
	@python3 .ci/get-uv
