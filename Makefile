.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REQUIREMENTS := services/requirements.txt services/requirements-embedded.txt services/requirements-build.txt
PACKAGES := services services/devserver
AUDITED := services/requirements.txt services/requirements-release.txt services/requirements-build.txt
TEST_REQUIREMENTS := services/requirements-test.txt services/requirements-lint.txt services/requirements-release.txt
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps

.PHONY: help run seed migrate verify test infra mutate-infra settled drill mutate fuzz openapi lint fmt audit bench diagrams lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/ -/' | sort

run: $(VENV)/run.stamp ## Serve the API on port 3000, with a local database unless MONGO_URL is set
	@exec $(BIN)/coinbreakr-dev run

seed: $(VENV)/run.stamp ## Fill a believable world and print how to try it
	@$(BIN)/coinbreakr-dev seed

migrate: $(VENV)/run.stamp ## Run the migrations and build missing indexes
	@$(BIN)/coinbreakr-dev migrate

verify: $(VENV)/run.stamp ## Look through the stored data; FIX=--fix mends what is safe
	@$(BIN)/coinbreakr-dev verify $(FIX)

test: $(VENV)/test.stamp ## Run every test on a database of its own
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

infra: $(VENV)/test.stamp $(VENV)/infra.stamp ## Build, boot, roll and break the delivery for real, where the machine can
	@PATH="$(CURDIR)/$(VENV)/infra/bin:$$PATH" PYTHONPATH=services:. $(BIN)/python -m tests.infra.proof $(ONLY)

mutate-infra: $(VENV)/test.stamp ## Make small mistakes in the delivery's files and see whether the tests notice; MUTATE=--help
	@PYTHONPATH=services:. $(BIN)/python -m tests.infra.mutation $(MUTATE)

settled: $(VENV)/test.stamp ## Write down what workflows, manifests, Terraform and Packer say, after a change that is meant
	@PYTHONPATH=services:. $(BIN)/python -m tests.infra.settled

drill: $(VENV)/test.stamp ## Kill, freeze and cut off database nodes under writes, and count what is lost
	@PYTHONPATH=services:. $(BIN)/python -m tests.drill

mutate: $(VENV)/test.stamp ## Make small mistakes in the code and see whether the tests notice; MUTATE=--help
	@PYTHONPATH=services:. $(BIN)/python -m tests.mutation $(MUTATE)

fuzz: $(VENV)/test.stamp ## Send generated requests to every operation, FUZZ_REQUESTS=100000 of them
	@FUZZ_REQUESTS=$(or $(FUZZ_REQUESTS),100000) $(BIN)/python -m pytest -n 2 tests/openapi/test_fuzz.py

openapi: $(VENV)/test.stamp ## Write docs/openapi.json; ACCEPT=breaking if clients may break
	@PYTHONPATH=services:. ACCEPT=$(ACCEPT) $(BIN)/python -m tests.openapi

lint: $(VENV)/test.stamp ## Check style and types
	@$(BIN)/ruff check services tests bench
	@$(BIN)/ruff format --check services tests bench
	@$(BIN)/mypy

fmt: $(VENV)/test.stamp ## Format the code
	@$(BIN)/ruff check --fix --quiet services tests bench
	@$(BIN)/ruff format services tests bench

audit: $(VENV)/audit.stamp ## Look for known vulnerabilities in what is pinned (needs the internet)
	@$(VENV)/audit/bin/pip-audit --strict --disable-pip --require-hashes $(addprefix -r ,$(AUDITED))

bench: $(VENV)/run.stamp ## Measure every endpoint in a fixed world (with NODE_URL= the Node server too)
	@PYTHONPATH=services:. $(BIN)/python -m bench

diagrams: ## Draw the pictures of ARCHITECTURE.md again (needs mmdc and Chromium)
	@$(PYTHON) docs/diagrams/render.py

lock: ## Pin the dependencies again, with hashes and without addresses (needs uv)
	@sh services/lock.sh

clean: ## Remove the environment and the local database
	@rm -rf $(VENV) .data

$(VENV)/run.stamp: $(REQUIREMENTS) $(addsuffix /pyproject.toml,$(PACKAGES))
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes $(addprefix -r ,$(REQUIREMENTS))
	@$(PIP) --no-build-isolation $(addprefix -e ,$(PACKAGES))
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp $(TEST_REQUIREMENTS)
	@$(PIP) --require-hashes $(addprefix -r ,$(TEST_REQUIREMENTS))
	@touch $@

$(VENV)/infra.stamp $(VENV)/audit.stamp: $(VENV)/%.stamp: services/requirements-%.txt
	@mkdir -p $(VENV) && $(PYTHON) -m venv $(VENV)/$*
	@$(VENV)/$*/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@
