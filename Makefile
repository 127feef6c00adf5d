# The commands of this repository. `make help` lists them.
PYTHON ?= python3
VENV   := .local/venv/bin
PY     := $(VENV)/python
SAM    := .local/sam/bin
REGION := ap-southeast-1
TESTS  ?=
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help run demo call test lint types unit integration contract e2e format
.PHONY: build validate scan deploy replay repair draw rotate prompts flows bench knowledge conversation triage requirements clean environment check-environment test-environment sam-environment scan-environment training-environment

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

environment:
	@$(PYTHON) local/install.py run

check-environment:
	@$(PYTHON) local/install.py check

test-environment:
	@$(PYTHON) local/install.py test

sam-environment:
	@$(PYTHON) local/install.py sam

scan-environment:
	@$(PYTHON) local/install.py scan

# --- Use it -------------------------------------------------------------------------------------------------

run: environment ## start the whole call centre here (TIME_SCALE=1 for real durations, PORT=8170)
	@exec $(PY) -m local $(if $(PORT),--port-base $(PORT)) $(if $(TIME_SCALE),--parameter TimeScale=$(TIME_SCALE)) $(ARGS)

demo: environment ## play a complaint from call over "belum beres" to "puas" on what `make run` started
	@exec $(PY) -m demo $(ARGS)

call: environment ## call 817 from here: make call FROM=+62817… KEYS="1 4 3 1"
	@exec $(PY) -m local.phone $(if $(FROM),--from $(FROM)) $(if $(KEYS),--keys "$(KEYS)") $(ARGS)

# --- Check it -----------------------------------------------------------------------------------------------

test: test-environment ## all checks and tests, one summary at the end
	@status=0; \
	$(MAKE) --no-print-directory lint || status=1; \
	$(MAKE) --no-print-directory types || status=1; \
	$(VENV)/pytest tests -n 2 $(TESTS) || status=1; \
	[ $$status -eq 0 ] && echo "lint, types and tests: all passed" || echo "something failed: see above"; \
	exit $$status

lint: check-environment ## style, unused code, formatting
	@$(VENV)/ruff check --quiet . && $(VENV)/ruff format --check --quiet . && echo "lint: passed"

types: check-environment ## mypy --strict
	@$(VENV)/mypy

unit: check-environment ## the domain and the template, in seconds
	@$(VENV)/pytest tests/unit $(TESTS)

integration: check-environment ## the domain against AWS's interfaces (moto)
	@$(VENV)/pytest tests/integration $(TESTS)

contract: check-environment ## what the local stand-ins must keep
	@$(VENV)/pytest tests/contract $(TESTS)

e2e: test-environment ## the running stack, through its real doors
	@$(VENV)/pytest tests/e2e $(TESTS)

format: check-environment ## put the code in its format
	@$(VENV)/ruff check --quiet --fix . ; $(VENV)/ruff format --quiet .

conversation: training-environment ## learn anew what sentences do and which article they ask for
	@PYTHONPATH=.:layers/care/python .local/training/bin/python -m training.acts
	@PYTHONPATH=.:layers/care/python .local/training/bin/python -m training.subjects
	@PYTHONPATH=.:layers/care/python .local/training/bin/python -m training.ranking --measure

triage: training-environment ## learn triage anew and measure it
	@PYTHONPATH=.:layers/care/python .local/training/bin/python -m training.train
	@PYTHONPATH=.:layers/care/python .local/training/bin/python -m training.measure --write

training-environment:
	@[ -x .local/training/bin/python ] || $(PYTHON) -m venv .local/training
	@.local/training/bin/pip install --quiet --require-hashes -r requirements/training.txt

knowledge: check-environment ## how well articles are found; ARGS=--write makes the index and docs/search.md again
	@exec $(PY) -m knowledge $(ARGS)

bench: check-environment ## measure everything beside its goal, or parts of it (ARGS=--help lists them)
	@exec $(PY) -m bench $(ARGS)

# --- Deploy it ----------------------------------------------------------------------------------------------

validate: sam-environment ## sam validate and cfn-lint
	@SAM_CLI_TELEMETRY=0 $(SAM)/sam validate --lint --region $(REGION) && $(SAM)/cfn-lint template.yaml

scan: scan-environment ## look for weak spots in the template (answered in .checkov.yaml) and in what is pinned
	@.local/scan/bin/checkov --config-file .checkov.yaml
	@.local/scan/bin/python operations/audit.py

build: sam-environment ## build for Lambda (arm64, Python 3.13; PYTHON=python3.13 where python3 is another)
	@SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/$(SAM):$$PATH" sam build

deploy: $(if $(findstring --check,$(ARGS)),,sam-environment) environment ## build and deploy to AWS: docs/deploy.md (ARGS=--check only looks)
	@PATH="$(CURDIR)/$(SAM):$$PATH" $(PY) -m operations.deploy $(ARGS)

# --- Keep it ------------------------------------------------------------------------------------------------

replay: environment ## put parked stream records and dead letters through again
	@exec $(PY) -m operations.replay $(ARGS)

repair: environment ## say which open cases have no follow-up, and which follow-ups no case (ARGS=--go mends it)
	@PYTHONPATH=layers/care/python exec $(PY) -m operations.repair $(ARGS)

rotate: environment ## let a new key sign links and reply addresses (ARGS=--check only looks)
	@PYTHONPATH=layers/care/python exec $(PY) -m operations.rotate $(ARGS)

draw: environment ## draw the follow-up's state machine into docs/followup.md again
	@exec $(PY) -m operations.draw

prompts: environment ## speak what is new in flows/prompts/texts.toml (needs espeak-ng and sox)
	@exec $(PY) flows/prompts/make.py $(ARGS)

flows: ## write flows/*.json as flows/build.py makes them
	@exec python3 flows/build.py $(ARGS)

COMPILE = $(SAM)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
          --no-annotate --no-header

requirements: sam-environment ## compile requirements/*.in to pinned versions with hashes
	@for name in runtime local dev ministack sam scan training; do \
	  $(COMPILE) --universal --python-version 3.11 -o requirements/$$name.txt requirements/$$name.in; done
	@$(COMPILE) --python-version 3.13 --python-platform aarch64-manylinux2014 --no-emit-package botocore \
	  --no-emit-package python-dateutil --no-emit-package six --no-emit-package urllib3 \
	  -o layers/dependencies/requirements.txt layers/dependencies/requirements.in

clean: ## remove everything that was made here
	rm -rf .local .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis
