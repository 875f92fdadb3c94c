# make run    the main job: the Discord bot if .env holds DISCORD_TOKEN, else a chat over the bundled sample archive
# make test   lint, types, import contracts, tests
# make lock   resolve the dependencies anew (needs a package index)
# make catalogues   bring the translations up to the texts in the code, and count what is missing
# make pictures     take the documentation's pictures anew (needs chromium)
PYTHON ?= python3
VENV ?= .venv
# PyTorch's own index of CPU builds, used when it answers within two seconds: elsewhere Linux may get gigabytes of CUDA.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH_VERSION := 2.13.0

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
RUNTIME := $(VENV)/.installed
DEVELOPMENT := $(VENV)/.installed-for-development

.PHONY: run test check lock catalogues pictures clean
.DELETE_ON_ERROR:

run: $(RUNTIME)
	@$(BIN)/briefing-bot start

test: check
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'briefing-bot needs Python 3.11 or newer: make PYTHON=python3.12 run'; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo 'Python could not make a virtual environment: install its venv package (python3-venv on Debian)'; exit 1; }

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo '== 1/3 libraries and models (about 400 MB, once)'
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	@echo '== 2/3 PyTorch $(TORCH_VERSION), the CPU build (about 200 MB, once)'
	@$(BIN)/python -c 'import sys, torch; sys.exit(torch.__version__.split("+")[0] != "$(TORCH_VERSION)")' 2>/dev/null \
		|| $(PIP) install torch==$(TORCH_VERSION) $$($(BIN)/python -c 'import sys, urllib.request as r; \
		sys.platform == "linux" and r.urlopen("$(TORCH_INDEX)/torch/", timeout=2) and print("--extra-index-url $(TORCH_INDEX)")' 2>/dev/null)
	@echo '== 3/3 briefing-bot'
	$(PIP) install -q --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo '== tools for development'
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# torch is left out: it is installed by version and without a hash, so that an index's CPU build can be taken.
lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install -q uv==0.13.9
	echo 'torch; sys_platform == "never"' > $(VENV)-lock/without-torch.txt
	$(VENV)-lock/bin/uv pip compile pyproject.toml --group install --universal --python-version 3.11 \
		--generate-hashes --no-annotate \
		--override $(VENV)-lock/without-torch.txt --no-emit-package torch --no-header -q -o requirements.lock
	$(VENV)-lock/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --constraint requirements.lock \
		--override $(VENV)-lock/without-torch.txt --no-emit-package torch --no-header -q -o requirements-dev.lock
	sed -i -E "s/ (;|and) sys_platform == 'never'//" requirements.lock requirements-dev.lock

catalogues: $(DEVELOPMENT)
	PYTHONPATH=.:tests/support $(BIN)/python tests/support/catalogues.py

pictures: $(DEVELOPMENT)
	PYTHONPATH=. $(BIN)/python docs/pictures/take.py

clean:
	rm -rf $(VENV) $(VENV)-lock dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
