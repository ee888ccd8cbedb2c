"""One record of a vendor's JSON, read field by field into typed values.

A record without a usable id or title is rejected, its batch is not. Any other field that is wrong is lost alone: the
record is used without it, and it is told which field that was, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

import orjson

from ats_core.provider.markup import decoded_line
from ats_core.provider.values import http_url, plain_amount

__all__ = ["BadField", "Record", "stored_record"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINE_LIMIT = 500
_NAMED_UTC = (" UTC", " GMT")
_ID_LIMIT = 200
# Of one record so many fields that cannot be used are named.
_MOST_LOST = 100


class BadField(Exception):
    """A field without which a record is of no use is missing or wrong; becomes a `RejectedRecord`."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}" if field else reason)


class Record:
    """Typed access to a JSON object. A field that is absent, null or blank counts as not said.

    `id` and `text` read what is required: they raise `BadField`, with the field's path (`departments[1].name`),
    where it is missing or of another type. All other methods take a field of another type than they read as not
    said, and keep its path and what was wrong with it in *lost*.
    """

    __slots__ = ("_path", "fields", "lost")

    def __init__(self, value: object, path: str = "", lost: dict[str, str] | None = None) -> None:
        """*value* is the object; nested ones share *lost* with the record that they are in. Raises `BadField`."""
        if not isinstance(value, dict):
            raise BadField(path, f"is {_shown(value)}, not an object")
        self.fields: Mapping[str, object] = value
        self.lost: dict[str, str] = {} if lost is None else lost
        self._path = path + "." if path else ""

    def id(self, name: str = "id") -> str:
        """A required id: a string, or a whole number as its digits."""
        value = self.fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise self.bad(name, "is missing" if value is None else f"is {_shown(value)}, not an id")
        value = value.strip()
        if not value or len(value) > _ID_LIMIT or not value.isprintable():
            raise self.bad(name, f"{_shown(value)} is no id")
        return value

    def text(self, name: str) -> str:
        """A required text as one line, entities decoded."""
        value = self.fields.get(name)
        if value is not None and not isinstance(value, str):
            raise self.bad(name, f"is {_shown(value)}, not text")
        text = _line(value or "")
        if not text:
            raise self.bad(name, "is missing")
        return text

    def optional_text(self, name: str) -> str | None:
        """A text as one line, entities decoded."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.lose(name, f"is {_shown(value)}, not text")
            return None
        return _line(value) or None

    def markup(self, name: str) -> str:
        """A text as it was sent, to be read with `plain_text`; empty where not said."""
        value = self.fields.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.lose(name, f"is {_shown(value)}, not text")
            return ""
        return "" if value.isspace() else value

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list, each as one line and once, in order."""
        found: dict[str, None] = {}
        for value in self._list(name):
            if value is None:
                continue
            if not isinstance(value, str):
                self.lose(name, f"holds {_shown(value)}, not text")
            elif line := _line(value):
                found[line] = None
        return tuple(found)

    def time(self, name: str) -> datetime | None:
        """An ISO-8601 time in UTC; one without an offset, or with `UTC` for one, as UTC; a date as its midnight."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.lose(name, f"is {_shown(value)}, not an ISO-8601 time")
            return None
        text = value.strip()
        try:
            time = datetime.fromisoformat(text[:-4] if text.endswith(_NAMED_UTC) else text)
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        except (ValueError, OverflowError):
            self.lose(name, f"{_shown(value)} is no ISO-8601 time")
            return None

    def mail_time(self, name: str) -> datetime | None:
        """A time as e-mails and RSS write it (RFC 822, `Mon, 05 Jan 2026 08:00:00 +0100`), in UTC."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.lose(name, f"is {_shown(value)}, not an RFC 822 time")
            return None
        try:
            time = parsedate_to_datetime(value.strip())
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        except (ValueError, OverflowError):
            self.lose(name, f"{_shown(value)} is no RFC 822 time")
            return None

    def epoch_ms(self, name: str) -> datetime | None:
        """A count of milliseconds since 1970 in UTC, sent as a number or as its digits."""
        return self._epoch(name, "milliseconds")

    def epoch_s(self, name: str) -> datetime | None:
        """A count of seconds since 1970 in UTC, sent as a number or as its digits."""
        return self._epoch(name, "seconds")

    def _epoch(self, name: str, unit: str) -> datetime | None:
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            self.lose(name, f"is {_shown(value)}, not {unit} since 1970")
            return None
        try:
            return _EPOCH + timedelta(**{unit: int(value)})
        except (ValueError, OverflowError):
            self.lose(name, f"{_shown(value)} is no count of {unit} since 1970")
            return None

    def flag(self, name: str) -> bool | None:
        """A truth value, sent as such or in a word (`true`, `false`)."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.strip().lower(), value)
        if not isinstance(value, bool):
            self.lose(name, f"is {_shown(value)}, not true or false")
            return None
        return value

    def amount(self, name: str) -> Decimal | None:
        """A number, or a string that is one, 0 or more; whole numbers without a decimal point."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            self.lose(name, f"is {_shown(value)}, not a number")
            return None
        try:
            amount = Decimal(str(value).strip())
        except InvalidOperation:
            self.lose(name, f"{_shown(value)} is no number")
            return None
        if not amount.is_finite() or not 0 <= amount < 10**15:
            self.lose(name, f"{_shown(value)} is no amount")
            return None
        return plain_amount(amount)

    def url(self, name: str) -> str | None:
        """An http or https URL."""
        value = self.fields.get(name)
        url = http_url(value)
        if url is None and value is not None and not (isinstance(value, str) and not value.strip()):
            self.lose(name, f"{_shown(value)} is no web address")
        return url

    def record(self, name: str) -> Record | None:
        """A nested object."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.lose(name, f"is {_shown(value)}, not an object")
            return None
        return Record(value, self._path + name, self.lost)

    def records(self, name: str) -> list[Record]:
        """The objects of a list; empty where not said."""
        found = []
        for at, value in enumerate(self._list(name)):
            if isinstance(value, dict):
                found.append(Record(value, f"{self._path}{name}[{at}]", self.lost))
            else:
                self.lose(f"{name}[{at}]", f"is {_shown(value)}, not an object")
        return found

    def raw(self) -> bytes:
        """The object as JSON, as `Posting.raw` has it. Raises `TypeError` where it is nested too deep."""
        # A copy: what orjson returns holds on to a buffer of 4 KB and more, and postings are kept by the thousand.
        return bytes(memoryview(orjson.dumps(self.fields)))

    def lose(self, name: str, reason: str) -> None:
        """Keep that field *name* of this record is taken as not said, and why; of very many, the first."""
        if len(self.lost) < _MOST_LOST:
            self.lost[self._path + name] = reason

    def bad(self, name: str, reason: str) -> BadField:
        """The error for field *name* of this record."""
        return BadField(self._path + name, reason)

    def _list(self, name: str) -> list[object]:
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.lose(name, f"is {_shown(value)}, not a list")
            return []
        return value


def stored_record(raw: bytes) -> Record:
    """The record of a `Posting.raw` that was written as JSON. Raises `BadField` where it is none."""
    try:
        return Record(orjson.loads(raw))
    except orjson.JSONDecodeError:
        raise BadField("", "what was stored is no JSON") from None


def _line(text: str) -> str:
    return decoded_line(text)[:_LINE_LIMIT].strip()


def _shown(value: object) -> str:
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # nested deeper than can be written
        text = f"a {type(value).__name__} nested too deep"
    return text if len(text) <= 60 else text[:57] + "..."
