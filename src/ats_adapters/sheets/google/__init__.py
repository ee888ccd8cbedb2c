"""The hook of Google Sheets: which spreadsheet is meant. What talks to Google is loaded when it is first talked to."""

from __future__ import annotations

import os
import re

from ats_core import hookimpl
from ats_core.errors import ConfigurationError
from ats_core.ports import SheetGateway
from ats_core.settings import HttpSettings, SheetSettings

__all__ = ["ats_sheet", "spreadsheet_key"]

# The Sheets API's guide, "Spreadsheet ID": letters, numbers, hyphens and underscores, between /d/ and /edit of the URL.
_KEY = re.compile(r"[A-Za-z0-9_-]{10,200}")
_URL = re.compile(r"https://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]+)(?:[/?#].*)?")
# What Google calls a tab may be long; the characters are free.
_LONGEST_TITLE = 100


def spreadsheet_key(text: str) -> str:
    """The id of a spreadsheet, given as such or as the URL that the browser shows; raises `ConfigurationError`."""
    found = _URL.fullmatch(text.strip())
    key = found[1] if found else text.strip()
    if not _KEY.fullmatch(key):
        raise ConfigurationError(
            f"{text!r} is not the id of a Google spreadsheet",
            where="[sheets] spreadsheet_id",
            hint="give the part of its URL between /d/ and /edit, or the whole URL",
        )
    return key


@hookimpl
def ats_sheet(settings: SheetSettings, network: HttpSettings) -> SheetGateway | None:
    """The Google spreadsheet, if one is configured. Credentials are looked for when it is first read."""
    if not settings.spreadsheet_id:
        return None
    key = spreadsheet_key(settings.spreadsheet_id)
    if len(settings.worksheet) > _LONGEST_TITLE:
        raise ConfigurationError(
            f"{settings.worksheet!r} cannot be the name of a worksheet",
            where="[sheets] worksheet",
            hint=f"at most {_LONGEST_TITLE} characters",
        )
    # gspread and what it stands on cost a third of a start; most commands need none of it.
    from ats_adapters.sheets.google.access import access
    from ats_adapters.sheets.google.calls import GoogleCalls, WallClock
    from ats_adapters.sheets.google.sheet import GoogleSheet

    return GoogleSheet(GoogleCalls(access(os.environ, network), network, WallClock()), key, settings.worksheet)
