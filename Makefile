# What a developer does here. `make help` lists it; each target sets up all that it needs.

.DEFAULT_GOAL := help
.PHONY: help demo unit test thorough check fmt up bench chaos restore-drill docs gallery catalogue record-histories record-release migration lock release

PYTHONS ?= python3.11 python3.12 python3.13 python3.14 python3
SEED ?= 7
MINUTES ?= 20
# Two more than CI has cores, since the end-to-end tests wait as much as they reckon; their long files come early.
PYTEST_ARGS ?= -n 4 --dist loadscope --no-loadscope-reorder
CODE := models activities workflows runtime services auditing interfaces worker.py admin.py audit.py deploy tests

BIN := .venv/bin
RUN := $(BIN)/python
# Touched when .venv holds exactly what the lock says; a changed lock makes it anew.
READY := .venv/.ready

# Dozens of processes begin in a run: what one has compiled is kept for the others, whatever this machine says.
unexport PYTHONDONTWRITEBYTECODE

# Where there is memory for it, tests write there: hundreds of databases would wait for a disk that nobody needs.
IN_MEMORY := $(shell df --output=avail --block-size=G /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 + 0 >= 8 { print "TMPDIR=/dev/shm" }')

# Programs that checks and tests need and that Debian packs, as package/program.
DEBIAN := prometheus/promtool
TOOLS := $(addprefix .venv/debian/,$(DEBIAN))
# A browser, for the tests of the desk's pages.
BROWSER := .venv/debian/chromium/chromium-headless-shell

# Only the index itself counts, not packages that lie on this machine: their hashes would hold nowhere else.
LOCK := env -u PIP_EXTRA_INDEX_URL -u PIP_FIND_LINKS PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND='make lock' \
	$(RUN) -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(if $(UPGRADE),--upgrade)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## Show the whole way: a candidate from referral to a permanent role (KEEP=folder keeps it)
	$(RUN) -m deploy.demo $(if $(KEEP),--keep $(KEEP))

unit: $(READY) $(TOOLS) ## Run the tests that need no server: the loop while working
	$(RUN) -m pytest -q -n 2 --dist worksteal --hypothesis-profile=quick tests/unit

test: $(READY) $(TOOLS) $(BROWSER) ## Check, then run all tests (PYTEST_ARGS="-n 0 -k name" to choose)
	@# Beside the checks, so that the processes that run the tests find them compiled.
	@$(RUN) -m pytest -qq -n 0 --collect-only >/dev/null 2>&1 & $(MAKE) --no-print-directory check && wait
	$(IN_MEMORY) $(RUN) -m pytest $(PYTEST_ARGS)

thorough: $(READY) $(TOOLS) ## Try every example of each property: before a release, and where rules are worked on
	$(IN_MEMORY) $(RUN) -m pytest $(PYTEST_ARGS) --hypothesis-profile=thorough tests/unit tests/integration

check: $(READY) $(TOOLS) ## Lint, types, import direction, dependencies, generated docs, texts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(RUN) -m deploy.tools.docs --check
	$(RUN) -m deploy.tools.catalogue --check
	$(RUN) -m deploy.tools.manifests
	$(RUN) -m deploy.tools.pins

fmt: $(READY) ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

up: $(READY) ## Run the whole stack on this machine until Ctrl-C
	$(RUN) worker.py --local

bench: $(READY) ## Measure on a quiet machine (BENCH="journeys --anyway" to choose; deploy/speed.md)
	$(RUN) -m tests.bench $(BENCH)

restore-drill: $(READY) ## Crash under load, put back older back-ups and restore by the runbook (EVENTS=500 between them)
	$(RUN) -m tests.bench.restores $(EVENTS)

chaos: $(READY) ## Break everything around the product and see what holds (SEED=7 MINUTES=20 CHAOS_ARGS="--without 'move the clock'")
	$(RUN) -m tests.chaos --seed $(SEED) --minutes $(MINUTES) $(CHAOS_ARGS)
	$(RUN) -m pytest -q -n 0 --hypothesis-profile=chaos tests/e2e/test_machine_of_kills.py

docs: $(READY) ## Write the generated docs anew
	$(RUN) -m deploy.tools.docs

gallery: $(READY) $(BROWSER) ## Make the pictures of the desk in deploy/desk/ anew
	$(RUN) -m deploy.tools.gallery

catalogue: $(READY) ## Find the texts that still need their Swedish
	$(RUN) -m deploy.tools.catalogue

record-histories: $(READY) ## Record the golden histories that are missing (one by name, anew: with a decision record)
	$(RUN) -m tests.support.record_histories

record-release: $(READY) ## Keep what this version leaves behind, for later ones to take up (AGAIN=1 before it is released)
	$(RUN) -m tests.support.record_release $(if $(AGAIN),--again)

release: $(READY) ## Make the files of a release in dist/: make release BUILD=0.1.0-1
	@test -n '$(BUILD)' || { echo 'Name it: make release BUILD=0.1.0-1' >&2; exit 2; }
	$(RUN) -m deploy.tools.release make '$(BUILD)'

migration: $(READY) ## Begin a migration: make migration name="what it does"
	@test -n '$(name)' || { echo 'Name it: make migration name="what it does"' >&2; exit 2; }
	$(RUN) -m runtime.migrations new '$(name)'

lock: $(READY) ## Pin the dependencies of pyproject.toml by hash (UPGRADE=1 takes newer versions)
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --all-extras --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

# The program on the PATH where there is one; otherwise that of Debian's package, without its other files and without root.
$(TOOLS): .venv/debian/%: | $(READY)
	@deploy/tools/from_debian.sh $(@D) $(*D) $(*F)

$(BROWSER): | $(READY)
	@deploy/tools/chromium_from_debian.sh $(@D)

$(READY): requirements-dev.lock
	@if [ -L .venv ]; then \
		echo '.venv is a link: what it leads to may be used by others and is not cleared. Bring it up to date there.' >&2; exit 1; \
	fi
	@found=; for python in $(PYTHONS); do \
		if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
		then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo 'Python 3.11 or newer with its venv module is needed: install it, and run make again.' >&2; exit 1; \
	fi; \
	echo "Setting up .venv with $$found"; "$$found" -m venv --clear .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
