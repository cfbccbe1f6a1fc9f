"""The screens of Serviweb and the things on them, by name: what page objects ask for and a perfil may point elsewhere.

Plain data, so that the perfil is checked, its schema exported and a Serviweb verified from one list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Clase(StrEnum):
    """What a thing is for, which decides how it is looked for where the perfil says nothing."""

    CAMPO = "campo"
    """To be filled or chosen from: found by its label."""
    LECTURA = "lectura"
    """Shown by Serviweb: found by its label, too."""
    ACCION = "accion"
    """To be clicked: found by what it says."""
    OPCION = "opcion"
    """One of a list that opens: found by its role."""


@dataclass(frozen=True, slots=True)
class Elemento:
    """One named thing of a screen.

    Attributes:
        que_es: what it is, for people who point at it.
        etiquetas: labels or names it usually goes by.
        opcional: many a Serviweb has none, and the robot works without.
        fugaz: it is there for a moment only, after something else was done.
    """

    clase: Clase
    que_es: str
    etiquetas: tuple[str, ...] = ()
    opcional: bool = False
    fugaz: bool = False


@dataclass(frozen=True, slots=True)
class DefinicionDePantalla:
    """One screen: its name for people, the things that only it has, and everything on it.

    Attributes:
        anclas: what tells that the screen is there; any of them.
    """

    titulo: str
    anclas: tuple[str, ...]
    elementos: Mapping[str, Elemento]


def _campo(que_es: str, *etiquetas: str, opcional: bool = False) -> Elemento:
    return Elemento(Clase.CAMPO, que_es, etiquetas, opcional)


def _lectura(que_es: str, *etiquetas: str, opcional: bool = False) -> Elemento:
    return Elemento(Clase.LECTURA, que_es, etiquetas, opcional)


def _accion(que_es: str, *etiquetas: str, opcional: bool = False, fugaz: bool = False) -> Elemento:
    return Elemento(Clase.ACCION, que_es, etiquetas, opcional, fugaz)


def _opcion(que_es: str) -> Elemento:
    return Elemento(Clase.OPCION, que_es, opcional=True, fugaz=True)


_CODIGO = ("Suscriptor", "Código de suscriptor", "Código suscriptor", "Código del suscriptor", "No. suscriptor")
_CERRAR = ("Cerrar", "Aceptar", "Entendido", "OK", "×", "x")
_MAS_TARDE = ("Recordar más tarde", "Más tarde", "Ahora no", "Omitir", "Cerrar aviso", "No volver a mostrar")

PANTALLAS: Mapping[str, DefinicionDePantalla] = {
    "ingreso": DefinicionDePantalla(
        "Ingreso",
        ("clave", "usuario"),
        {
            "usuario": _campo("el usuario", "Usuario", "Nombre de usuario", "Login", "Código de usuario"),
            "clave": _campo("la contraseña", "Contraseña", "Clave", "Password", "Clave de acceso"),
            "ingresar": _accion("el botón que ingresa", "Ingresar", "Entrar", "Iniciar sesión", "Aceptar", "Acceder"),
            "siguiente": _accion("el botón entre usuario y contraseña", "Siguiente", "Continuar", opcional=True),
        },
    ),
    "sede": DefinicionDePantalla(
        "Sede",
        ("sede",),
        {
            "sede": Elemento(
                Clase.CAMPO,
                "la lista de sedes al ingresar",
                (
                    "Sede",
                    "Oficina",
                    "Regional",
                    "Seccional",
                    "Sucursal",
                    "Agencia",
                    "Punto de atención",
                    "Centro de atención",
                ),
                opcional=True,
                fugaz=True,
            ),
            "aceptar": _accion(
                "el botón que sigue con la sede",
                "Continuar",
                "Aceptar",
                "Ingresar",
                "Entrar",
                "Seleccionar",
                opcional=True,
                fugaz=True,
            ),
        },
    ),
    "otra_sesion": DefinicionDePantalla(
        "Otra sesión",
        ("continuar",),
        {
            "continuar": _accion(
                "el sí a la pregunta si se cierra otra sesión del mismo usuario",
                "Continuar",
                "Sí",
                "Sí, continuar",
                "Aceptar",
                "Cerrar la otra sesión",
                "Cerrar sesión anterior",
                "Cerrar otras sesiones",
                "Ingresar de todas formas",
                "Ingresar",
                opcional=True,
                fugaz=True,
            )
        },
    ),
    "aviso": DefinicionDePantalla(
        "Aviso",
        ("cerrar",),
        {"cerrar": _accion("el botón que quita un aviso que tapa la pantalla", *_MAS_TARDE, opcional=True, fugaz=True)},
    ),
    "menu": DefinicionDePantalla(
        "Menú",
        ("salir",),
        {"salir": _accion("lo que cierra la sesión", "Salir", "Cerrar sesión", "Desconectar", opcional=True)},
    ),
    "tramite": DefinicionDePantalla(
        "Trámite",
        ("zona",),
        {
            "zona": _campo("la zona", "Zona"),
            "medio": _campo("el medio de recepción", "Medio", "Medio de recepción", "Medio recepción"),
            "suscriptor": _campo("el código de suscriptor", *_CODIGO),
            "buscar_suscriptor": _accion(
                "el botón que trae al suscriptor", "Buscar suscriptor", "Consultar suscriptor", opcional=True
            ),
            "sugerencia": _opcion("una de las sugerencias al escribir el código"),
            "nombre_suscriptor": _lectura(
                "el nombre del suscriptor", "Nombre", "Nombre del suscriptor", "Nombre suscriptor"
            ),
            "direccion": _lectura("la dirección del predio", "Dirección", "Dirección del predio", opcional=True),
            "ruta": _lectura("la ruta", "Ruta", opcional=True),
            "estado": _lectura("el estado del suscriptor", "Estado", opcional=True),
            "tercero": _campo(
                "la cédula del tercero",
                "Cédula del tercero",
                "Cédula",
                "Terceros",
                "Tercero",
                "Identificación del tercero",
            ),
            "servicio": _campo("el servicio", "Servicio"),
            "tipo": _campo("el tipo de trámite", "Tipo de trámite", "Tipo trámite", "Tipo"),
            "causal": _campo("la causal", "Causales", "Causal"),
            "opcion": _opcion("una opción de una lista desplegada"),
            "observacion": _campo("la observación", "Observación", "Observaciones"),
            "continuar": _accion(
                "el botón que pasa a la parte siguiente del formulario", "Continuar", "Siguiente", opcional=True
            ),
            "anterior": _accion("el que vuelve a la parte anterior", "Anterior", "Atrás", "Volver", opcional=True),
            "guardar": _accion("el botón que guarda", "Guardar", "Grabar", "Radicar"),
        },
    ),
    "terceros": DefinicionDePantalla(
        "Terceros",
        ("agregar",),
        {
            "nombre": _lectura("el nombre del tercero", "Nombre del tercero", "Nombre tercero"),
            "buscar": _accion("el botón que busca al tercero", "Buscar tercero", "Consultar tercero", opcional=True),
            "tipo_documento": _campo(
                "la lista que dice de qué documento es el número del tercero",
                "Tipo de documento del tercero",
                "Tipo de identificación del tercero",
                opcional=True,
            ),
            "agregar": _accion(
                "el botón + que agrega a una persona", "+", "Agregar tercero", "Nuevo tercero", "Crear tercero"
            ),
        },
    ),
    "tercero_nuevo": DefinicionDePantalla(
        "Agregar tercero",
        ("celular",),
        {
            "tipo_documento": _campo(
                "la lista que dice de qué documento es el número",
                "Tipo de documento",
                "Tipo documento",
                "Tipo doc.",
                "Tipo de identificación",
                "Tipo identificación",
                "Tipo Id.",
                "Clase de documento",
                opcional=True,
            ),
            "dv": _campo(
                "el dígito de verificación de un NIT, si va en un campo aparte",
                "DV",
                "D.V.",
                "Dígito de verificación",
                "Dígito verificación",
                opcional=True,
            ),
            "cedula": _campo(
                "la cédula", "Cédula", "Número de cédula", "Identificación", "Documento", "No. identificación"
            ),
            "nombre": _campo("el nombre", "Nombre", "Nombres", "Nombre completo", "Nombres y apellidos"),
            "celular": _campo("el celular", "Celular", "Número de celular", "Teléfono celular", "Móvil"),
            "aceptar": _accion(
                "el botón que lo agrega", "Aceptar", "Guardar", "Agregar", "Adicionar", "Registrar", "Grabar"
            ),
            "cancelar": _accion(
                "el botón que lo deja sin agregar", "Cancelar", "Cerrar", "Salir", "Volver", opcional=True
            ),
        },
    ),
    "confirmacion": DefinicionDePantalla(
        "Confirmación",
        ("confirmar",),
        {
            "confirmar": _accion(
                "el sí a la pregunta antes de guardar",
                "Sí",
                "Sí, guardar",
                "Aceptar",
                "Confirmar",
                "Guardar",
                opcional=True,
                fugaz=True,
            ),
            "rechazar": _accion("el no a esa pregunta", "No", "Cancelar", opcional=True, fugaz=True),
        },
    ),
    "dialogo": DefinicionDePantalla(
        "Mensaje",
        ("cerrar",),
        {"cerrar": _accion("el botón que cierra un mensaje de la página", *_CERRAR, opcional=True, fugaz=True)},
    ),
    "consulta": DefinicionDePantalla(
        "Consulta",
        ("buscar",),
        {
            "suscriptor": _campo("el código de suscriptor", *_CODIGO),
            "desde": _campo(
                "el primer día que se consulta",
                "Desde",
                "Fecha desde",
                "Fecha inicial",
                "Fecha inicio",
                "Fecha de inicio",
                opcional=True,
            ),
            "hasta": _campo(
                "el último día que se consulta",
                "Hasta",
                "Fecha hasta",
                "Fecha final",
                "Fecha fin",
                "Fecha de fin",
                opcional=True,
            ),
            "fila": Elemento(
                Clase.OPCION, "uno de los resultados, si no vienen en una tabla", (), opcional=True, fugaz=True
            ),
            "buscar": _accion("el botón que consulta", "Buscar", "Consultar", "Filtrar"),
            "siguiente": _accion(
                "el que pasa a la página siguiente",
                "Siguiente",
                "Siguiente »",
                "Página siguiente",
                "Siguiente página",
                "Siguientes",
                "Sig.",
                "Próxima",
                "Próxima página",
                "Next",
                "Ver más",
                "Ver más resultados",
                "Mostrar más",
                "Cargar más",
                "Más registros",
                "Más resultados",
                ">",
                "›",
                "→",
                "»",
                ">>",
                opcional=True,
            ),
            "referencia": _campo(
                "el texto de la observación por el que se consulta",
                "Referencia",
                "Observación",
                "Observaciones",
                "Texto",
                "Palabra clave",
                opcional=True,
            ),
            "abrir": _accion(
                "lo que abre un trámite de los resultados, si no es su número",
                "Ver",
                "Ver detalle",
                "Ver trámite",
                "Detalle",
                "Abrir",
                "Seleccionar",
                opcional=True,
                fugaz=True,
            ),
        },
    ),
    "impresion": DefinicionDePantalla(
        "Impresión",
        ("imprimir",),
        {
            "imprimir": _accion("el icono que imprime", "Imprimir"),
            "documento": _accion("el documento en el menú de impresión", opcional=True, fugaz=True),
        },
    ),
}
"""By name, in the order in which the procedure meets them."""

CATALOGOS = ("zona", "medio", "servicio", "tipo", "causal", "documento", "tipo_documento")
"""What is chosen by label, and a perfil may call otherwise."""

DESTINOS = ("tramite", "consulta")
"""What is opened through the menu."""
