"""The questions that write a perfil, one after the other, answered by a script in the page as a person would."""

import pytest
from playwright.sync_api import Page

from fixtures.procesos import Mock
from robot.flows.captura import capture
from robot.pages.serviweb import Serviweb
from robot.perfil.perfil import Perfil

_PERSON = """setInterval(() => {
  const bar = document.getElementById('robot-captura');
  if (!bar || bar.dataset.answered) return;
  bar.dataset.answered = '1';
  const words = bar.innerText;
  const press = label => [...bar.querySelectorAll('button')].find(b => b.textContent === label).click();
  if (words.includes('«Ingreso»')) press('Listo');
  else if (words.includes('el usuario')) document.querySelector('[type=text]').click();
  else if (words.includes('la contraseña')) document.querySelector('[type=password]').click();
  else if (words.includes('que ingresa')) document.querySelector('[type=image]').click();
  else if (words.includes('entre usuario y contraseña')) press('No la hay');
  else if (!sessionStorage.moved) { sessionStorage.moved = '1'; location.reload(); }
  else press('Terminar');
}, 20);"""


@pytest.mark.parametrize("skin", ["aspx"], indirect=True)
def test_each_thing_is_asked_for_in_turn_and_stopping_keeps_what_was_pointed_at(page: Page, serviweb: Mock) -> None:
    page.add_init_script(_PERSON)
    told: list[str] = []
    written = capture(Serviweb(page, Perfil(), 4_000), serviweb.url, told.append)
    assert [line.split(" = ")[0] for line in told] == ["usuario", "clave", "ingresar"]
    assert "[pantallas.ingreso.localizadores]" in written
    assert all(line in written for line in told)


@pytest.mark.parametrize("skin", ["aspx"], indirect=True)
def test_closing_the_window_ends_it_and_keeps_what_was_pointed_at(page: Page, serviweb: Mock) -> None:
    page.add_init_script(_PERSON)
    told: list[str] = []

    def heard(line: str) -> None:
        told.append(line)
        if len(told) == 2:
            page.close()

    written = capture(Serviweb(page, Perfil(), 4_000), serviweb.url, heard)
    assert len(told) == 2
    assert all(line in written for line in told)
