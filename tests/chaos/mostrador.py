"""The intake of the form as a process that can be killed: a line of JSON in, what the form would answer out."""

import json
import sys

from robot.errors import BadInput
from robot.intake import Ventanilla
from robot.models import Solicitud
from robot.settings import load_settings


def main() -> None:
    settings = load_settings()
    with Ventanilla(settings) as ventanilla:
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                solicitud = Solicitud.parse(asked["solicitud"], settings.reglas_de_solicitud)
                formulario = asked["formulario"]
                aceptada = ventanilla.hand_in(solicitud, quien="caos", formulario=formulario)
                told: object = {"referencia": aceptada.referencia}
            except BadInput as wrong:
                told = {"problemas": [f"{one.campo}: {one.mensaje}" for one in wrong.problemas]}
            print(json.dumps(told), flush=True)  # noqa: T201  # this is how it answers


if __name__ == "__main__":
    main()
