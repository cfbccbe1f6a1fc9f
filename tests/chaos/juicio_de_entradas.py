"""What a chaos run of the ways in left behind: every pedido by what the mocks hold, and by what its origins were told."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from robot.lotes.resultado import NO_TOMADA
from robot.models import Estado
from robot.receiving.sheet import POR_CORREGIR
from robot.record.messages import Correo, EstadoDeCorreo
from tests.chaos.entradas import AL_ENTRAR, Respuesta
from tests.chaos.hoja import PorHoja
from tests.chaos.juicio import Juicio, referencia_of
from tests.chaos.mundo import Mundo
from tests.chaos.pedidos import Falta, Pedido

_AT_THE_DOOR = {AL_ENTRAR, NO_TOMADA, POR_CORREGIR}
_CHOSEN = ("medio", "causal")
_CONSTANTS = ("zona", "medio", "servicio", "tipo", "causal")
_SAID_TWICE = ("ya tiene una solicitud reciente", "otra visita")
"""What the duplicates rule is told by, as Serviweb and as the record know it."""


@dataclass
class JuicioDeEntradas:
    """The table at the end. What must be empty is empty, or the run has found a defect."""

    comun: Juicio
    pedidos: int
    por_procedimiento: Mapping[str, int] = field(default_factory=dict)
    por_via: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    por_duplicado: int = 0
    por_corregir: int = 0
    notas: int = 0
    dos_veces: list[str] = field(default_factory=list)
    perdidos: list[str] = field(default_factory=list)
    por_otro_procedimiento: list[str] = field(default_factory=list)
    cupos_sin_cita: list[str] = field(default_factory=list)
    respuestas_ajenas: list[str] = field(default_factory=list)
    malos_radicados: list[str] = field(default_factory=list)
    problemas_sin_decir: list[str] = field(default_factory=list)
    anuncios_faltantes: list[str] = field(default_factory=list)
    filas_sin_respuesta: list[str] = field(default_factory=list)
    motivos_tapados: int = 0
    tapados_sin_decir: list[str] = field(default_factory=list)
    correos: int = 0
    correos_sin_borrador: list[str] = field(default_factory=list)
    correos_dos_veces: list[str] = field(default_factory=list)
    correos_radicados: list[str] = field(default_factory=list)
    notas_perdidas: list[str] = field(default_factory=list)

    @property
    def defectos(self) -> dict[str, list[str]]:
        """Everything that must be empty."""
        return {
            **self.comun.defectos,
            "pedidos radicados dos veces": self.dos_veces,
            "pedidos sin radicar ni razón": self.perdidos,
            "trámites que no dicen lo de su procedimiento": self.por_otro_procedimiento,
            "cupos de procedimientos sin cita": self.cupos_sin_cita,
            "respuestas que no son las suyas": self.respuestas_ajenas,
            "pedidos malos radicados": self.malos_radicados,
            "problemas que no se dijeron en su origen": self.problemas_sin_decir,
            "finales sin anunciar": self.anuncios_faltantes,
            "filas de la hoja sin respuesta": self.filas_sin_respuesta,
            "notas perdidas o en otra fila": self.notas_perdidas,
            "motivos tapados por una nota que «Recibidas» no cuenta": self.tapados_sin_decir,
            "correos sin borrador, o sin su marca": self.correos_sin_borrador,
            "correos con dos borradores, o con uno que nadie escribió": self.correos_dos_veces,
            "correos que se radicaron o tomaron solos": self.correos_radicados,
        }

    @property
    def limpio(self) -> bool:
        return not any(self.defectos.values())


def judge_entries(
    comun: Juicio, mundo: Mundo, pedidos: Sequence[Pedido], respuestas: Sequence[Respuesta], hoja: PorHoja
) -> JuicioDeEntradas:
    """Compare what was asked with the trámites that there are, and these with what each origin was told."""
    state = mundo.serviweb.state()
    rutas = {one["codigo"]: one["ruta"] for one in state["suscriptores"]}
    filed: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for tramite in state["tramites"]:
        for pedido in pedidos:
            if tramite["observacion"].startswith(pedido.marca):
                filed[pedido.numero].append(tramite)
    told: dict[int, list[Respuesta]] = defaultdict(list)
    for one in respuestas:
        told[one.numero].append(one)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one in respuestas:
        counted[one.via][one.estado] += 1
    juicio = JuicioDeEntradas(
        comun,
        len(pedidos),
        por_procedimiento=Counter(one.codigo for one in pedidos if filed[one.numero]),
        por_via=counted,
        por_corregir=sum(one.estado in _AT_THE_DOOR for one in respuestas),
        notas=len(hoja.notas),
        filas_sin_respuesta=list(hoja.unanswered()),
        notas_perdidas=hoja.misplaced(),
    )
    booked = _radicados_in(mundo)
    for pedido in pedidos:
        for tramite in filed[pedido.numero]:
            judge_tramite(juicio, pedido, tramite, ruta=rutas[tramite["suscriptor"]], citas=booked[tramite["radicado"]])
        numbers = [one["radicado"] for one in filed[pedido.numero]]
        judge_answers(juicio, pedido, numbers, told[pedido.numero], gone=pedido.marca in hoja.borrados)
    return juicio


def _radicados_in(mundo: Mundo) -> Counter[str]:
    books = mundo.google.state()["spreadsheets"]
    rows = [row for book in books if book["folder"] for sheet in book["sheets"] for row in sheet["values"]]
    return Counter(cell for row in rows for cell in row[6:7] if cell)


def judge_tramite(
    juicio: JuicioDeEntradas, pedido: Pedido, tramite: Mapping[str, Any], *, ruta: str, citas: int
) -> None:
    """It says what the file of its procedure and the pedido say, and nothing else, and has as many citas as that asks for.

    Args:
        ruta: its suscriptor's.
        citas: how many rows of Programación have its number.
    """
    written = pedido.definicion
    wanted = {name: written[name] for name in _CONSTANTS}
    wanted |= {name: getattr(pedido, name) for name in _CHOSEN if getattr(pedido, name)}
    wrong = [f"{name} {tramite[name]}" for name in _CONSTANTS if tramite[name] != wanted[name]]
    referencia = referencia_of(tramite) or ""
    if not referencia.startswith(f"{written['prefijo_referencia']}-"):
        wrong.append(referencia)
    if tramite["observacion"] not in pedido.observaciones(ruta, referencia):
        wrong.append(tramite["observacion"])
    if (tramite["suscriptor"], tramite["tercero"]) != (pedido.suscriptor, pedido.cedula):
        wrong.append(tramite["suscriptor"])
    if wrong:
        juicio.por_otro_procedimiento.append(f"{pedido.marca} {pedido.codigo} {', '.join(wrong)}")
    if citas and not written["lleva_cita"]:
        juicio.cupos_sin_cita.append(f"{pedido.marca} {tramite['radicado']}")


def judge_answers(
    juicio: JuicioDeEntradas, pedido: Pedido, numbers: Sequence[str], told: Sequence[Respuesta], *, gone: bool
) -> None:
    """One trámite, and its number beside each that was told RADICADA; whatever else was told has its reason.

    Args:
        numbers: the radicados of its trámites.
        gone: somebody has deleted a row of it.
    """
    if len(numbers) > 1:
        juicio.dos_veces.append(f"{pedido.marca} {pedido.vias} {numbers}")
    for one in told:
        if one.radicado and one.radicado not in numbers:
            juicio.respuestas_ajenas.append(f"{pedido.marca} {one}, {numbers}")
        if not one.radicado and one.estado not in {Estado.CANCELADA, Estado.RADICADA} and not one.motivo:
            juicio.problemas_sin_decir.append(f"{pedido.marca} {one}")
    if pedido.falta is not None:
        _judge_spoiled(juicio, pedido, numbers, told)
        return
    estados = {one.estado for one in told}
    juicio.por_duplicado += sum(_is_duplicate(one) for one in told)
    if numbers:
        if Estado.RADICADA not in estados and Estado.POR_VERIFICAR not in estados and not gone:
            juicio.respuestas_ajenas.append(f"{pedido.marca} {numbers}, {told}")
        unexplained = [
            one
            for one in told
            if one.estado not in {Estado.RADICADA, Estado.POR_VERIFICAR}
            and not (_is_duplicate(one) or (one.tapado and one.estado == Estado.RECHAZADA))
        ]
        if unexplained:
            juicio.respuestas_ajenas.append(f"{pedido.marca} {numbers}, {unexplained}")
    elif Estado.POR_VERIFICAR not in estados and not gone:
        juicio.perdidos.append(f"{pedido.marca} {pedido.codigo} {pedido.vias} {told}")


def _judge_spoiled(juicio: JuicioDeEntradas, pedido: Pedido, numbers: Sequence[str], told: Sequence[Respuesta]) -> None:
    if numbers:
        juicio.malos_radicados.append(f"{pedido.marca} {numbers}")
    if pedido.falta is Falta.SUSCRIPTOR:
        expected = {Estado.RECHAZADA.value}
        said = pedido.suscriptor
        well = [one.estado in expected and (one.tapado or "no conoce el código" in one.motivo) for one in told]
    else:
        wrong = [
            question
            for question in pedido.definicion["preguntas"]
            if question.get("obligatoria", True) and not pedido.respuestas[question["nombre"]]
        ]
        said = wrong[0]["etiqueta"]
        names = (wrong[0]["nombre"], said)
        well = [
            one.estado in _AT_THE_DOOR and (one.tapado or any(name in one.motivo for name in names)) for one in told
        ]
    if not all(well):
        juicio.problemas_sin_decir.append(f"{pedido.marca} {pedido.falta}: {told}")


def judge_hidden(juicio: JuicioDeEntradas, respuestas: Sequence[Respuesta], counted: int) -> None:
    """A reason that a person's note hides is told at the sheet in «Recibidas».

    Args:
        counted: how many cells are said there to be somebody else's.
    """
    hidden = [one for one in respuestas if one.tapado and one.estado in {Estado.RECHAZADA, POR_CORREGIR}]
    juicio.motivos_tapados = len(hidden)
    if len(hidden) > counted:
        juicio.tapados_sin_decir += [f"{one}, {counted}" for one in hidden]


def judge_mail(
    juicio: JuicioDeEntradas, llegados: Sequence[str], borradores: Sequence[Correo], dicho: Sequence[str]
) -> None:
    """Each message is one draft that nobody has touched, and nothing that is filed says a word of it.

    Args:
        llegados: the subjects of the messages, each its own.
        dicho: what every solicitud and every trámite says.
    """
    juicio.correos = len(llegados)
    drawn = Counter(one.mensaje.asunto if one.mensaje is not None else one.identidad for one in borradores)
    juicio.correos_sin_borrador += [asunto for asunto in llegados if not drawn[asunto]]
    juicio.correos_dos_veces += [
        f"{asunto}: {times}" for asunto, times in drawn.items() if times > 1 or asunto not in llegados
    ]
    juicio.correos_radicados += [
        f"{one.identidad} {one.estado} {one.referencia}" for one in borradores if one.estado is not EstadoDeCorreo.NUEVO
    ]
    juicio.correos_radicados += [text for text in dicho if any(asunto in text for asunto in llegados)]


def _is_duplicate(one: Respuesta) -> bool:
    refused = one.estado in {Estado.RECHAZADA, NO_TOMADA, AL_ENTRAR}
    return refused and any(word in one.motivo for word in _SAID_TWICE)
