"""Google Sheets without a network: sessions of requests whose calls the API in memory answers in place."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from tests.servers.clocks import JumpingClock
from tests.servers.sheets_api import ApiRefusal, SheetsApi, Spreadsheet

from ats_adapters.sheets.google.access import Access
from ats_adapters.sheets.google.calls import GoogleCalls
from ats_adapters.sheets.google.sheet import GoogleSheet
from ats_core.ports import Clock
from ats_core.settings import HttpSettings

KEY = "sheet-of-the-test"
ROBOT = "robot@leads.example"

#: Given the API and what is called, an answer instead of the API's own, None for that, or an exception.
Fault = Callable[[Callable[[], requests.Response], requests.PreparedRequest], requests.Response]


def response(status: int, body: Any, request: requests.PreparedRequest) -> requests.Response:
    made = requests.Response()
    made.status_code, made.request, made.url = status, request, request.url or ""
    made._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return made


class InProcess(BaseAdapter):
    """Answers in place. *faults* are used up one a call; each may let the call through, before or after failing."""

    def __init__(self, api: SheetsApi) -> None:
        super().__init__()
        self.api = api
        self.faults: list[Fault] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        def through() -> requests.Response:
            url = urlsplit(request.url or "")
            body = json.loads(request.body) if isinstance(request.body, str | bytes) else None
            try:
                answer = self.api.call(request.method or "", unquote(url.path), parse_qs(url.query), body, editor=ROBOT)
            except ApiRefusal as refusal:
                return response(refusal.code, refusal.body(), request)
            return response(200, answer, request)

        return self.faults.pop(0)(through, request) if self.faults else through()

    def close(self) -> None:
        pass


class Desk:
    """A spreadsheet, a gateway to it, and the network between them."""

    def __init__(self, *, clock: Clock | None = None, max_tries: int = 4) -> None:
        self.api = SheetsApi(KEY)
        self.network = InProcess(self.api)
        self.clock = clock or JumpingClock()
        self._settings = HttpSettings(max_tries=max_tries, timeout=timedelta(seconds=1))

    @property
    def book(self) -> Spreadsheet:
        return self.api.books[KEY]

    def gateway(self, worksheet: str = "Companies") -> GoogleSheet:
        """Another gateway to the spreadsheet, as another run would have."""
        session = requests.Session()
        session.mount("https://", self.network)
        access = Access(session=session, address=ROBOT)
        return GoogleSheet(GoogleCalls(lambda: access, self._settings, self.clock), KEY, worksheet)
