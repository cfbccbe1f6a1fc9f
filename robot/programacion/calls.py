"""The calls to Google: paced, counted, repeated only where nothing is done twice."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gspread
from gspread.http_client import HTTPClient
from requests.exceptions import ContentDecodingError

from robot.programacion import google
from robot.programacion.batch import Peticion
from robot.settings import GoogleSettings

_SHEETS = "https://sheets.googleapis.com/v4/spreadsheets"
_DRIVE = "https://www.googleapis.com/drive/v3/files"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_FILE_FIELDS = "id,name,mimeType,shortcutDetails(targetId,targetMimeType)"


class Calls:
    """The way to Drive and Sheets for one account.

    Args:
        ritmo: called before each call; it may wait.
    """

    def __init__(self, settings: GoogleSettings, ritmo: Callable[[], None]) -> None:
        self.llamadas: Counter[str] = Counter()
        self.intentos = settings.intentos
        self._ritmo = ritmo
        session, self.cuenta = google.authorized_session(settings, self.llamadas)
        client = gspread.Client(auth=session.credentials, session=session)
        client.set_timeout(google.CONNECT_AND_READ_SECONDS)
        self._http: HTTPClient = client.http_client

    def files(self, query: str) -> Sequence[Mapping[str, Any]]:
        """Every file of Drive that a query selects, without the trash."""
        found: list[Mapping[str, Any]] = []
        token = ""
        while True:
            params: dict[str, Any] = {
                "q": f"{query} and trashed = false",
                "fields": f"nextPageToken,files({_FILE_FIELDS})",
                "pageSize": 1000,
                "supportsAllDrives": True,
                "includeItemsFromAllDrives": True,
            }
            if token:
                params["pageToken"] = token
            page = self._get(_DRIVE, params)
            found += page.get("files", [])
            token = page.get("nextPageToken", "")
            if not token:
                return found

    def spreadsheets_since(self, instante: dt.datetime) -> Sequence[Mapping[str, Any]]:
        """Every spreadsheet that the account sees, in whatever folder, changed since an instant."""
        since = instante.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds")
        return self.files(f"mimeType = '{SPREADSHEET}' and modifiedTime > '{since}'")

    def file(self, file_id: str) -> Mapping[str, Any]:
        return self._get(f"{_DRIVE}/{file_id}", {"fields": f"{_FILE_FIELDS},trashed", "supportsAllDrives": True})

    def spreadsheet(self, planilla_id: str, fields: str, ranges: Sequence[str] = ()) -> Mapping[str, Any]:
        params: dict[str, Any] = {"fields": fields}
        if ranges:
            params["ranges"] = list(ranges)
        return self._get(f"{_SHEETS}/{planilla_id}", params)

    def search(self, planilla_id: str, what: str, body: Peticion, fields: str = "") -> Mapping[str, Any]:
        """A reading call that Google wants as POST."""
        params: dict[str, Any] = {"fields": fields} if fields else {}
        url = f"{_SHEETS}/{planilla_id}{what}"
        answer: Mapping[str, Any] = google.read(
            lambda: self._call("post", url, params=params, json=body), self.intentos
        )
        return answer

    def grids(self, planilla_id: str, filters: Sequence[Peticion], fields: str) -> bytes:
        """What stands in parts of a spreadsheet, as it was answered."""
        body = {"dataFilters": filters, "includeGridData": True}
        url = f"{_SHEETS}/{planilla_id}:getByDataFilter"
        return google.read(lambda: self._answer("post", url, params={"fields": fields}, json=body), self.intentos)

    def change(self, planilla_id: str, body: Peticion, fields: str = "") -> Mapping[str, Any]:
        params: dict[str, Any] = {"fields": fields} if fields else {}
        url = f"{_SHEETS}/{planilla_id}:batchUpdate"
        answer: Mapping[str, Any] = google.write(
            lambda: self._call("post", url, params=params, json=body), self.intentos
        )
        return answer

    def _get(self, url: str, params: dict[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = google.read(lambda: self._call("get", url, params=params), self.intentos)
        return answer

    def _call(self, method: str, url: str, **options: Any) -> Mapping[str, Any]:  # noqa: ANN401  # gspread's own
        answer: Mapping[str, Any] = json.loads(self._answer(method, url, **options))
        return answer

    def _answer(self, method: str, url: str, **options: Any) -> bytes:  # noqa: ANN401  # gspread's own
        """Call once.

        Raises:
            ContentDecodingError: a page came where Google answers JSON: a proxy that wants somebody to sign in sends it with 200.
        """
        self._ritmo()
        response = self._http.request(method, url, **options)
        if "json" not in response.headers.get("Content-Type", ""):
            raise ContentDecodingError(response=response)
        return response.content
