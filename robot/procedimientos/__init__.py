"""The procedures that the robot ships, a TOML file each, and how they and the office's own are read and chosen from.

`ejemplos` holds sister procedures that run on the mock. Adding a procedure touches no code: docs/procedimientos.md.
"""

from robot.procedimientos.archivo import Archivo, procedures_in, read_procedure, shipped
from robot.procedimientos.catalogo import Catalogo, catalogue

__all__ = ["Archivo", "Catalogo", "catalogue", "procedures_in", "read_procedure", "shipped"]
