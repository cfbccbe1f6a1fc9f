"""The cells of the matrix, and the table of them that stands in docs/fallas.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fixtures.mock_serviweb.app import FAULTS
from robot.models import Estado
from tests.conftest import CADA_UNA, DE_TOOLKITS

PASOS: Mapping[str, str] = {
    "ingreso": "2 Ingreso",
    "formulario": "3 Trámite",
    "suscriptor": "5 Suscriptor",
    "tercero": "6 Tercero",
    "alta": "6 Tercero nuevo",
    "causales": "8 Causal",
    "guardar": "11 Guardar",
    "solicitud": "12 Imprimir",
}
_OF_PAGES = ("classic", "aspx", "marcos")
"""Screens of many pages; the others are one page that stays."""
_OF_THE_NETWORK = ("ingreso", "suscriptor", "causales", "guardar", "solicitud")
_WITH_NUMBER = ("classic", "aspx", "spa", "marcos", *DE_TOOLKITS)
"""Screens that tell the radicado when they save; the other one is looked up by the observación, which the fault takes away."""
_LOST: Mapping[str, Any] = {"error_despues": {"veces": 1, "ruta": "guardar"}}
"""The answer to Guardar, so that the trámite is sought in CONSULTA."""
_CLASSIC = ("classic",)
_RECORD_IN_INPUTS = ("classic", "ventanas", "spa", "marcos")
_POSTS_ALL_INPUTS = ("classic", "spa", "marcos")
_PRINTED_BY_SCRIPT = ("classic", "ventanas")
"""Screens that open the document from a script, which can do so in other ways."""
_OTHER_PAGERS = ("classic", "spa")
"""Screens whose way through the results can be drawn otherwise."""
_OWN_REQUEST_FOR_TERCEROS = ("classic", "spa", "marcos", *DE_TOOLKITS)
_OF_TERCEROS = {"tercero": "GET .*tercero", "alta": "POST .*tercero"}
_HANG = {"segundos": 7}
_ANYWHERE: Mapping[str, Mapping[str, Any]] = {
    "error_antes": {},
    "error_despues": {},
    "corte_antes": {},
    "corte_despues": {},
    "espera_antes": _HANG,
    "espera_despues": _HANG,
    "sesion_expirada": {},
    "otro_ingreso": {},
    "mantenimiento": {},
}


@dataclass(frozen=True)
class Celda:
    """One fault at one step, and what must come of it.

    Attributes:
        veces: how often it strikes; -1 always.
        clase: the error that is told, where there is one.
        tramites: how many there may be in the end; two where a save comes after it was proven that none was there, and is told.
        skins: in which screens it can occur.
        previos: trámites of other people that Serviweb has already.
        ademas: faults that are on besides.
        propios: trámites of the same suscriptor that it has already.
        copias: RADICADA has its copies, or tells that they are pending.
        confirmada: somebody has confirmed that it is another visita.
    """

    falla: str
    paso: str
    estado: Estado
    clase: str = ""
    veces: int = 1
    datos: Mapping[str, Any] = field(default_factory=dict)
    ruta: str = ""
    tramites: int = 1
    skins: tuple[str, ...] = CADA_UNA
    previos: int = 0
    ademas: Mapping[str, Any] = field(default_factory=dict)
    propios: int = 0
    copias: bool = True
    confirmada: bool = False

    def __str__(self) -> str:
        often = "-siempre" if self.veces < 0 and self.paso else ""
        return f"{self.falla}-{self.paso or 'siempre'}{often}{'-confirmada' if self.confirmada else ''}"

    def wanted(self, lentitud: float) -> dict[str, Any]:
        """The fault as the control endpoint takes it; what outlasts the robot's patience does so on a slow machine, too."""
        datos = {name: value * lentitud if name == "segundos" else value for name, value in self.datos.items()}
        return {self.falla: {"veces": self.veces, "ruta": self.ruta or self.paso, **datos}, **self.ademas}


_EXCEPTIONS: Mapping[tuple[str, str], tuple[Estado, str]] = {
    ("corte_antes", "guardar"): (Estado.POR_VERIFICAR, "OutcomeUnknown"),
}
"""Once at a step, everything is got over but an answer that is not there for something that is not there either."""


def _once() -> Iterator[Celda]:
    for falla, datos in _ANYWHERE.items():
        for paso in _OF_THE_NETWORK:
            estado, clase = _EXCEPTIONS.get((falla, paso), (Estado.RADICADA, ""))
            yield Celda(falla, paso, estado, clase, datos=datos)
        for paso, ruta in _OF_TERCEROS.items():
            yield Celda(falla, paso, Estado.RADICADA, datos=datos, ruta=ruta, skins=_OWN_REQUEST_FOR_TERCEROS)


