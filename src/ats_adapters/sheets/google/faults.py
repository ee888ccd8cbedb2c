"""What a failed call to Google means: a line for the reader, and whether asking again may help."""

from __future__ import annotations

import re
from typing import Any

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from gspread.exceptions import APIError

from ats_core.domain.identity import clean_line
from ats_core.errors import SheetError

__all__ = ["Passing", "Refused", "judged"]

#: Google's words for a request that no longer fits the spreadsheet, because somebody changed it meanwhile.
_OUTDATED = re.compile(r"grid limits|No grid with id|No sheet with id|already exists|Unable to parse range", re.I)


class Refused(SheetError):
    """Google would not do what was asked (400), and did none of it. *outdated*: the spreadsheet has changed since."""

    def __init__(self, what: str, *, outdated: bool, hint: str = "") -> None:
        self.outdated = outdated
        super().__init__(what, hint=hint)


class Passing(Exception):
    """A failure that may pass. *error*: what is said when it does not.

    *undone*: the request was certainly not carried out. *after*: the seconds that Google asks to wait, if it does.
    """

    def __init__(self, error: SheetError, *, undone: bool, is_quota: bool = False, after: str = "") -> None:
        self.error = error
        self.undone = undone
        self.is_quota = is_quota
        self.after = after
        super().__init__(str(error))


def judged(error: Exception, *, address: str) -> Passing | SheetError:
    """What to raise for *error*, which a call raised; *address* is the service account's."""
    if isinstance(error, APIError):
        return _answered(error.response, address)
    if isinstance(error, RefreshError):
        return _token_refused(error)
    if isinstance(error, TransportError):  # while a token was asked for: the request itself was never sent
        return Passing(SheetError(f"Google's token server cannot be reached ({_cause(error)})"), undone=True)
    if isinstance(error, GoogleAuthError):
        return SheetError(f"the service account's key is of no use ({type(error).__name__})", hint="make a new key")
    if isinstance(error, requests.exceptions.SSLError):
        return SheetError(
            "Google's certificate is not trusted here", hint="name your proxy's certificates in REQUESTS_CA_BUNDLE"
        )
    if isinstance(error, requests.exceptions.Timeout):
        undone = isinstance(error, requests.exceptions.ConnectTimeout)
        return Passing(SheetError("Google did not answer in time", hint="the next run tries again"), undone=undone)
    if isinstance(error, ValueError):
        broken = SheetError("Google's answer was cut, or is no JSON", hint="the next run tries again")
        return Passing(broken, undone=False)
    if isinstance(error, requests.exceptions.RequestException):
        return Passing(SheetError(f"Google cannot be reached ({_cause(error)})"), undone=False)
    if isinstance(error, KeyError | TypeError | AttributeError):
        # gspread takes an error answer apart by keys that only Google's have.
        foreign = SheetError(
            "Google's answer is none of the Sheets API",
            hint="something between here and Google may answer in its place",
        )
        return Passing(foreign, undone=False)
    raise error


def _cause(error: BaseException) -> str:
    """The innermost error's type: its text may hold addresses and headers."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__ or error
    return type(error).__name__


def _token_refused(error: RefreshError) -> Passing | SheetError:
    said = clean_line(str(error.args[0]) if error.args else "", limit=120)
    if error.retryable:
        return Passing(SheetError("Google's token server is in trouble", hint="the next run tries again"), undone=True)
    return SheetError(
        f"Google refused the service account's key ({said})",
        hint="the key was deleted, or this machine's clock is wrong; make a new key if it was deleted",
    )


def _answered(response: requests.Response, address: str) -> Passing | SheetError:
    status, said, reasons = response.status_code, *_said(response)
    who = address or "the service account's address"
    if status == 429:
        busy = SheetError("Google's quota for this minute is used up", hint="the next run tries again")
        return Passing(busy, undone=True, is_quota=True, after=response.headers.get("Retry-After", ""))
    if status >= 500 or status == 408:
        down = SheetError(f"Google Sheets is in trouble (HTTP {status})", hint="the next run tries again")
        return Passing(down, undone=False, after=response.headers.get("Retry-After", ""))
    if status == 401:
        return SheetError("Google refused the service account's token", hint="make a new key for it")
    if status == 403 and ("SERVICE_DISABLED" in reasons or "has not been used" in said or "it is disabled" in said):
        return SheetError(
            "the Google Sheets API is not enabled in the service account's project",
            hint="enable it at https://console.cloud.google.com/apis/library/sheets.googleapis.com",
        )
    if status == 403:
        return SheetError("the service account may not edit it", hint=f"share the sheet with {who} as an editor")
    if status == 404:
        return SheetError("there is no such spreadsheet", hint="check spreadsheet_id under [sheets]")
    if status == 400 and "not supported for this document" in said:
        return SheetError("it is an Office file, not a Google spreadsheet", hint="File > Save as Google Sheets")
    if status == 400 and "10000000 cells" in said:
        return SheetError("a spreadsheet holds 10 million cells at most", hint="delete worksheets, or set maximum_rows")
    if status == 400 and "protected cell" in said:
        return SheetError("cells that it must write are protected", hint=f"let {who} edit the protected ranges")
    if status == 400:
        return Refused(f"Google refused the request ({said})", outdated=bool(_OUTDATED.search(said)))
    return SheetError(f"Google answered HTTP {status} ({said})")


def _said(response: requests.Response) -> tuple[str, frozenset[str]]:
    """The message and the reasons of an error answer, as far as it is one."""
    try:
        error: Any = response.json()["error"]
        message = error["message"]
        details = error.get("details", ())
        reasons = frozenset(d["reason"] for d in details if isinstance(d, dict) and isinstance(d.get("reason"), str))
        return clean_line(str(message), limit=300), reasons
    except (ValueError, KeyError, TypeError, AttributeError):
        return clean_line(response.reason or "", limit=100), frozenset()
