"""Makes a recording small: keeps fewer postings, those that show the most fields first, and stays whole.

A list is shortened where its records stand, in whatever answer; what counts them counts those that are left. Then the
adapter reads the shortened recording, and must find what was kept and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, frozen

from ats_core.domain.offer import Posting
from ats_core.errors import FatalError
from ats_core.ports import AtsProvider
from ats_core.testing.recording.fixture import RecordedExchange, Recording
from ats_core.testing.recording.replay import BoardRead, replayed
from ats_core.testing.recording.shape import types_in
from ats_core.testing.recording.xml_lists import without_postings

__all__ = ["fitted", "telling_first"]

# What is tried with fewer and fewer postings, before the recording is said not to fit.
_TRIES = 12


async def fitted(
    provider: AtsProvider, recording: Recording, *, like: BoardRead, max_bytes: int
) -> tuple[Recording, BoardRead]:
    """The recording, whole, with as many postings as fit into *max_bytes* (one at the least); and what it replays.

    *like* is what the adapter read when it was recorded. Raises `FatalError` where it reads something else in the
    recording, or where that cannot be made so small.
    """
    read, whole = await replayed(provider, recording)
    if read.said != like.said:
        raise FatalError(
            "the recording does not replay what was read" + (f": {read.failure}" if read.failure else ""),
            where=str(recording.board),
            hint="the board may have changed meanwhile: record it again",
        )
    if whole.size <= max_bytes:
        return whole, read
    order = telling_first(read.swept.postings)
    smallest: int | None = None
    fits: tuple[Recording, BoardRead] | None = None
    low, high = 1, len(order) - 1  # how many may fit
    for _ in range(_TRIES):
        if low > high:
            break
        count = (low + high) // 2
        found = await _with_postings(provider, whole, order[:count], frozenset(order))
        if found is not None and found[0].size <= max_bytes:
            fits, low = found, count + 1
        else:
            smallest = found[0].size if found is not None else smallest
            high = count - 1
    if fits is None:
        least = f"{smallest} bytes with one posting of {len(order)}" if smallest else f"{whole.size} bytes"
        raise FatalError(
            f"the recording has {least}, and may have {max_bytes}",
            where=str(recording.board),
            hint="allow more, or record a smaller board",
        )
    return fits


def telling_first(postings: Mapping[str, Posting]) -> tuple[str, ...]:
    """The ids of *postings*, in such an order that the first few show all fields and types that any shows."""
    shapes = {id_: frozenset(types_in(json.loads(posting.raw))) for id_, posting in postings.items()}
    by_size = sorted(shapes, key=lambda id_: (len(postings[id_].raw), id_))
    order: list[str] = []
    seen: set[tuple[str, str]] = set()
    while True:
        best = max(by_size, key=lambda id_: len(shapes[id_] - seen), default=None)
        if best is None or not shapes[best] - seen:
            return (*order, *by_size)
        order.append(best)
        seen |= shapes[best]
        by_size.remove(best)


async def _with_postings(
    provider: AtsProvider, whole: Recording, kept: Sequence[str], ids: Collection[str]
) -> tuple[Recording, BoardRead] | None:
    """The recording with the postings *kept* alone; None where the adapter reads something else in it."""
    shorter = Recording.of(whole.board, _shortened(provider, whole.exchanges, frozenset(kept), ids))
    read, needed = await replayed(provider, shorter)
    return (needed, read) if read.failure is None and read.swept.open_ids == set(kept) else None


@frozen
class _List:
    """A list of records in an answer: which exchange, under which path, and its records by id."""

    exchange: int
    path: tuple[str, ...]
    records: Mapping[str, Any]


def _shortened(
    provider: AtsProvider, exchanges: Sequence[RecordedExchange], kept: Collection[str], ids: Collection[str]
) -> list[RecordedExchange]:
    """The exchanges with lists that have, of the postings *ids*, those *kept* alone; in JSON all on the first page."""
    contents = [exchange.data for exchange in exchanges]
    for pages in _by_pages(exchanges, contents, ids):
        everything = {id_: record for page in reversed(pages) for id_, record in page.records.items()}
        left = [record for id_, record in everything.items() if id_ in kept]
        for number, page in enumerate(pages):
            content = contents[page.exchange]
            contents[page.exchange] = _with_list(content, page.path, [] if number else left)
            _count(provider, contents[page.exchange], was=len(everything), left=len(left))
    left_out = set(ids) - set(kept)
    return [
        exchange.with_data(content)
        if content is not None
        else evolve(exchange, content=without_postings(str(exchange.content), left_out, ids))
        for exchange, content in zip(exchanges, contents, strict=True)
    ]


def _by_pages(
    exchanges: Sequence[RecordedExchange], contents: Sequence[object], ids: Collection[str]
) -> list[list[_List]]:
    """The lists of postings, pages of one list together; another view of the same postings is another list."""
    groups: dict[tuple[object, ...], list[list[_List]]] = {}
    for number, (exchange, content) in enumerate(zip(exchanges, contents, strict=True)):
        for path, records in _lists(content, ids):
            parts = urlsplit(exchange.url)
            page = _List(number, path, records)
            views = groups.setdefault((exchange.method, parts.netloc, parts.path, path), [])
            for pages in views:
                known = {id_ for earlier in pages for id_ in earlier.records}
                if len(known & records.keys()) * 2 < min(len(known), len(records)):
                    pages.append(page)
                    break
            else:
                views.append([page])
    return [pages for views in groups.values() for pages in views]


def _lists(
    value: object, ids: Collection[str], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The topmost lists of postings' records, by path, with their records by id."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lists(inner, ids, (*path, name))
    elif isinstance(value, list):
        objects = [each for each in value if isinstance(each, dict)]
        if found := _by_id(objects, ids):
            yield path, found


def _by_id(objects: Sequence[dict[str, Any]], ids: Collection[str]) -> Mapping[str, Any]:
    """The records of postings by id: by the field that tells most of *ids*, or by the one id that is said inside."""
    names = dict.fromkeys(name for each in objects for name in each)
    by_name = {name: {str(each[name]): each for each in objects if name in each} for name in names}
    best = max(by_name, key=lambda name: len(by_name[name].keys() & ids), default=None)
    if best is not None and by_name[best].keys() & ids:
        return by_name[best]
    said = [(set(_texts(each)) & set(ids), each) for each in objects]
    return {found.pop(): each for found, each in said if len(found) == 1}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _with_list(value: Any, path: tuple[str, ...], records: list[Any]) -> Any:
    if not path:
        return records
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = records
    return value


def _count(provider: AtsProvider, content: object, *, was: int, left: int) -> None:
    """Let the numbers in an answer that counted *was* records count *left*, and let no page follow."""
    paging: Any = getattr(provider, "paging", None)
    declared = {
        getattr(paging, "total", ""): left,
        getattr(paging, "last_page", ""): 1,
        getattr(paging, "next", ""): None,
    }
    for path, value in declared.items():
        if path and isinstance(content, dict):
            _put(content, path.split("."), value)
    _recount(content, was, left)


def _put(holder: dict[str, Any], path: Sequence[str], value: object) -> None:
    for step in path[:-1]:
        inner = holder.get(step)
        if not isinstance(inner, dict):
            return
        holder = inner
    if path[-1] in holder:
        holder[path[-1]] = value


def _recount(content: object, was: int, left: int) -> None:
    if isinstance(content, dict):
        for name, value in content.items():
            if isinstance(value, int) and not isinstance(value, bool) and value == was:
                content[name] = left
            else:
                _recount(value, was, left)