def _others() -> Iterator[Celda]:
    radicada, rechazada, verificar = Estado.RADICADA, Estado.RECHAZADA, Estado.POR_VERIFICAR
    yield Celda("latencia", "", radicada, veces=-1, datos={"ms": 150})
    yield Celda("latencia", "", radicada, veces=-1, datos={"ms": 0, "hasta_ms": 400})
    yield Celda("guardado_tras_error", "guardar", verificar, "OutcomeUnknown", ruta=".*", tramites=2)
    yield Celda("guardado_tardio", "guardar", radicada, datos={"segundos": 5}, ruta=".*")
    yield Celda("guardado_tardio", "guardar", verificar, "OutcomeUnknown", datos={"segundos": 60}, ruta=".*")
    for segundos, estado, clase in ((5, radicada, ""), (60, verificar, "OutcomeUnknown")):
        datos = {"segundos": segundos}
        yield Celda("guardado_diferido", "guardar", estado, clase, datos=datos, ruta=".*", skins=("aspx", "ventanas"))
    yield Celda("mantenimiento", "ingreso", rechazada, "ServiwebUnavailable", veces=-1, ruta="")
    yield Celda("error_antes", "guardar", rechazada, "TransientFailure", veces=-1)
    yield Celda("error_antes", "solicitud", radicada, veces=-1, copias=False)
    yield Celda("alerta_inesperada", "", rechazada, "UnexpectedDialog", veces=-1, skins=_CLASSIC)
    yield Celda("aviso_de_clave", "ingreso", radicada, ruta="entrada|principal.do", skins=_OF_PAGES)
    yield Celda("aviso_encima", "ingreso", radicada, ruta="entrada|principal.do", skins=("classic", "aspx"))
    yield Celda("aviso_encima", "formulario", radicada, ruta="(?i)GET .*tramite", skins=_OF_PAGES)
    yield Celda(
        "opcion_faltante", "causales", rechazada, "OptionMissing", -1, {"texto": "VISITA DOMICILIARIA"}, ruta=".*"
    )
    yield Celda("opciones_lentas", "causales", radicada, veces=-1, datos={"ms": 900}, ruta=".*")
    yield Celda("select_revertido", "causales", radicada, ruta=".*", skins=_CLASSIC)
    yield Celda("selects_redibujados", "", radicada, veces=-1, skins=_OF_PAGES)
    yield Celda("opciones_reordenadas", "", radicada, veces=-1)
    yield Celda("enter_doble", "", radicada, veces=-1)
    yield Celda("cuenta_bloqueada", "ingreso", rechazada, "CredentialsRefused", veces=-1, ruta=".*")
    yield Celda("observacion_maxima", "", rechazada, "ObservacionDoesNotFit", -1, {"caracteres": 60})
    yield Celda("observacion_recortada", "", rechazada, "ReadBackMismatch", -1, {"caracteres": 60}, skins=_CLASSIC)
    yield Celda(
        "etiqueta_cambiada", "", rechazada, "ScreenChanged", -1, {"de": "Observación:", "a": "Hechos:"}, skins=_CLASSIC
    )
    yield Celda("campo_nuevo", "guardar", rechazada, "TramiteRefused", veces=-1, ruta=".*")
    yield Celda("sin_confirmacion", "", radicada, veces=-1, skins=_CLASSIC)
    yield Celda("radicado_antes", "", radicada, veces=-1, skins=_CLASSIC)
    yield Celda("sin_alerta_radicado", "", radicada, veces=-1, skins=_CLASSIC)
    yield Celda("sin_radicado", "guardar", radicada, ruta="guardar|resultado")
    for falla in ("guardado_parcial", "observacion_cortada"):
        yield Celda(falla, "guardar", verificar, "ObservacionLost", ruta=".*", skins=_WITH_NUMBER)
        yield Celda(falla, "guardar", verificar, "OutcomeUnknown", ruta=".*", skins=("ventanas",))
    blocked = "resultado|guardar|ver.do"
    yield Celda("ventanas_bloqueadas", "solicitud", radicada, veces=-1, ruta=blocked, skins=_OF_PAGES, copias=False)
    yield Celda("radicado_repetido", "guardar", verificar, "DocumentoAjeno", ruta=".*", previos=1)
    yield Celda("ventana_cerrada", "solicitud", radicada, skins=("classic", "aspx"))
    yield Celda("ventana_cerrada", "solicitud", radicada, veces=-1, skins=("classic", "aspx"))
    for modo in ("incompleto", "vacio"):
        yield Celda("impresion", "solicitud", radicada, "", -1, {"modo": modo}, ruta=".*", copias=False)
    for modo in ("pdf", "descarga"):
        yield Celda("impresion", "solicitud", radicada, "", -1, {"modo": modo}, ruta=".*")


