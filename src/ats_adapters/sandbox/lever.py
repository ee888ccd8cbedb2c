"""Lever's hosts as the world has them: the Postings API of both regions and the hosted boards.

Shapes follow the vendor's documentation and recorded answers; texts are the world's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ats_adapters.sandbox.answers import SandboxResponse, etagged, html_page, json_document, not_here
from ats_adapters.sandbox.markup import bullets, closing_markup, closing_plain, markup, opening_markup, pay_line
from ats_adapters.sandbox.postings import BoardToday, PostingToday
from ats_adapters.sandbox.records import places

__all__ = ["API", "HOSTED", "Lever", "board_url", "posting_url"]

#: The hosts, and the region whose boards each has.
API = {"api.lever.co": "", "api.eu.lever.co": "eu"}
HOSTED = {"jobs.lever.co": "", "jobs.eu.lever.co": "eu"}
_FILTERS = ("location", "commitment", "team", "department", "level")


def board_url(board: BoardToday) -> str:
    """The hosted board."""
    return f"https://jobs.{'eu.' if board.record.region == 'eu' else ''}lever.co/{board.record.slug}"


def posting_url(board: BoardToday, posting: PostingToday) -> str:
    """The hosted posting."""
    return f"{board_url(board)}/{board.lever_id(posting.serial)}"


def _record(board: BoardToday, posting: PostingToday) -> dict[str, Any]:
    """One posting as the API gives it."""
    text, url = posting.text, posting_url(board, posting)
    about, body = opening_markup(text)
    about_plain = f"{text.phrases.about}\n{text.about}\n"
    body_plain = "\n".join(["", text.phrases.role, *text.intro, ""])
    created = int(posting.published_at.timestamp() * 1000)
    sections = ((text.phrases.do, text.do), (text.phrases.need, text.need), (text.phrases.plus, text.plus))
    record: dict[str, Any] = {
        "additionalPlain": closing_plain(posting),
        "additional": closing_markup(posting),
        "categories": _categories(board, posting),
        "createdAt": str(created) if board.record.string_times else created,
        "descriptionPlain": about_plain + body_plain,
        "description": about + body,
        "id": board.lever_id(posting.serial),
        "lists": [{"text": heading, "content": bullets(sentences)} for heading, sentences in sections],
        "text": posting.title,
        "country": None if posting.content % 17 == 11 else places()[posting.cities[0]].country,
        "workplaceType": _workplace(board, posting),
        "opening": about,
        "openingPlain": about_plain,
        "descriptionBody": body,
        "descriptionBodyPlain": body_plain,
        "hostedUrl": url,
        "applyUrl": f"{url}/apply",
    }
    pay = pay_line(posting)
    if posting.pay is not None and pay is not None:
        low, high = posting.pay
        record["salaryRange"] = {"currency": posting.currency, "interval": "per-year-salary", "min": low, "max": high}
        record["salaryDescription"] = f"<div>{escape(pay, quote=False)}</div>"
        record["salaryDescriptionPlain"] = pay
    return record


def _workplace(board: BoardToday, posting: PostingToday) -> str:
    if posting.content % 10 == 9:
        return "unspecified"
    if posting.workplace == "on-site":
        return board.dice.pick(("on-site", "onsite"), "spelling")
    return posting.workplace


def _categories(board: BoardToday, posting: PostingToday) -> dict[str, Any]:
    place = places()[posting.cities[0]]
    first = f"{posting.cities[0]}, {place.es if posting.language == 'es' else place.en}"
    categories: dict[str, Any] = {
        "commitment": "Full-time" if posting.content % 4 else "Part-time",
        "department": posting.department,
        "location": first,
        "team": posting.team,
        "allLocations": [first, *posting.cities[1:]],
    }
    if board.record.size < 5:
        # Small boards fill in little: no department, and one place only.
        del categories["department"], categories["allLocations"]
    return categories


class Lever:
    """The vendor on one day, with its boards by region and site. Sites are spelt as they are spelt."""

    def __init__(self, boards: Iterable[BoardToday]) -> None:
        self._boards = {(board.record.region, board.record.slug): board for board in boards if board.exists}

    def answer(self, host: str, target: str, headers: Mapping[str, str]) -> SandboxResponse:
        """What one of Lever's hosts answers to a GET."""
        parts = urlsplit(target)
        path = [unquote(part) for part in parts.path.split("/") if part]
        if host in HOSTED:
            return self._hosted(host, path)
        query = parse_qs(parts.query)
        wants_json = query.get("mode", [""])[-1] == "json" or "application/json" in headers.get("accept", "")
        return etagged(self._api(API[host], path, query, wants_json=wants_json))

    def _api(
        self, region: str, path: list[str], query: Mapping[str, list[str]], *, wants_json: bool
    ) -> SandboxResponse:
        missing = json_document({"ok": False, "error": "Document not found"}, 404)
        if path[:2] != ["v0", "postings"] or len(path) not in (3, 4):
            return missing
        board = self._boards.get((region, path[2]))
        if board is None:
            return missing
        if len(path) == 4:
            return self._single(board, path[3]) or missing
        if not wants_json:
            # `mode` chooses the rendering; a reader that forgets it gets a page, not data.
            return html_page(_listing_page(board))
        skip, limit = _count(query, "skip"), _count(query, "limit")
        if skip is None or limit is None:
            return json_document({"ok": False, "error": "Invalid query"}, 400)
        places, wanted = _places(board), {kind: query[kind] for kind in _FILTERS if kind in query}
        end = skip + limit if limit else None
        if not wanted:
            return json_document([_record_at(board, place) for place in places[skip:end]])
        records = (_record_at(board, place) for place in places)
        chosen = [r for r in records if all(r["categories"].get(kind) in wanted[kind] for kind in wanted)]
        return json_document(chosen[skip:end])

    def _single(self, board: BoardToday, number: str) -> SandboxResponse | None:
        posting = board.posting_called(board.lever_id, number)
        if posting is not None:
            return json_document(_record(board, posting))
        broken = (_record_at(board, place) for place in _places(board) if place < 0)
        return next((json_document(record) for record in broken if record.get("id") == number), None)

    def _hosted(self, host: str, path: list[str]) -> SandboxResponse:
        board = self._boards.get((HOSTED[host], path[0])) if path else None
        if board is None:
            return not_here(host)
        if len(path) == 1:
            return html_page(_listing_page(board))
        posting = board.posting_called(board.lever_id, path[1]) if path[2:] in ([], ["apply"]) else None
        if posting is None:
            return not_here(host)
        body = markup(posting, board) if len(path) == 2 else "<form><input name='name'></form>"
        return html_page(_page(f"{board.company.name} - {posting.title}", body))


