"""The procedures that the robot ships, for tests that need one."""

from robot.procedimientos import shipped
from robot.procedure.definition import Procedimiento


def of_code(codigo: str) -> Procedimiento:
    """A shipped one, examples included."""
    found = shipped()[codigo].procedimiento
    assert found is not None
    return found


VISITA_DOMICILIARIA = of_code("SC-PQRS-PRO-018")