def _of_signing_in() -> Iterator[Celda]:
    rechazada = Estado.RECHAZADA
    yield Celda("sede", "ingreso", rechazada, "ConfigurationError", veces=-1, skins=_OF_PAGES)
    for falla in ("captcha", "teclado_en_pantalla", "codigo_enviado"):
        yield Celda(falla, "ingreso", rechazada, "PersonaRequerida", veces=-1, ruta=".*", skins=_CLASSIC)
    yield Celda("sin_ventana_no", "ingreso", rechazada, "NavegadorRechazado", veces=-1, ruta=".*")


def _of_guardar() -> Iterator[Celda]:
    """Habits of old systems around Guardar."""
    radicada, rechazada, verificar = Estado.RADICADA, Estado.RECHAZADA, Estado.POR_VERIFICAR
    slow = {"espera_antes": {"veces": 1, "ruta": "POST .*guardar|\\(guardar\\)", "segundos": 7}}
    for falla in ("latido", "borrador"):
        yield Celda(falla, "", radicada, veces=-1)
        yield Celda(falla, "", radicada, veces=-1, ademas=slow)
    yield Celda("enter_guarda", "", radicada, veces=-1, skins=("classic", "marcos"))
    of_another = [
        Celda("otro_abierto", "guardar", rechazada, "PosibleDuplicado", veces=-1, skins=_OF_PAGES),
        Celda("segunda_pregunta", "", rechazada, "PosibleDuplicado", veces=-1, skins=("classic", "aspx")),
        Celda("segunda_pregunta_en_pagina", "", rechazada, "PosibleDuplicado", veces=-1, skins=("ventanas", "spa")),
    ]
    yield from of_another
    for one in of_another:
        yield replace(one, estado=radicada, clase="", confirmada=True)
    besides = {"texto": "Ya tiene abierto el trámite 2026-000001. ¿Desea anularlo y radicar otro?"}
    yield Celda("otro_abierto", "guardar", rechazada, "UnexpectedDialog", -1, besides, skins=_OF_PAGES, confirmada=True)
    yield Celda("niega", "guardar", rechazada, "TramiteRefused", veces=-1, ruta=".*")
    for forma in ("{a} {n}", "{a}-ER-{n}", "S-{a}-012-{n}-A", "{a}.{n}E"):
        yield Celda("radicado_con_forma", "guardar", radicada, veces=-1, datos={"forma": forma}, ruta=".*")
    unknown = {"de": "correctamente", "a": "en firme"}
    yield Celda("etiqueta_cambiada", "guardar", radicada, datos=unknown, ruta="guardar", skins=_CLASSIC)
    longer = {"de": "</b><br>", "a": "-A</b><br>"}
    yield Celda("etiqueta_cambiada", "solicitud", verificar, "RadicadoDistinto", veces=-1, datos=longer, skins=_CLASSIC)
    unsaid = {"sin_radicado": {"veces": 1, "ruta": "guardar|resultado"}}
    skins = ("classic", "aspx")
    yield Celda("observacion_alterada", "guardar", verificar, "ObservacionLost", ruta=".*", ademas=unsaid, skins=skins)
    yield Celda("observacion_alterada", "guardar", verificar, "ObservacionLost", ruta=".*")
    yield Celda("cifrado", "", radicada, veces=-1, ademas={"borrador": -1}, skins=("spa",))
    lost = {"corte_despues": {"veces": 1, "ruta": "GET .*guardar"}}
    yield Celda("guardar_por_get", "", radicada, veces=-1, ademas=lost, skins=("classic", "marcos"))


def _of_looking_up_and_writing() -> Iterator[Celda]:
    radicada, rechazada = Estado.RADICADA, Estado.RECHAZADA
    slowly = {"latencia": {"veces": -1, "ruta": "suscriptor|tercero", "ms": 1200}}
    yield Celda("conserva_anterior", "", radicada, veces=-1, skins=_RECORD_IN_INPUTS, ademas=slowly)
    yield Celda("anterior_tarde", "", radicada, veces=-1, skins=_POSTS_ALL_INPUTS)
    yield Celda("id_oculto", "", radicada, veces=-1, skins=_POSTS_ALL_INPUTS, ademas=slowly)
    yield Celda("id_oculto_fijo", "", rechazada, "ReadBackMismatch", veces=-1, skins=_POSTS_ALL_INPUTS)
    for falla in ("codigo_con_nombre", "codigo_con_ceros", "miles"):
        yield Celda(falla, "", radicada, veces=-1, skins=_RECORD_IN_INPUTS)
    for falla in ("mascara_de_celular", "mayusculas", "solo_teclas"):
        yield Celda(falla, "", radicada, veces=-1)
    for falla in ("mascara_corta", "nombre_recortado"):
        yield Celda(falla, "", rechazada, "TerceroDoesNotFit", veces=-1)
    yield Celda("radios", "", radicada, veces=-1, skins=("classic", "aspx"))
    yield Celda("tipo_documento", "", radicada, veces=-1, skins=_CLASSIC)
    yield Celda("tipo_al_buscar", "", radicada, veces=-1, skins=_CLASSIC)
    yield Celda("nit_con_dv", "", radicada, veces=-1, skins=_CLASSIC)
    for skin, etiqueta in (("classic", "Observación:"), ("spa", "Observaciones")):
        spaced = {"de": etiqueta, "a": f"&nbsp;{etiqueta}&nbsp;"}
        yield Celda("etiqueta_cambiada", "", radicada, veces=-1, datos=spaced, skins=(skin,))


