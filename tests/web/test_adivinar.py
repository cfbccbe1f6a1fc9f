"""What somebody gets who guesses passwords, and what everybody else notices of it."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
import requests
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from robot.models import ZONA_HORARIA, Solicitud
from robot.record.access import Tope
from robot.record.database import transaction
from robot.record.tables import intentos
from tests.paciencia import patience
from tests.web.conftest import CLAVE, Formulario
from tests.web.test_ingreso import Entrar, attempt

_AT_ONCE = 60


class Navegante:
    """A browser without a screen."""

    def __init__(self, formulario: Formulario) -> None:
        self._url = formulario.url
        self._patience = patience()
        self.sesion = requests.Session()

    def form(self, clave: str, password: str) -> dict[str, str]:
        page = self.get("/ingreso")
        csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        return {"csrf": csrf, "asesor": clave, "clave": password}

    def tries(self, clave: str, password: str) -> requests.Response:
        form = self.form(clave, password)
        return self.sesion.post(f"{self._url}/ingreso", data=form, allow_redirects=False, timeout=self._patience)

    def tries_at_once(self, clave: str, password: str) -> list[requests.Response]:
        """So many times, each on a connection of its own."""
        form, cookies = self.form(clave, password), self.sesion.cookies.get_dict()
        again = partial(requests.post, f"{self._url}/ingreso", data=form, cookies=cookies, timeout=self._patience)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return [one.result() for one in [pool.submit(again) for _ in range(_AT_ONCE)]]

    def tries_as(self, charset: str, clave: bytes, password: bytes) -> requests.Response:
        """In a form whose texts are written so."""
        fields = {"csrf": self.form("", "")["csrf"].encode(), "asesor": clave, "clave": password}
        parts = [
            b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (n.encode(), v)
            for n, v in fields.items()
        ]
        kind = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
        body = b"".join([*parts, b"--x--\r\n"])
        return self.sesion.post(f"{self._url}/ingreso", data=body, headers=kind, timeout=self._patience)

    def leaves(self, csrf: str) -> requests.Response:
        return self.sesion.post(
            f"{self._url}/salida", data={"csrf": csrf}, allow_redirects=False, timeout=self._patience
        )

    @contextmanager
    def follows(self, referencia: str) -> Iterator[Iterator[str]]:
        """The lines that its progress is told with."""
        url = f"{self._url}/solicitudes/{referencia}/eventos"
        with self.sesion.get(url, stream=True, timeout=self._patience) as answer:
            yield answer.iter_lines(chunk_size=1, decode_unicode=True)

    def get(self, path: str) -> requests.Response:
        return self.sesion.get(self._url + path, allow_redirects=False, timeout=self._patience)


@pytest.mark.parametrize("clave", ["ana", "nadie"])
def test_of_guesses_that_come_at_once_no_more_are_looked_at_than_of_those_that_come_one_by_one(
    formulario: Formulario, clave: str
) -> None:
    known = Navegante(formulario)
    assert known.tries("ana", CLAVE).status_code == 303
    known.sesion.cookies.pop("sesion")
    limit = formulario.servicio.settings.web.intentos
    told = Navegante(formulario).tries_at_once(clave, "equivocada-1")
    kinds = Counter(one.status_code for one in told)
    assert 0 < kinds[401] <= limit
    assert kinds == {401: kinds[401], 429: _AT_ONCE - kinds[401]}
    assert all(int(one.headers["retry-after"]) > 0 for one in told if one.status_code == 429)
    stranger = Navegante(formulario)
    for _ in range(limit - kinds[401]):
        assert stranger.tries(clave, "equivocada-1").status_code == 401
    refused = stranger.tries(clave, CLAVE)
    assert (refused.status_code, "Demasiados intentos. Espere " in refused.text) == (429, True)
    assert known.tries("ana", CLAVE).status_code == 303, (
        "where the account has signed in before, a stranger hinders nobody"
    )


def test_in_a_browser_that_the_account_knows_one_is_told_how_long_to_wait_and_nobody_else_does(
    page: Page, formulario: Formulario, entrar: Entrar
) -> None:
    entrar(page, "ana")
    page.get_by_role("button", name="Salir").click()
    attempt(page, "ana", "equivocada-1")
    expect(page.get_by_role("alert")).to_have_text("El asesor o la clave no son correctos.")
    later = dt.datetime.now(ZONA_HORARIA) + dt.timedelta(minutes=9)
    waiting = sa.update(intentos).where(intentos.c.cuantos > 0).values(libre=later, vence=later)
    transaction(formulario.servicio.ventanilla.base, lambda connection: connection.execute(waiting))
    attempt(page, "ana", CLAVE)
    expect(page.get_by_role("alert")).to_contain_text("Demasiados intentos. Espere 9 minutos y vuelva a ingresar.")
    assert Navegante(formulario).tries("ana", CLAVE).status_code == 303


def test_who_guesses_at_many_accounts_makes_strangers_wait_there_and_nobody_elsewhere(formulario: Formulario) -> None:
    tries = formulario.servicio.intentos
    here = Tope("direccion 10.0.0.7", 4)
    for number in range(4):
        assert tries.spend([Tope(f"cuenta {number}", 2), here]) == 0
    assert 0 < tries.spend([Tope("cuenta otra", 2), here]) <= 300
    assert tries.spend([Tope("cuenta otra", 2), Tope("direccion 10.0.0.8", 4)]) == 0


def test_a_clock_that_is_set_back_makes_nobody_wait_for_hours(formulario: Formulario) -> None:
    tries, ana = formulario.servicio.intentos, [Tope("equipo x ana", 2, cede=True)]
    assert tries.spend(ana) == tries.spend(ana) == 0
    assert tries.spend(ana) > 0
    ahead = dt.datetime.now(ZONA_HORARIA) + dt.timedelta(hours=5)
    before = sa.update(intentos).values(libre=ahead, vence=ahead)
    transaction(formulario.servicio.ventanilla.base, lambda connection: connection.execute(before))
    assert tries.spend(ana) == 0


def test_a_right_password_is_no_guess_and_gives_nobody_else_new_ones(formulario: Formulario) -> None:
    tries = formulario.servicio.intentos
    ana = [Tope("cuenta ana", 2)]
    for _ in range(5):
        assert tries.spend(ana) == 0
        tries.give_back(ana)
    assert tries.spend(ana) == tries.spend(ana) == 0
    assert tries.spend(ana) > 0
    tries.give_back(ana)
    assert tries.spend(ana) == 0
    assert tries.spend(ana) > 0


def test_waiting_grows_where_the_browser_is_known_and_never_beyond_a_minute() -> None:
    at = dt.datetime.now(ZONA_HORARIA)
    known, stranger = Tope("equipo x ana", 3, cede=True), Tope("cuenta ana", 3)
    until = at + dt.timedelta(minutes=4)
    waits = [(known.free_again(cuantos, at, until) - at).total_seconds() for cuantos in (1, 2, 3, 4, 5, 6, 7, 10_000)]
    assert waits == [0, 0, 5, 10, 20, 40, 60, 60]
    assert [stranger.free_again(cuantos, at, until) for cuantos in (2, 3, 4)] == [at, until, until]


def test_a_mark_of_somebody_else_s_making_is_none(formulario: Formulario) -> None:
    forger = Navegante(formulario)
    forger.sesion.cookies.set("equipo", "WyJ4IixbImFuYSJdXQ.aaaaaa.bbbbbb")
    limit = formulario.servicio.settings.web.intentos
    for _ in range(limit):
        assert forger.tries("ana", "equivocada-1").status_code == 401
    assert forger.tries("ana", CLAVE).status_code == 429
    assert Navegante(formulario).tries("ana", CLAVE).status_code == 429, "these were a stranger's tries"


def test_a_copy_of_the_cookie_is_nobody_s_once_its_owner_has_left(
    page: Page, formulario: Formulario, entrar: Entrar
) -> None:
    entrar(page, "ana")
    thief = Navegante(formulario)
    thief.sesion.cookies.update({one["name"]: one["value"] for one in page.context.cookies()})
    assert thief.get("/solicitudes").status_code == 200
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_role("heading", name="Ingreso")).to_be_visible()
    assert thief.get("/solicitudes").status_code == 401


def test_a_copy_of_the_cookie_is_nobody_s_either_once_its_owner_has_signed_in_anew(formulario: Formulario) -> None:
    owner, thief = Navegante(formulario), Navegante(formulario)
    assert owner.tries("ana", CLAVE).status_code == 303
    thief.sesion.cookies.update(owner.sesion.cookies)
    assert thief.get("/solicitudes").status_code == 200
    assert owner.tries("luis", CLAVE).status_code == 303
    assert (thief.get("/solicitudes").status_code, owner.get("/solicitudes").status_code) == (401, 200)


def test_a_page_that_was_left_open_is_told_nothing_more_once_its_owner_has_left(
    formulario: Formulario, solicitud: Callable[..., Solicitud]
) -> None:
    owner, ventanilla = Navegante(formulario), formulario.servicio.ventanilla
    assert owner.tries("ana", CLAVE).status_code == 303
    referencia = ventanilla.accept(solicitud(), quien="ana", otra=True)
    with owner.follows(referencia) as told:
        first = list(iter(lambda: next(told), ""))
        assert first[0] == "event: avance"
        csrf = owner.get("/solicitudes").text.split('name="csrf" value="')[1].split('"')[0]
        assert owner.leaves(csrf).status_code == 303
        ventanilla.cancel(referencia, quien="ana", motivo="")
        assert not [one for one in told if one.startswith("data")]


def test_what_no_text_can_be_is_a_wrong_password_and_no_defect(formulario: Formulario) -> None:
    half = "+2AA-".encode("ascii")
    odd = Navegante(formulario)
    for clave, password in ((half, b"x"), (b"ana", half)):
        assert odd.tries_as("utf-7", clave, password).status_code == 401
