"""What a look at a sheet of requests came to, as counts and sentences; no personal data."""

from pydantic import BaseModel, ConfigDict


class InformeDeHoja(BaseModel):
    """What was done at one look.

    Attributes:
        tomadas: rows handed in now, for the first time or because they were mended.
        respondidas: rows whose answer was written or changed.
        por_corregir: rows with a problem that is told beside them.
        esperan: rows that somebody may still be typing.
        cambiadas: rows that were changed after they had been taken.
        sin_fila: requests whose row is gone.
        ajenas: cells of the robot's columns in which somebody wrote something; theirs stays.
        protegidas: rows that are not taken because the robot may not write its answer there.
        devueltas: cells that were given back to whoever typed in the same instant.
        columnas: which title is which field.
        otras_columnas: another one than at the look before.
        falla: why it could not be looked at, or not to the end; with the exit code of that.
    """

    model_config = ConfigDict(frozen=True)

    planilla: str
    hoja: str
    tomadas: int = 0
    respondidas: int = 0
    por_corregir: int = 0
    esperan: int = 0
    cambiadas: int = 0
    sin_fila: int = 0
    ajenas: int = 0
    protegidas: int = 0
    devueltas: int = 0
    columnas: tuple[str, ...] = ()
    otras_columnas: bool = False
    falla: str = ""
    codigo_salida: int = 0

    @property
    def avisos(self) -> list[str]:
        """What people should know, in Spanish."""
        told = [self.falla] if self.falla else []
        if self.por_corregir:
            told.append(f"{_rows(self.por_corregir)} por corregir: el motivo está en la hoja.")
        if self.cambiadas:
            told.append(f"{_rows(self.cambiadas)} con cambios posteriores: vale lo que se tomó.")
        if self.otras_columnas:
            told.append(
                "Cambiaron los títulos de la hoja, o los que el robot conoce: por eso ninguna fila se toma otra vez."
            )
        if self.sin_fila:
            told.append(f"{_rows(self.sin_fila)} que alguien borró: sus solicitudes siguen, y se ven en la Bandeja.")
        if self.ajenas:
            told.append(f"En las columnas del robot hay {_cells(self.ajenas)} de otra persona: se dejan como están.")
        if self.protegidas:
            told.append(
                f"{_rows(self.protegidas)} sin tomar: las columnas «Robot: …» están en un rango protegido; agregue la cuenta "
                "del robot como editora del rango, o quite la protección."
            )
        if self.devueltas:
            told.append(f"Se devolvieron {_cells(self.devueltas)} que alguien escribía en el mismo instante.")
        return told


class InformeDeCorreo(BaseModel):
    """What a look at the mailbox came to.

    Attributes:
        nuevos: messages that are drafts now.
        avisos: what people should know of the mailbox, in Spanish.
        falla: why it could not be looked at, or not to the end; with the exit code of that.
    """

    model_config = ConfigDict(frozen=True)

    nuevos: int = 0
    avisos: tuple[str, ...] = ()
    falla: str = ""
    codigo_salida: int = 0


class InformeDeRecepcion(BaseModel):
    """What one round of looking at everything came to."""

    model_config = ConfigDict(frozen=True)

    hojas: tuple[InformeDeHoja, ...] = ()
    correo: InformeDeCorreo | None = None

    @property
    def esperan(self) -> int:
        return sum(one.esperan for one in self.hojas)

    @property
    def codigo_salida(self) -> int:
        """The exit code of the worst that happened."""
        codes = [one.codigo_salida for one in self.hojas] + ([self.correo.codigo_salida] if self.correo else [])
        return max(codes, default=0)


def _rows(count: int) -> str:
    return f"{count} {'fila' if count == 1 else 'filas'}"


def _cells(count: int) -> str:
    return f"{count} {'celda' if count == 1 else 'celdas'}"
