.PHONY: serve retratos migracion largas fechas skins matriz demo jornada test chaos bench check audit format lock clean

PYTHON_VENV = .venv/bin/python
# Where it is set, every worker of the tests rewrites every assertion anew, and every mock compiles itself.
export PYTHONDONTWRITEBYTECODE =

demo: ## file one solicitud against both mocks
	@scripts/preparar
	@$(PYTHON_VENV) -m fixtures.demo

serve: ## the intake form on both mocks; PUERTO=8801 chooses another port
	@scripts/preparar
	@$(PYTHON_VENV) -m fixtures.servir

retratos: ## the pictures of the form in docs/img, taken anew
	@scripts/preparar pruebas
	$(PYTHON_VENV) -m fixtures.retratos

test: ## every test, in parallel
	@scripts/preparar pruebas
	$(PYTHON_VENV) -m pytest -n auto --dist worksteal

chaos: ## kill everything, over and over, and see that nothing is lost or done twice; most of an hour
	@scripts/preparar pruebas
	$(PYTHON_VENV) -m tests.chaos
	INTERLEAVING_EXAMPLES=80 $(PYTHON_VENV) -m pytest -q tests/sheets/test_interleaving.py
	CONCILIACION_EXAMPLES=5000 $(PYTHON_VENV) -m pytest -q tests/conciliacion/test_reglas.py

largas: ## the long tests that `make test` leaves out
	@scripts/preparar pruebas
	LARGAS=si $(PYTHON_VENV) -m pytest -q -n auto --dist worksteal -m larga

fechas: ## the tests that look at the calendar, on the days that are not like the others; some minutes
	@scripts/preparar pruebas
	$(PYTHON_VENV) -m tests.fechas

skins: ## the page and flow tests on every skin of the mock, each with nothing but its perfil
	@scripts/preparar pruebas
	LARGAS=si SKINS=todas $(PYTHON_VENV) -m pytest -q -n auto --dist worksteal -m cada_skin

matriz: ## every fault at every step, and what becomes of the solicitud; some minutes
	@scripts/preparar pruebas
	MATRIZ=completa $(PYTHON_VENV) -m pytest -q -n auto --dist worksteal tests/matriz

bench: ## every table of docs/rendimiento.md, the peers' tools included; a quarter of an hour
	@scripts/preparar pruebas
	@scripts/preparar-pares
	$(PYTHON_VENV) -m bench

jornada: ## a day's work in one worker, and what grows with it; SOLICITUDES=300 says how many
	@scripts/preparar pruebas
	$(PYTHON_VENV) -m bench.jornada --solicitudes $(or $(SOLICITUDES),300) --dibujo docs/img/jornada.svg

check: ## what CI looks at before the tests
	@scripts/preparar
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

audit: ## known vulnerabilities of the locked dependencies, where an index of them answers
	@scripts/preparar
	@.venv/bin/python scripts/auditar

migracion: ## NOMBRE=que_cambia drafts the next migration from what differs in robot/record/tables.py
	@scripts/preparar
	$(PYTHON_VENV) scripts/migracion "$(NOMBRE)"
	.venv/bin/ruff format robot/migraciones

format:
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: ## needs uv
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header -q -o requirements.lock

clean:
	rm -rf .venv .venv-pares demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
