"""Our own browser part as a worker does it: the next form is open with zona and medio before the solicitud comes."""

from functools import partial

from bench.pares.con_el_robot import ConElRobot
from bench.pares.protocolo import serve

if __name__ == "__main__":
    serve(partial(ConElRobot, listo=True))
