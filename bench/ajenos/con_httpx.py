"""The floor: the requests alone that Serviweb must be sent, without a browser. Nobody's radicado should depend on this."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import httpx
from protocolo import Pedido, Puesta, serve

_FORM = {
    "zona": "FLORENCIA",
    "medio": "PERSONAL",
    "servicio": "ALCANTARILLADO",
    "tipo": "PETICIÓN INTERNA",
    "causal": "VISITA DOMICILIARIA",
}


class ConHttpx:
    def __init__(self, puesta: Puesta) -> None:
        self._client = httpx.Client(base_url=f"{puesta.url}/serviweb", follow_redirects=True, timeout=15)
        self._client.post("/ingreso.do", data={"usuario": puesta.usuario, "clave": puesta.clave}).raise_for_status()

    def _post(self, path: str, form: dict[str, str]) -> str:
        body = urlencode(form, encoding="cp1252")
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self._client.post(path, content=body, headers=headers).raise_for_status().text

    def radicar(self, pedido: Pedido, guardado: Callable[[str], None]) -> bytes:
        get = self._client.get
        get("/pqr/tramite.do")
        self._post("/pqr/tramite.do", {"zona": _FORM["zona"]})
        get("/pqr/suscriptor.do", params={"codigo": pedido.suscriptor})
        get("/pqr/tercero.do", params={"cedula": pedido.cedula})
        get("/pqr/tipos.do", params={"servicio": _FORM["servicio"]})
        get("/pqr/causales.do", params={"servicio": _FORM["servicio"], "tipo": _FORM["tipo"]})
        form = {**_FORM, "suscriptor": pedido.suscriptor, "tercero": pedido.cedula, "observacion": pedido.observacion}
        saved = re.search(r"Radicado No\. <b>([\d-]+)</b>", self._post("/pqr/guardar.do", form))
        assert saved is not None  # a bench that files nothing says so
        guardado(saved[1])
        return get("/pqr/solicitud.do", params={"radicado": saved[1]}).content

    def descansar(self) -> None:
        """Nothing: a script begins with the menu each time."""

    def cerrar(self) -> None:
        self._client.close()


if __name__ == "__main__":
    serve(ConHttpx)