def _of_consulta() -> Iterator[Celda]:
    """What is no failure, but how old systems are; with a failure that has the robot depend on it."""
    radicada, verificar = Estado.RADICADA, Estado.POR_VERIFICAR
    lost = {**_LOST, "antiguas_primero": -1}
    for modo in ("numeros", "ventana", "mas"):
        yield Celda(
            "paginas", "guardar", radicada, "", -1, {"modo": modo}, ".*", skins=_OTHER_PAGERS, propios=14, ademas=lost
        )
    yield Celda(
        "paginas",
        "guardar",
        verificar,
        "OutcomeUnknown",
        -1,
        {"modo": "nada"},
        ".*",
        skins=_OTHER_PAGERS,
        propios=14,
        ademas=lost,
    )
    yield Celda(
        "tabla_vacia",
        "guardar",
        radicada,
        "",
        -1,
        ruta=".*",
        skins=("classic", "spa", "aspx"),
        ademas={"error_antes": {"veces": 1, "ruta": "guardar"}},
    )
    yield Celda(
        "sin_enlaces", "solicitud", radicada, "", -1, ruta=".*", skins=_OTHER_PAGERS, ademas=_LOST, copias=False
    )
    yield Celda("impresion_escrita", "solicitud", radicada, veces=-1, ruta=".*", skins=_CLASSIC)
    yield Celda("impresion_en_sitio", "solicitud", radicada, veces=-1, ruta=".*", skins=_PRINTED_BY_SCRIPT)
    as_pdf = {"impresion": {"modo": "pdf"}}
    for falla in ("impresion_marco", "impresion_blob", "impresion_incrustada"):
        yield Celda(falla, "solicitud", radicada, veces=-1, ruta=".*", skins=_PRINTED_BY_SCRIPT, ademas=as_pdf)
    yield Celda("documento_una_vez", "solicitud", radicada, veces=-1, ruta=".*", skins=("ventanas", "marcos", "spa"))
    yield Celda("caja_tras_guardar", "guardar", radicada, veces=-1, ruta="guardar|resultado", skins=_OF_PAGES)


CELDAS = (*_once(), *_others(), *_of_signing_in(), *_of_guardar(), *_of_looking_up_and_writing(), *_of_consulta())

_HEAD = """# What becomes of a solicitud when something fails

Every fault of the mock Serviweb at every step where it can occur, and the one outcome that is allowed; `make matriz` runs them
all and judges by what Serviweb and Programación hold in the end. RADICADA is one trámite with its whole observación, one row
with its radicado, and the copies, or the word that they are pending where the document could not be had. RECHAZADA leaves nothing
behind. POR VERIFICAR is at most one trámite (two where a save comes after it was proven that there was none), its cita held, and
a person told what was seen.

This table is written by `python -m tests.matriz`.

| fault | at | how often | outcome | told | screens |
|---|---|---|---|---|---|
"""


def as_markdown() -> str:
    """The table."""
    return _HEAD + "\n".join(map(_line, CELDAS)) + "\n"


def _line(one: Celda) -> str:
    told = one.clase or ("–" if one.copias else "copias pendientes")
    skins = "all" if one.skins == CADA_UNA else ", ".join(one.skins)
    often = "always" if one.veces < 0 else "once"
    at = PASOS.get(one.paso, "throughout")
    return f"| {FAULTS[one.falla]}{_with(one)} | {at} | {often} | {one.estado} | {told} | {skins} |"


def _with(one: Celda) -> str:
    told = [f"{name} {value}" for name, value in one.datos.items()] + [f"with {name}" for name in one.ademas]
    told += [f"{one.propios} trámites of the suscriptor there already"] if one.propios else []
    told += ["another visita, as somebody has confirmed"] if one.confirmada else []
    return f" ({', '.join(told)})" if told else ""
