"""A vendor's answer, read as JSON: a value, or a `ProviderError` that says in one line what came instead."""

from __future__ import annotations

import json

import orjson

from ats_core.domain.checkpoint import Validators
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import BoardView, Response

__all__ = [
    "GONE",
    "MOST_RECORDS",
    "OF_ONE_POSTING",
    "check_status",
    "json_list",
    "json_object",
    "json_read",
    "json_value",
    "no_such_board",
    "usable_validators",
    "wrong_shape",
]

_HINT = "the board is tried again by later runs; if it stays so, the vendor has changed its API"
#: Statuses that say that there is no such board or posting.
GONE = (404, 410)
#: Failures to get one posting that may be its own, while the vendor and the board are well.
OF_ONE_POSTING = frozenset(
    {
        FailureKind.NOT_FOUND,
        FailureKind.SERVER_ERROR,
        FailureKind.UNEXPECTED_STATUS,
        FailureKind.NOT_JSON,
        FailureKind.WRONG_SHAPE,
        FailureKind.TOO_LARGE,
        FailureKind.REDIRECTS,
    }
)
#: Twice what the largest boards list. Millions of records that are none would fill the memory with reasons why.
MOST_RECORDS = 100_000
# No board has so many values, and each costs more memory than it takes to send.
_MOST_VALUES = 5_000_000


def check_status(response: Response, *, where: str) -> None:
    """Raises `ProviderError` unless the status is 200: kind `not_found` for 404 and 410."""
    if response.status == 200:
        return
    if response.status in GONE:
        raise no_such_board(f"status {response.status}", where=where)
    raise ProviderError(FailureKind.UNEXPECTED_STATUS, f"answered status {response.status}", where=where, hint=_HINT)


def no_such_board(how: str, *, where: str) -> ProviderError:
    """The error for a board that the vendor does not know; *how* it says so."""
    return ProviderError(
        FailureKind.NOT_FOUND,
        f"the vendor knows no such board ({how})",
        where=where,
        hint="it is asked again, and given up as gone when two days have shown it",
    )


def json_value(response: Response, *, where: str) -> object:
    """The body as JSON, of whatever shape. Raises `ProviderError` of kind `not_json`."""
    return json_read(response.body, where=where)


def json_read(text: bytes | memoryview, *, where: str) -> object:
    """JSON as a value, of whatever shape. Raises `ProviderError` of kind `not_json`, or `too_large`: of many values.

    One bad string does not lose the rest: lone surrogates, raw control characters and bytes that are no UTF-8, which
    JSON forbids, are read as U+FFFD or as they are.
    """
    if len(text) > _MOST_VALUES and bytes(text).count(b",") > _MOST_VALUES:
        what = f"answered JSON of more than {_MOST_VALUES:,} values".replace(",", " ")
        raise ProviderError(FailureKind.TOO_LARGE, what, where=where, hint=_HINT)
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return _json_with_broken_text(bytes(text), str(error), where)
    return value


def json_object(response: Response, *, where: str) -> dict[str, object]:
    """The body as a JSON object. Raises `ProviderError` of kind `not_json` or `wrong_shape`."""
    value = json_value(response, where=where)
    if not isinstance(value, dict):
        raise wrong_shape(f"answered {_kind_of(value)} where an object was expected", where=where)
    return value


def json_list(value: object, what: str, *, where: str) -> list[object]:
    """*value* as a list of a board's records.

    Raises `ProviderError` of kind `wrong_shape`, naming *what* was to be one, or is longer than any board's.
    """
    if not isinstance(value, list):
        raise wrong_shape(f"{what} is {_kind_of(value)}, not a list", where=where)
    if len(value) > MOST_RECORDS:
        raise wrong_shape(f"{what} has {len(value)} records, more than {MOST_RECORDS} are not read", where=where)
    return value


def wrong_shape(what: str, *, where: str) -> ProviderError:
    """The error for an answer that is JSON, but not what this vendor is known to send."""
    return ProviderError(FailureKind.WRONG_SHAPE, what, where=where, hint=_HINT)


def usable_validators(view: BoardView) -> Validators:
    """The view's validators; none where a posting must be read anew (empty content hash): "unchanged" won't do then."""
    return Validators() if any(not offer.content_hash for offer in view.known.values()) else view.validators


def _json_with_broken_text(body: bytes, reason: str, where: str) -> object:
    text = body.decode("utf-8-sig", "replace").strip()
    if text[:1] not in ("{", "["):
        raise ProviderError(FailureKind.NOT_JSON, f"answered {_described(text)}, not JSON", where=where, hint=_HINT)
    try:
        value = json.loads(text, strict=False, parse_constant=_refuse_constant)
        return orjson.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        cut = text[-1:] != {"{": "}", "[": "]"}[text[0]]
        what = f"JSON that breaks off after {len(body)} bytes" if cut else f"broken JSON ({reason})"
        raise ProviderError(FailureKind.NOT_JSON, f"answered {what}", where=where, hint=_HINT) from None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _described(text: str) -> str:
    if not text:
        return "nothing"
    return "HTML" if text[0] == "<" else "plain text"


def _kind_of(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"
