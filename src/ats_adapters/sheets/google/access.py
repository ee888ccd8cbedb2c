"""Access to Google: the service account's key, and an HTTP session that carries its tokens.

The key is read when the first request is made. It appears in no error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import frozen

from ats_core.errors import SheetError
from ats_core.settings import HttpSettings

if TYPE_CHECKING:
    from requests import Session

__all__ = ["FILE_VARIABLE", "JSON_VARIABLE", "Access", "access", "service_account_info"]

JSON_VARIABLE = "GOOGLE_SERVICE_ACCOUNT_JSON"
FILE_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
#: Spreadsheets alone: the files of the account's Drive are nobody's business.
_SCOPE = "https://www.googleapis.com/auth/spreadsheets"
_LONGEST_PATH = 1000
_HOW = "docs/how-to/use-google-sheets says how to make a service account and its key"


@frozen(kw_only=True)
class Access:
    """An authorised *session*, and the *address* of the account, which spreadsheets are shared with."""

    session: Session
    address: str


def access(environ: Mapping[str, str], network: HttpSettings) -> Callable[[], Access]:
    """What opens a session with the key that *environ* holds or names; calling it raises `SheetError`."""

    def opened() -> Access:
        return _opened(service_account_info(environ), network)

    return opened


def service_account_info(environ: Mapping[str, str]) -> Mapping[str, Any]:
    """The service account's key file, parsed: `GOOGLE_SERVICE_ACCOUNT_JSON` before `GOOGLE_APPLICATION_CREDENTIALS`.

    Raises `SheetError` where there is none, or none of use.
    """
    text, where = environ.get(JSON_VARIABLE, "").strip(), JSON_VARIABLE
    if not text:
        path = environ.get(FILE_VARIABLE, "").strip()
        if not path:
            raise SheetError("no credentials for Google Sheets", hint=f"set {FILE_VARIABLE} or {JSON_VARIABLE}; {_HOW}")
        if "{" in path or "PRIVATE KEY" in path or len(path) > _LONGEST_PATH:
            # The key itself, most likely: it must be in no message.
            raise SheetError(
                "it names no file",
                where=FILE_VARIABLE,
                hint=f"give the file's path, or put the key into {JSON_VARIABLE}",
            )
        where = f"{FILE_VARIABLE} ({path})"
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            raise SheetError(f"the key file cannot be read: {reason}", where=where, hint=_HOW) from None
    try:
        info = json.loads(text)
    except (ValueError, RecursionError):
        # The parser's error holds the text, and the text is the secret.
        raise SheetError("the key is not valid JSON", where=where, hint=_HOW) from None
    if not isinstance(info, dict) or info.get("type") != "service_account":
        kind = info.get("type") if isinstance(info, dict) else None
        what = f"the key is of type {kind!r}, not of a service account" if kind in _OTHER_KEYS else "that is no key"
        raise SheetError(what, where=where, hint=_HOW)
    return info


#: Types of key files that Google gives out besides (google-auth, `_default.py`).
_OTHER_KEYS = frozenset({"authorized_user", "external_account", "impersonated_service_account", "gdch_service_account"})


def _opened(info: Mapping[str, Any], network: HttpSettings) -> Access:
    from google.auth.transport.requests import AuthorizedSession, Request
    from google.oauth2.service_account import Credentials
    from requests import Session
    from requests.adapters import HTTPAdapter

    class Rerouted(HTTPAdapter):
        """Sends requests where `[http] connect_to` says, under the Host that they were meant for."""

        def send(self, request: Any, *arguments: Any, **options: Any) -> Any:
            url = urlsplit(request.url)
            base = network.connect_to.get(url.hostname or "") or network.connect_to.get("*")
            if base is None:
                return super().send(request, *arguments, **options)
            meant = request.url
            request.headers["Host"] = url.netloc
            request.url = base.rstrip("/") + url._replace(scheme="", netloc="").geturl()
            try:
                return super().send(request, *arguments, **{**options, "proxies": {}})
            finally:
                request.url = meant

    try:
        credentials = Credentials.from_service_account_info(info, scopes=[_SCOPE])  # type: ignore[no-untyped-call]
    except Exception:  # whatever a damaged key makes the parsers of PEM and ASN.1 raise; it might quote the key
        raise SheetError("the service account's key is damaged", hint=f"make a new one; {_HOW}") from None
    tokens = Session()
    session = AuthorizedSession(credentials, auth_request=Request(tokens))  # type: ignore[no-untyped-call]
    for one in (tokens, session):
        one.mount("https://", Rerouted())
        one.mount("http://", Rerouted())
        # Else a .netrc of the user would take the place of the token.
        one.auth = _as_it_is
    return Access(session=session, address=str(info.get("client_email", "")))


def _as_it_is(request: Any) -> Any:
    return request
