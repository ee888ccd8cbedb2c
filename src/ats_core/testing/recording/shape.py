"""The shape of what a vendor answers: which fields there are and of what types, whatever they say."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

import attrs
from attrs import frozen

from ats_core.domain.offer import Posting
from ats_core.testing.recording.fixture import Recording

__all__ = ["Shape", "ShapeChange", "changes", "filled_fields", "shape_of", "types_in"]

#: The types of each field, by its path, of each place that answers.
Shape = Mapping[str, Mapping[str, frozenset[str]]]

NOTHING = "nothing"
_DEEPEST = 30
_NONE: frozenset[str] = frozenset()
# Names that are data: numbers, long hexadecimal ids.
_NO_NAME = re.compile(r"\d+|[0-9a-fA-F-]{16,}")
_NOT_TOLD = frozenset({"raw", "provider_offer_id", "title"})


@frozen(kw_only=True)
class ShapeChange:
    """A field whose types were *before* and are *after*; none: it was not there, or is not there any more."""

    place: str
    path: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def kind(self) -> str:
        """`appeared`, `vanished` or `changed`."""
        if not self.before:
            return "appeared"
        return "changed" if self.after else "vanished"


def types_in(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Each path in a JSON value with the type of what stands there."""
    if path.count(".") > _DEEPEST:
        return
    if isinstance(value, dict):
        yield path, "object"
        for name, inner in value.items():
            step = "*" if _NO_NAME.fullmatch(name) else name
            yield from types_in(inner, f"{path}.{step}" if path else step)
    elif isinstance(value, list):
        yield path, "list"
        for inner in value:
            yield from types_in(inner, f"{path}[]")
    else:
        yield path, _type_of(value)


def shape_of(recording: Recording, postings: Collection[Posting]) -> Shape:
    """The shape of each place whose answer has JSON; where one has none, that of the *postings*' own records."""
    ids = frozenset(posting.provider_offer_id for posting in postings)
    found: dict[str, dict[str, set[str]]] = {}
    for exchange in recording.exchanges:
        if exchange.status == 200 and (data := exchange.data) is not None:
            _add(found, f"{exchange.method} {_place(exchange.url, ids)}", types_in(data))
    if any(exchange.status == 200 and exchange.data is None for exchange in recording.exchanges):
        for posting in postings:
            _add(found, "a posting", types_in(json.loads(posting.raw)))
    return {place: {path: frozenset(types) for path, types in paths.items()} for place, paths in found.items()}


def changes(before: Shape, after: Shape) -> tuple[ShapeChange, ...]:
    """What differs, by place and path. What stands in a field that came, went or changed is not told apart.

    That a field says nothing (null) is no change: it may say something in another posting.
    """
    found = []
    for place in sorted({*before, *after}):
        then, now = before.get(place, {}), after.get(place, {})
        for path in sorted({*then, *now}):
            was, is_ = then.get(path, frozenset()), now.get(path, frozenset())
            if was and is_:
                was, is_ = was - {NOTHING}, is_ - {NOTHING}
                if not was or not is_ or was == is_:
                    continue
            elif any(then.get(p, _NONE) - {NOTHING} != now.get(p, _NONE) - {NOTHING} for p in _parents(path)):
                continue
            found.append(ShapeChange(place=place, path=path, before=tuple(sorted(was)), after=tuple(sorted(is_))))
    return tuple(found)


def filled_fields(postings: Iterable[Posting]) -> Mapping[str, int]:
    """How many of the postings have each field that a posting can be without."""
    names = [each.name for each in attrs.fields(Posting) if each.name not in _NOT_TOLD]
    counted = dict.fromkeys(names, 0)
    for posting in postings:
        for name in names:
            counted[name] += bool(getattr(posting, name))
    return counted


def _add(found: dict[str, dict[str, set[str]]], place: str, types: Iterable[tuple[str, str]]) -> None:
    paths = found.setdefault(place, {})
    for path, type_ in types:
        paths.setdefault(path, set()).add(type_)


def _place(url: str, ids: frozenset[str]) -> str:
    """What tells an answer's kind from others: the path, or that it is of one posting."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if not ids.isdisjoint(path.split("/")) or any(_names(path, id_) for id_ in ids):
        return f"{parts.netloc}, one posting"
    return f"{parts.netloc}{path}"


def _names(path: str, id_: str) -> bool:
    before, found, behind = path.partition(id_)
    return bool(found) and not before[-1:].isalnum() and not behind[:1].isalnum()


def _parents(path: str) -> Iterator[str]:
    for at, letter in enumerate(path):
        if letter == "." or path.startswith("[]", at):
            yield path[:at]
    if path:
        yield ""


def _type_of(value: object) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "truth value"
    return "number" if isinstance(value, int | float) else "text"
