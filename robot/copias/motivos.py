"""What a printer or CUPS gives as reasons (RFC 8011, PWG 5100.9 and CUPS's own words), in Spanish."""

from collections.abc import Iterable

_SEVERITIES = ("-error", "-warning", "-report")
_STOPPING = {
    "media-empty": "no tiene papel",
    "media-needed": "pide que le pongan papel",
    "media-jam": "tiene papel atascado",
    "input-tray-missing": "le falta la bandeja del papel",
    "output-tray-missing": "le falta la bandeja de salida",
    "output-area-full": "tiene llena la bandeja de salida",
    "cover-open": "tiene una tapa abierta",
    "door-open": "tiene una puerta abierta",
    "interlock-open": "tiene una tapa mal cerrada",
    "toner-empty": "se quedó sin tóner",
    "developer-empty": "se quedó sin revelador",
    "marker-supply-empty": "se quedó sin tinta",
    "marker-waste-full": "tiene lleno el depósito de residuos",
    "fuser-over-temp": "está recalentada",
    "offline": "está fuera de línea",
    "shutdown": "está apagada",
    "timed-out": "no responde",
    "paused": "está en pausa",
    "hold-new-jobs": "retiene los trabajos nuevos",
    "moving-to-paused": "se está poniendo en pausa",
    "stopping": "se está deteniendo",
    "stopped-partly": "está detenida en parte",
    "spool-area-full": "no tiene más espacio para trabajos",
    "cups-missing-filter": "le falta un programa de CUPS",
    "cups-insecure-filter": "tiene un programa de CUPS mal instalado",
    "cups-certificate-error": "no muestra un certificado válido",
    "account-authorization-failed": "no autoriza la cuenta",
    "account-closed": "tiene la cuenta cerrada",
    "account-info-needed": "pide una cuenta",
    "account-limit-reached": "llegó al límite de la cuenta",
}
"""What the printer has or does while nothing comes out of it."""
_TELLING = {
    "media-low": "tiene poco papel",
    "toner-low": "tiene poco tóner",
    "marker-supply-low": "tiene poca tinta",
    "marker-waste-almost-full": "tiene casi lleno el depósito de residuos",
}
_OF_JOBS = {
    "job-hold-until-specified": "está retenido hasta que alguien lo suelte",
    "job-password-wait": "espera una clave en la impresora",
    "resources-are-not-ready": "espera algo que la impresora no tiene",
    "job-canceled-by-user": "lo canceló su dueño",
    "job-canceled-by-operator": "lo canceló quien administra CUPS",
    "job-canceled-at-device": "se canceló en la impresora",
    "aborted-by-system": "CUPS lo abandonó",
    "unsupported-document-format": "la impresora no entiende el documento",
    "document-format-error": "la impresora no pudo leer el documento",
    "document-unprintable-error": "la impresora no pudo imprimir el documento",
    "cups-filter-crashed": "falló un programa de CUPS",
    "job-completed-with-errors": "la impresora informó errores",
    "job-completed-with-warnings": "la impresora informó avisos",
}


def _plain(reason: str) -> str:
    for severity in _SEVERITIES:
        reason = reason.removesuffix(severity)
    return reason


def stopping(reasons: Iterable[str]) -> tuple[str, ...]:
    """Of what a printer gives as reasons, those that keep paper from coming out, as what the printer has or does.

    An error that nobody here knows keeps it, too, and is told by its own name.
    """
    told = []
    for reason in reasons:
        if (known := _STOPPING.get(_plain(reason))) is not None:
            told.append(known)
        elif reason.endswith("-error"):
            told.append(f"dice «{reason}»")
    return tuple(dict.fromkeys(told))


def telling(reasons: Iterable[str]) -> tuple[str, ...]:
    """Of what a printer gives as reasons, those that a person should know while it goes on printing."""
    return tuple(_TELLING[plain] for reason in reasons if (plain := _plain(reason)) in _TELLING)


def of_job(reasons: Iterable[str]) -> tuple[str, ...]:
    """Of what a job gives as reasons, those that tell a person something."""
    return tuple(_OF_JOBS[reason] for reason in reasons if reason in _OF_JOBS)
