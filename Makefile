# The commands of this project. Everything is installed into .venv and the user's cache, nothing system-wide
# (`make test`, `faults` and `screenshots` install Debian's chromium, docker-compose and libfaketime where they may).

PYTHON ?= python3
UV     := .venv/bin/uv
RUN    := .venv/bin

# Where the environment forbids to keep compiled modules, every process would compile all that it imports, which takes 3 s of
# each start: it is done here, once, and takes a minute.
COMPILED := $(if $(PYTHONDONTWRITEBYTECODE),--compile-bytecode)
COMPILE  := $(if $(PYTHONDONTWRITEBYTECODE),$(RUN)/python -m compileall -q -j0 streams schemas deploy)

NO_NETWORK = { echo "Installing did not succeed. It needs the network (PyPI) once: connect, or check the proxy settings, and run make again." >&2; exit 1; }

.PHONY: demo test check lint bench faults screenshots clean

demo: .venv/ready  ## the whole pipeline on this machine, with simulated patients
	@$(RUN)/ipt-pulse demo $(ARGS)

test: .venv/ready-dev  ## everything, on real servers
	@.ci/chromium
	@.ci/docker-compose
	@$(RUN)/ipt-pulse prepare --influxdb
	@$(MAKE) --no-print-directory lint
	@$(RUN)/pytest

check: .venv/ready-dev lint  ## fast: lint, types, layers, and the tests that need no server
	@$(RUN)/pytest -q -m "not kafka and not influxdb and not browser and not slow"

lint: .venv/ready-dev
	@$(RUN)/ruff check
	@$(RUN)/ruff format --check
	@$(RUN)/mypy
	@$(RUN)/lint-imports

bench: .venv/ready-dev  ## throughput beside other stream processors
	@$(RUN)/ipt-pulse bench throughput $(ARGS)

faults: .venv/ready-dev  ## every fault on real servers, about an hour; ARGS="--only kills", "--report FILE"
	@.ci/faketime
	@$(RUN)/ipt-pulse prepare --influxdb
	@$(RUN)/python -m tests.faults $(ARGS)

screenshots: .venv/ready-dev  ## pictures of every page into docs/screenshots, taken of the demo
	@.ci/chromium
	@$(RUN)/python -m tests.browser.screenshots

clean:  ## forget what was installed here; state and cache of the user stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(UV):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("ipt-pulse needs Python 3.11 or newer: make PYTHON=python3.11")'
	@echo "Installing uv into .venv, once: about ten seconds …"
	@$(PYTHON) -m venv .venv
	@$(RUN)/python -m pip install -qq --retries 3 --disable-pip-version-check uv==0.13.9 || $(NO_NETWORK)

.venv/ready: pyproject.toml uv.lock | $(UV)
	@echo "Installing what ipt-pulse needs into .venv, once: about ten seconds …"
	@$(UV) sync --quiet --frozen --inexact --no-dev $(COMPILED) || $(NO_NETWORK)
	@$(COMPILE)
	@touch $@

.venv/ready-dev: pyproject.toml uv.lock | $(UV)
	@echo "Installing what ipt-pulse and its tests need into .venv, once: about ten seconds …"
	@$(UV) sync --quiet --frozen --inexact --extra bench $(COMPILED) || $(NO_NETWORK)
	@$(COMPILE)
	@touch $@ .venv/ready
