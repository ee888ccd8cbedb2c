"""One record of a vendor's JSON, read field by field into typed values; a wrong one is rejected, its batch is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

import orjson
from attrs import frozen

from ats_core.domain.offer import Posting, RejectedRecord
from ats_core.provider.markup import decoded_line

__all__ = ["BadField", "Record", "RecordsRead", "http_url", "plain_amount", "read_records", "rejection"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINE_LIMIT = 500
_ID_LIMIT = 200
_URL_LIMIT = 2000
_NOT_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\x9f\"<>\\^`{|}]")


class BadField(Exception):
    """A field of a record is not what the vendor's documentation says; becomes a `RejectedRecord`."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}" if field else reason)


class Record:
    """Typed access to a JSON object. A field that is absent, null or blank counts as not said.

    Every method raises `BadField`, with the field's path (`categories.team`), where a field has another type than
    the method reads, or is required and not said.
    """

    __slots__ = ("_path", "fields")

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise BadField(path, f"is {_shown(value)}, not an object")
        self.fields: Mapping[str, object] = value
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
        text = self.optional_text(name)
        if text is None:
            raise self.bad(name, "is missing")
        return text

    def optional_text(self, name: str) -> str | None:
        """A text as one line, entities decoded."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.bad(name, f"is {_shown(value)}, not text")
        return decoded_line(value)[:_LINE_LIMIT].strip() or None

    def markup(self, name: str) -> str:
        """A text as it was sent, to be read with `plain_text`; empty where not said."""
        value = self.fields.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.bad(name, f"is {_shown(value)}, not text")
        return "" if value.isspace() else value

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list, each as one line and once, in order."""
        found: dict[str, None] = {}
        for value in self._list(name):
            if value is None:
                continue
            if not isinstance(value, str):
                raise self.bad(name, f"holds {_shown(value)}, not text")
            if line := decoded_line(value)[:_LINE_LIMIT].strip():
                found[line] = None
        return tuple(found)

    def time(self, name: str) -> datetime | None:
        """An ISO-8601 time in UTC. One without an offset is taken as UTC, a date as its midnight."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise self.bad(name, f"is {_shown(value)}, not an ISO-8601 time")
        try:
            time = datetime.fromisoformat(value.strip())
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.bad(name, f"{_shown(value)} is no ISO-8601 time") from None

    def epoch_ms(self, name: str) -> datetime | None:
        """A count of milliseconds since 1970 in UTC, sent as a number or as its digits."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.bad(name, f"is {_shown(value)}, not milliseconds since 1970")
        try:
            return _EPOCH + timedelta(milliseconds=int(value))
        except (ValueError, OverflowError):
            raise self.bad(name, f"{_shown(value)} is no count of milliseconds since 1970") from None

    def amount(self, name: str) -> Decimal | None:
        """A number, or a string that is one, 0 or more; whole numbers without a decimal point."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.bad(name, f"is {_shown(value)}, not a number")
        try:
            amount = Decimal(str(value).strip())
        except InvalidOperation:
            raise self.bad(name, f"{_shown(value)} is no number") from None
        if not amount.is_finite() or not 0 <= amount < 10**15:
            raise self.bad(name, f"{_shown(value)} is no amount")
        return plain_amount(amount)

    def url(self, name: str) -> str | None:
        """An http or https URL; anything else counts as not said, because a link is no reason to lose a posting."""
        return http_url(self.fields.get(name))

    def record(self, name: str) -> Record | None:
        """A nested object."""
        value = self.fields.get(name)
        return None if value is None else Record(value, self._path + name)

    def records(self, name: str) -> list[Record]:
        """The objects of a list; empty where not said."""
        return [Record(value, f"{self._path}{name}[{at}]") for at, value in enumerate(self._list(name))]

    def bad(self, name: str, reason: str) -> BadField:
        """The error for field *name* of this record."""
        return BadField(self._path + name, reason)

    def _list(self, name: str) -> list[object]:
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.bad(name, f"is {_shown(value)}, not a list")
        return value


@frozen(kw_only=True)
class RecordsRead:
    """A list of records, read: the postings, the ids of all that have one, and those that could not be used."""

    postings: tuple[Posting, ...]
    seen_ids: frozenset[str]
    rejected: tuple[RejectedRecord, ...]


def read_records(
    values: Iterable[object],
    read: Callable[[Record], Posting | None],
    *,
    id_field: str = "id",
    first: int = 0,
) -> RecordsRead:
    """Read each of *values* with *read*; one that fails is rejected with its id (or position), field and reason.

    *read* returns None for a record that is known and unchanged: it is seen, not read. A second record with an id
    that came before is not read. Positions count from *first*.
    """
    postings: list[Posting] = []
    rejected: list[RejectedRecord] = []
    seen: set[str] = set()
    for position, value in enumerate(values, first):
        label = f"#{position}"
        try:
            record = Record(value)
            label = record.id(id_field)
            if label in seen:
                continue
            seen.add(label)
            posting = read(record)
        except Exception as error:  # whatever one record does to its reader, the others are read
            rejected.append(rejection(label, error))
        else:
            if posting is not None:
                postings.append(posting)
    return RecordsRead(postings=tuple(postings), seen_ids=frozenset(seen), rejected=tuple(rejected))


def rejection(label: str, error: Exception) -> RejectedRecord:
    """Why the record that *label* names was not read; an error that is no `BadField` is the adapter's own fault."""
    if isinstance(error, BadField):
        return RejectedRecord(record=label, field=error.field, reason=error.reason)
    return RejectedRecord(
        record=label, field="", reason=f"the adapter failed on it: {type(error).__name__}: {error}"[:300]
    )


def plain_amount(amount: Decimal) -> Decimal:
    """*amount* in its one spelling: 85000 for 85000.0 and 8.5E+4, 12.5 for 12.50."""
    return Decimal(int(amount)) if amount == int(amount) else amount.normalize()


def http_url(value: object) -> str | None:
    """*value* if it is an absolute http or https URL with a host, else None."""
    if not isinstance(value, str):
        return None
    url = value.strip()
    if not url[:8].lower().startswith(("http://", "https://")) or len(url) > _URL_LIMIT or _NOT_IN_URL.search(url):
        return None
    try:
        return url if urlsplit(url).hostname else None
    except ValueError:
        return None


def _shown(value: object) -> str:
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # nested deeper than can be written
        text = f"a {type(value).__name__} nested too deep"
    return text if len(text) <= 60 else text[:57] + "..."
