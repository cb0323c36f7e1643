# One entry for everything. `make` alone prints this page; the work is in tools/ (plain Python).
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test quick fmt newest bench clean

# The first Python ≥ 3.11 found; say `make PYTHON=/path/to/python …` to choose another.
PYTHON ?= $(firstword $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done) python3)
RUN := .venv/bin/python

help: ## Affiche cette aide
	@echo "Maillage : commandes disponibles"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: ## Installe tout dans .venv et construit le front (rien d'autre que Python n'est demandé)
	@$(PYTHON) tools/setup.py

demo: setup ## Installe, charge la démonstration et sert sur http://127.0.0.1:8000
	@$(RUN) -m maillage.config.cli demo

serve: setup ## Sert la base de var/ avec un serveur de production et un processus de tâches
	@$(RUN) -m maillage.config.cli migrate --verbosity 0
	@$(RUN) -m maillage.config.cli serve --with-worker

test: ## Installe ce qu'il faut aux tests et passe toutes les vérifications
	@$(PYTHON) tools/setup.py --dev
	@$(RUN) tools/check.py

quick: ## Les vérifications sans PostgreSQL ni navigateur
	@$(PYTHON) tools/setup.py --dev
	@$(RUN) tools/check.py --quick

fmt: ## Met en forme le code
	@$(PYTHON) tools/setup.py --dev
	@$(RUN) -m ruff check --fix --quiet src tests tools bench || true
	@$(RUN) -m ruff format src tests tools bench

newest: ## Passe les tests sur les Python et Django les plus récents trouvés ici
	@$(PYTHON) tools/newest.py

bench: ## Passe les mesures et écrit docs/performance.md
	@$(PYTHON) tools/setup.py --dev
	@$(RUN) -m bench

clean: ## Enlève ce que setup et les tests ont construit (var/ est gardé)
	rm -rf .venv .venv-newest node_modules build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
