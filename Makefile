# Everything a reader or maintainer does; `make help` lists it.
PYTHON ?= python3
# frameworks that `make test` does not install (WITHOUT=pytorch); what was said last holds
WITHOUT ?= $(shell cat .venv/without 2>/dev/null)
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.txt
SELECT := $(if $(CHAPTER),--chapter $(CHAPTER)) $(if $(FRAMEWORK),--framework $(FRAMEWORK))
# two processes at a time share the cores: a waiting thread should not spin
SHARE := OMP_WAIT_POLICY=PASSIVE
NBVAL := $(SHARE) D2L_QUICK=1 PYTHONWARNINGS=ignore $(BIN)/python -m pytest --nbval \
	--nbval-sanitize-with tests/nbval.cfg -n 2 --dist loadfile --durations 5

.PHONY: help book pdf test lint unit environments nbval compare bench record translate check check-zh serve clean
.PHONY: shapes seeds new links hooks release lighthouse weight lock said-anew
.DEFAULT_GOAL := help

.venv/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): install Python 3.11 or newer,\
	 or name it with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The book needs Python 3.11 or newer, not $$($(PYTHON) --version); name one with make PYTHON=..."; \
	  exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python could not create .venv (on Debian and Ubuntu: install python3-venv)"; \
	  rm -rf .venv; exit 1; }

.venv/book: requirements.txt pyproject.toml | .venv/pyvenv.cfg
	@echo "Installing what the book needs into .venv"
	@$(INSTALL) -e ".[book]"
	@touch $@

.venv/pdf: requirements.txt pyproject.toml | .venv/pyvenv.cfg
	@echo "Installing what printing needs into .venv"
	@$(INSTALL) -e ".[book,pdf]"
	@touch $@

.venv/all: requirements.txt pyproject.toml $(if $(filter-out file,$(origin WITHOUT)),said-anew) | .venv/pyvenv.cfg
	@echo "Installing the frameworks into .venv"
	@$(INSTALL) -e ".[book,pdf,test]"
	@$(BIN)/python -m bookbuild install --without "$(WITHOUT)" > .venv/left-out
	@cat .venv/left-out
	@echo "$(WITHOUT)" > .venv/without
	@touch $@ .venv/book .venv/pdf

help: ## list what make can do
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	  || grep '##' $(MAKEFILE_LIST)

book: .venv/book ## build the book as HTML and print where it is
	@$(BIN)/jupyter-book build . -W -n --keep-going --quiet
	@$(BIN)/python -m bookbuild build-translations
	@echo "The book is in _build/html/index.html, in Chinese in _build/html/zh/index.html"

pdf: book .venv/pdf ## print the book with one framework's code (FRAMEWORK=pytorch) as PDF
	@$(BIN)/python -m bookbuild pdf $(if $(FRAMEWORK),--framework $(FRAMEWORK))

test: .venv/all lint unit nbval book ## install everything (or WITHOUT=), then lint, unit tests, notebooks, the book
	@cat .venv/left-out

lint: .venv/all ## check code style, every notebook against its source, every translation against its own
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/python -m bookbuild check
	@$(BIN)/python -m bookbuild check-translations

unit: .venv/all ## run the unit and browser tests
	@$(SHARE) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 10 tests

environments: .venv/all ## try package and notebooks in environments made anew (30 minutes)
	@$(BIN)/python -m pytest -rs --durations 0 tests/environments/fresh_environments.py

nbval: .venv/all ## run every notebook again (or CHAPTER=, FRAMEWORK=) and compare outputs
	@notebooks=$$($(BIN)/python -m bookbuild list --installed $(SELECT)) && $(NBVAL) $$notebooks

compare: .venv/all ## compare names and arguments with those of the original packages d2l and d2lzh
	@$(INSTALL) --no-deps --upgrade --target build/originals d2l==0.17.6 d2lzh==1.0.0
	@D2L_ORIGINALS=build/originals $(BIN)/python -m pytest -q tests/compare

bench: .venv/all ## measure how fast the frameworks train on this machine, for the page on speed (25 minutes; AGAIN=1)
	@for network in lenet resnet18; do \
	  $(BIN)/python -m bookbuild bench --network $$network --each --output chapters/speed/$$network.json \
	  $(if $(AGAIN),--again) || exit 1; done

seeds: .venv/all ## train with several seeds, plainly and fast, for the page on speed (40 minutes; AGAIN=1)
	@$(BIN)/python -m bookbuild seeds --output chapters/speed/seeds.json $(if $(AGAIN),--again)

shapes: .venv/all ## record the layers of every network, for the page of all shapes (2 minutes)
	@$(BIN)/python -m bookbuild shapes

# only changed code needs the frameworks; where they are installed they are brought up to date first
record: $(or $(wildcard .venv/all),.venv/book) ## bring notebooks up to date (CHAPTER=resnet FRAMEWORK=pytorch, FORCE=1)
	@$(BIN)/python -m bookbuild export
	@$(BIN)/python -m bookbuild record $(SELECT) $(if $(FORCE),--force)

translate: .venv/book ## bring the catalogues in locale/ up to date with the sources
	@$(BIN)/python -m bookbuild translate

check: .venv/book ## tell whether every notebook matches its source
	@$(BIN)/python -m bookbuild check

check-zh: .venv/book ## tell what the Chinese edition still lacks, which a release wants, and what is wrong in it
	@$(BIN)/python -m bookbuild check-translations --complete

new: .venv/book ## make the skeleton of a chapter (CHAPTER=slug TITLE="..." PART="...")
	@$(BIN)/python -m bookbuild new "$$CHAPTER" --title "$$TITLE" --part "$$PART"

links: book ## follow all links, those to other sites too (needs a network)
	@$(BIN)/python -m bookbuild links
	@$(BIN)/jupyter-book build . --builder linkcheck --quiet --path-output build/links

hooks: .venv/all ## run the checks before each commit from now on, and all of them now
	@$(BIN)/pre-commit install && $(BIN)/pre-commit run --all-files

lock: | .venv/pyvenv.cfg ## make requirements.txt from pyproject.toml (UPGRADE=1 takes the newest versions)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check packaging
	@$(BIN)/python -m bookbuild lock $(if $(UPGRADE),--upgrade)

release: book ## check version and changelog, and make the files of a release (VERSION=x.y.z)
	@$(INSTALL) build
	@$(BIN)/python -m bookbuild release "$(VERSION)"

weight: .venv/all book ## tell what each chapter's page costs over the wire
	@$(BIN)/python -m bookbuild weight --limit 700

lighthouse: .venv/all book ## let Lighthouse judge a page as a phone and a desktop see it (2 minutes; needs Node)
	@command -v npm >/dev/null || { echo "There is no npm: install Node 18.20 or newer"; exit 1; }
	@npm ci --prefix tests/lighthouse --silent
	@$(BIN)/python -m pytest -q tests/lighthouse/scores.py

serve: book ## open the book on a free local port
	@port=$$($(BIN)/python -c "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])"); \
	echo "The book is at http://127.0.0.1:$$port/index.html (stop with Ctrl-C)"; \
	(sleep 1; $(BIN)/python -m webbrowser http://127.0.0.1:$$port/index.html >/dev/null 2>&1) & \
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $$port >/dev/null 2>&1

clean: ## remove what was built; the environment stays
	rm -rf _build build *.egg-info .pytest_cache .ruff_cache
