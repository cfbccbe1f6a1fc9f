"""How the texts of Serviweb read that the robot takes off its screens, where a perfil says nothing else."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, field_validator


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as broken:
        raise ValueError(f"la expresión regular no compila: {broken}") from None
    return pattern


_INSTEAD = "!"
Patron = Annotated[str, AfterValidator(_compiles)]


class Patrones(BaseModel):
    """How the texts read that the robot takes off screens; regular expressions, case does not matter.

    What a perfil gives is looked for besides the default, and before it; after `!` in its place.

    Attributes:
        radicado: finds the number in Serviweb's confirmation; its first group is the number, the whole of it as it is shown:
            where more of it stands there, CONSULTA is asked. By default nothing but words like «número» and «asignado» may
            stand before it, so that no other number is taken for it.
        guardado: Serviweb's own words that a trámite was saved; they do not count where they are denied («no fue guardado»).
        pregunta_guardar: the one question at Guardar that is answered yes, the whole of it on one line; any other is answered
            no and told.
        pregunta_otra: the question at Guardar whether to file another trámite, the whole of it on one line; it is answered yes
            only where somebody has confirmed that it is another visita.
        agregado: a tercero was added.
        no_existe: the suscriptor or tercero is unknown.
        ya_existe: the tercero that is being added is known by now.
        retirado: the estado of a suscriptor who is no longer served.
        clave_errada: user and password were refused.
        pregunta_sesion: Serviweb says at the sign-in that the user has another session.
        pide_persona: Serviweb asks, after the password, for what only a person can give.
        navegador_rechazado: the server turns the browser away.
        sesion_expirada: the session ended, or another one took its place.
        sin_resultados: CONSULTA found nothing.
        total: how many results CONSULTA says there are; the first group that takes part is the number.
        paginas: how many pages of them.
        parcial: words that say that not all of them are shown.
        error_servidor: a page of the server's own failure.
        rechazo: words after Guardar, on the page or in an alert, that say it was not saved; others leave it in doubt.
        respondido: what the column Estado of CONSULTA says of a trámite that has been answered.
        anulado: what it says of one that does not count any more.
        codigo: finds a código de suscriptor in an observación; its first group is the código.
        codigo_impreso: finds a código de suscriptor on what Serviweb prints; its first group is the código.
        sin_importancia: an alert that says nothing that matters; any other that is not expected stops the robot.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    radicado: Patron = (
        r"radicad[oa]s?(?:[\s.:,;#º°«»\"'()-]|\b(?:n[uú]mero|n[uú]m|nro|no|n|es|el|la|del?|con|bajo|fue|su|asignad[oa]"
        r"|generad[oa]|correctamente|exitosamente|[eé]xito|petici[oó]n|tr[aá]mite|solicitud|pqrs?)\b){0,40}?"
        r"(?<![\w-])(?!\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?![-/\w])|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?![-/\w]))"
        r"((?=(?:(?:[A-Z/_-]|(?<=\d)\.(?=\d))*\d){4})[0-9A-Z]+(?:(?:[-/_]|(?<=\d)\.(?=\d))[0-9A-Z]+)*"
        r"(?:(?<=\b(?:19|20)\d\d)[ \u00a0]\d{4,}(?![\d/:-]))?)"
    )
    guardado: Patron = (
        r"(guardad|registrad|grabad|radicad)[oa]\s+(correctamente|con\s+[eé]xito|exitosamente|satisfactoriamente)"
    )
    pregunta_guardar: Patron = (
        r"^(?!.*\b(?:otr[oa]s?|segund[oa]|adicional|duplicad[oa]|nuevamente|de\s+nuevo|tod[oa]s\s+(?:formas|maneras|modos)"
        r"|aunque|pero|copia|correo|imprimir|sin|ya(?!\s+no)|existe|tiene|abiert[oa]|pendiente|reciente|mora|deuda|vencid[oa]|suspendid[oa]"
        r"|(?:anul|cancel|reempla|sustitu|elimin|revers|cobr)\w*|borrador|anterior(?:es)?|cambios\s+(?:al|del?|en)|encima|aun"
        r"|una\s+vez\s+m[aá]s|[yeo]\s+(?:cerr|modific|actualiz|borr|notific|inici|gener|cre|suspend|cort|devolv|archiv)\w*)\b)"
        r"(?:(?:atenci[oó]n|confirmaci[oó]n|confirmar|por\s+favor)\W+)*"
        r"(?:(?:se\s+)?(?:va|dispone)\s+a\s+(?:guardar|grabar|registrar|radicar)\b[^.?!¿]*[.:]\s*)?"
        r"(?:(?:verifique|revise|compruebe)\b[^.?¿]*\b(?:datos|informaci[oó]n)\b[^.?¿]*[.:]\s*)?"
        r"¿?\s*(?:(?:est[aá]\s+(?:usted\s+)?segur[oa]"
        r"|(?:los\s+datos|la\s+informaci[oó]n)\s+(?:son|est[aá]n?|es)\s+(?:correct|complet)[oa]s?|desea\s+continuar)"
        r"|(?:(?:est[aá]\s+(?:usted\s+)?)?segur[oa]\s+(?:de\s+)?(?:que\s+)?|realmente\s+)?(?:(?:desea|quiere|va\s+a)\s+)?"
        r"(?:confirma[r]?\s+)?(?:que\s+desea\s+)?(?:(?:el|la)\s+)?"
        r"(?:guardar|grabar|registrar|radicar|enviar|crear|almacenar|guardado|registro|radicaci[oó]n|env[ií]o|grabaci[oó]n)\b"
        r"(?:[^.?!;]|\bno\.|(?<=\d)\.(?=\d))*)"
        r"\s*[?.!]*\s*(?:[^.?!]*\bno\s+(?:se\s+)?(?:podr[aá]n?|pueden?)\b[^.?!]*\.?)?\s*$"
    )
    pregunta_otra: Patron = (
        r"^(?!.*\b(?:anul|cancel|cerrar|cierr|reempla|sustitu|elimin|borr|modific|actualiz|agreg|adicion|un[ií]r|acumul"
        r"|deuda|mora\b|saldo|cartera|suspen|retirad|cobr|cost|tarifa|imprim|correo|copia))"
        r"(?=[^¿?]*\b(?:ya|existen?|tiene|hay|posee|presenta|registra|cuenta\s+con)\b)"
        r"(?=[^¿?]*\b(?:tr[aá]mites?|solicitud(?:es)?|visitas?|petici[oó]n(?:es)?|radicad[oa]s?|pqrs?)\b)"
        r"[^¿?]*(?:¿\s*|[.,;:!]\s+)"
        r"(?:(?:est[aá]\s+(?:usted\s+)?)?segur[oa]\s+(?:de\s+)?(?:que\s+)?|realmente\s+)?(?:(?:desea|quiere|va\s+a)\s+)?"
        r"(?:continuar|(?:radicar|registrar|guardar|grabar|crear|ingresar|generar|abrir|presentar)"
        r"(?:\s+(?:(?:el|la|un|una)\s+)?(?:otr|nuev)[oa]|(?=\s+(?:de|igual|as[ií])))(?:\s+(?:tr[aá]mite|solicitud|visita"
        r"|petici[oó]n|pqrs?)(?:\s+nuev[oa])?)?)"
        r"(?:\s+(?:de\s+tod[oa]s\s+(?:formas|maneras|modos)|igualmente|as[ií]))?\s*\?\s*$"
    )
    agregado: Patron = r"\b(agregad|adicionad|registrad|cread|guardad|grabad|incluid)[oa]\b"
    no_existe: Patron = r"no\s+(se\s+)?(existe|encuentra|encontr[oó]|est[aá]\s+registrad[oa]|registra)"
    ya_existe: Patron = r"\bya\s+(se\s+)?(existe|encuentra|est[aá]|fue)\b"
    retirado: Patron = r"retirad[oa]"
    clave_errada: Patron = (
        r"(usuario|contrase[nñ]a|clave|credencial(es)?)\b.{0,40}?\b(incorrect|errad|inv[aá]lid|no\s+v[aá]lid|bloquead)"
    )
    pregunta_sesion: Patron = (
        r"\b(?:otra|una)\s+sesi[oó]n\s+(?:que\s+est[aá]\s+)?(?:activa|abierta|iniciada|vigente|en\s+uso|en\s+curso)"
        r"|sesi[oó]n\s+(?:activa|abierta|iniciada|vigente)\s+en\s+otr|\bya\s+(?:tiene|hay|existe|posee)\s+(?:una\s+)?sesi[oó]n"
        r"|\busuario\b.{0,30}?\b(?:se\s+encuentra|est[aá])\s+(?:conectad[oa]|en\s+uso|en\s+sesi[oó]n)"
    )
    pide_persona: Patron = (
        r"c[oó]digo\s+(?:de\s+)?(?:verificaci[oó]n|seguridad|autenticaci[oó]n|confirmaci[oó]n|un\s+solo\s+uso)|\bcaptcha\b|\bOTP\b"
        r"|segundo\s+factor|autenticador|(?:env[ií]amos|enviado)\s+un\s+c[oó]digo|no\s+soy\s+un\s+robot|caracteres\s+de\s+la\s+imagen"
    )
    navegador_rechazado: Patron = (
        r"navegador\b[^.\n]{0,40}\bno\s+(?:es\s+|est[aá]\s+)?(?:compatible|soportad|permitid|admitid|autorizad)|\bheadless\b"
        r"|(?:automatizad|automated|bots?\b)[^.\n]{0,40}(?:no\s+(?:est[aá]n?\s+)?permitid|bloquead|denied|not\s+allowed)"
        r"|access\s+denied|request\s+blocked"
    )
    sesion_expirada: Patron = r"sesi[oó]n.{0,40}?(expir|caduc|venci|finaliz|termin|cerrad|inici[oó]\s+en\s+otro)"
    sin_resultados: Patron = (
        r"(no\s+se\s+encontraron|sin\s+resultados|(?<![\d.,])0\s+registros|no\s+hay\s+(registros|tr[aá]mites))"
    )
    total: Patron = (
        r"\b\d[\d.,]*\s*(?:a|al|to|[-–—])\s*\d[\d.,]*\s*(?:de|of)\s*(?:un\s+total\s+de\s+)?(\d[\d.,]*)"
        r"|\btotal(?:es)?(?:\s+de)?(?:\s+(?:registros|resultados|tr[aá]mites|encontrad[oa]s))*\s*[:=(]?\s*(\d[\d.,]*)"
        r"|(?<!mostrando )(?<!mostrar )(?<!ver )(?<!\d )(?<![\d.,])(\d[\d.,]*)\s+"
        r"(?:registros?|resultados?|tr[aá]mites?|coincidencias?|filas?)\b(?!\s+(?:por|en|de)\b)"
        r"|\b(?:registros|resultados|tr[aá]mites)(?:\s+encontrad[oa]s)?\s*[:=(]\s*(\d[\d.,]*)(?!\s*(?:a|al|-|–)\s*\d)"
    )
    paginas: Patron = r"\bp[aá]g(?:ina|\.)?\s*:?\s*\d+\s*(?:de|/)\s*(\d+)|\bpage\s+\d+\s+of\s+(\d+)"
    parcial: Patron = (
        r"\b(?:primer[oa]s|[uú]ltim[oa]s)\s+\d+\b[^\n]{0,30}|\bm[aá]s\s+de\s+\d+\s+(?:registros|resultados|tr[aá]mites)"
        r"|\bm[aá]ximo\s+(?:de\s+)?\d+\s+(?:registros|resultados|tr[aá]mites)|\brefine\s+(?:la|su)\s+(?:b[uú]squeda|consulta)"
    )
    error_servidor: Patron = (
        r"(http\s+status\s+5\d\d|error\s+(interno|5\d\d)|internal\s+(server\s+)?error|service\s+unavailable|bad\s+gateway"
        r"|gateway\s+time-?out|en\s+mantenimiento|exception\s+report|server\s+error\s+in|runtime\s+error)"
    )
    rechazo: Patron = (
        r"\bdebe\s+(digitar|seleccionar|ingresar|diligenciar|indicar|escribir|escoger|elegir|llenar)\b"
        r"|\b(obligatori[oa]s?|requerid[oa]s?|inv[aá]lid[oa]s?)\b|\bno\s+v[aá]lid[oa]s?\b"
        r"|\bfaltan?\s+(el|la|los|las|un|una|digitar|seleccionar|ingresar|diligenciar|indicar|datos|campos)\b"
        r"|\bno\s+(se\s+)?(pudo|puede|fue\s+posible)\s+(guardar|grabar|registrar|radicar)"
        r"|\bno\s+(est[aá]\s+autorizad[oa]|tiene\s+(permisos?|autorizaci[oó]n))\b"
    )
    respondido: Patron = r"(?<!\bpor )(?<!\bsin )(?<!\bno )(respond|resuelt|cerrad|finaliz|terminad|notificad|archivad)"
    anulado: Patron = r"anulad|cancelad|eliminad|reversad|revertid"
    codigo: Patron = r"\bc[oó]d(?:igo)?\b\W{0,3}(?:de(?:l)?\s+)?(?:suscriptor\W{0,3})?(\d{3,12})\b"
    codigo_impreso: Patron = (
        r"\b(?:c[oó]d(?:igo)?|suscriptor|matr[ií]cula)\b\W{0,3}(?:de(?:l)?\s+)?(?:suscriptor\W{0,3})?"
        r"(?:\b(?:n[uú]mero|nro|no)\b\W{0,3})?(\d{3,12})(?![\w/]|[-.]\d)"
    )
    sin_importancia: Patron = (
        r"^\s*(suscriptor|usuario|tercero|persona|registro)\s+(encontrad|cargad|seleccionad)[oa]s?\W*$"
        r"|(contrase[nñ]a|clave)\b.{0,30}\b(vence(r[aá])?\s+(en|el)|por\s+vencer|pr[oó]xim[oa]\s+a\s+vencer)"
    )

    @field_validator("*", mode="before")
    @classmethod
    def _joins(cls, given: object, info: ValidationInfo) -> object:
        if isinstance(given, str) and info.field_name is not None:
            _compiles(_joined(given, _default(cls, info.field_name)))
        return given

    def whole(self, nombre: str) -> str:
        """One of them with its default, unless it stands in its place."""
        return _joined(getattr(self, nombre), _default(type(self), nombre))


def _default(cls: type[Patrones], nombre: str) -> str:
    return str(cls.model_fields[nombre].default)


def _joined(given: str, default: str) -> str:
    if given.startswith(_INSTEAD):
        return given.removeprefix(_INSTEAD)
    return default if given == default else f"(?:{given})|(?:{default})"