def _places(board: BoardToday) -> Sequence[int]:
    """What stands on the board, in order: the place of a posting, or below 0 a record that no reader can use."""
    places: Sequence[int] = range(len(board.postings))
    if board.record.malformed and places:
        places = list(places)
        for nth in range(len(board.record.malformed)):
            places.insert(len(places) // 2, -1 - nth)
    return places


def _record_at(board: BoardToday, place: int) -> dict[str, Any]:
    """The record at one of the board's places; a broken one is a good one that lacks the field that the data names."""
    if place >= 0:
        return _record(board, board.postings[place])
    nth = -1 - place
    broken = {**_record(board, board.postings[0]), "id": board.lever_id(board.broken_serial(nth))}
    del broken[board.record.malformed[nth]]
    return broken


def _count(query: Mapping[str, list[str]], name: str) -> int | None:
    """A paging number (absent: 0), or None where it is none."""
    text = query.get(name, ["0"])[-1]
    return int(text) if text.isascii() and text.isdigit() else None


def _listing_page(board: BoardToday) -> str:
    rows = "".join(
        f'<div class="posting"><a class="posting-title" href="{posting_url(board, p)}">'
        f"<h5>{escape(p.title)}</h5></a></div>"
        for p in board.postings
    )
    logo = f'<a class="main-header-logo" href="https://{board.company.host}/">{escape(board.company.name)}</a>'
    return _page(board.company.name, logo + rows)


def _page(title: str, body: str) -> str:
    head = f"<!doctype html><html><head><meta charset=utf-8><title>{escape(title)}</title></head>"
    return f"{head}<body>{body}</body></html>"
