"""Three vendors in memory that speak as the real ones do, with boards that a test changes while they are read.

Lever pages, Greenhouse lists without content first, and Wholesale, a made-up vendor, gives a board whole with an ETag.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import anyio
import anyio.lowlevel
import orjson
from attrs import Factory, define, evolve, frozen

from ats_adapters.ats.greenhouse import Greenhouse
from ats_adapters.ats.lever import Lever
from ats_core.domain.board import Board, BoardLink, BoardProbe, LinkKind, ProviderName
from ats_core.domain.checkpoint import Validators
from ats_core.domain.offer import Posting
from ats_core.provider.messages import BoardView, Exchange, OfferPage, RateLimit, Reply, Request, Response, response_of
from ats_core.provider.payload import check_status, json_list, json_value, usable_validators
from ats_core.provider.record import Record, stored_record
from ats_core.provider.records import read_records
from ats_core.testing.vendor_http import as_reply, json_answer

TITLES = ("Treasury analyst", "Cook", "FX hedging lead", "Clerk")


@frozen(kw_only=True)
class Post:
    """A posting as its company sees it. *edits* and *touches* move its `updated_at`; *is_broken*: it has no title."""

    number: int
    edits: int = 0
    touches: int = 0
    is_broken: bool = False

    @property
    def title(self) -> str | None:
        return None if self.is_broken else f"{TITLES[(self.number + self.edits) % len(TITLES)]} {self.edits}"

    @property
    def text(self) -> str:
        return f"<p>We do treasury, edition {self.edits}.</p><p>Case {self.number % 3}.</p>"

    @property
    def updated_at(self) -> str:
        return f"2026-05-04T10:{self.edits % 60:02}:{self.touches % 60:02}-04:00"


@define
class World:
    """The boards by vendor, the requests asked, and what happens at a request: before it is answered, or instead.

    Both are told the vendor and how manieth request it is of this vendor. At request *cancel_at*, of any vendor, no
    answer ever comes. Requests that are *late* are answered as the board was before its last change, as by a cache.
    """

    boards: dict[str, list[Post]] = Factory(lambda: {"lever": [], "greenhouse": [], "wholesale": []})
    removed: dict[str, list[Post]] = Factory(dict)
    unknown: set[str] = Factory(set)
    page_size: int = 3
    requests: list[Request] = Factory(list)
    counts: dict[str, int] = Factory(dict)
    before: Callable[[str, int], None] = lambda vendor, number: None
    instead: Callable[[str, int, Reply], Reply] = lambda vendor, number, answer: answer
    cancel_at: int | None = None
    late: set[tuple[str, int]] = Factory(set)
    previous: dict[str, list[Post]] = Factory(dict)

    @property
    def providers(self) -> Mapping[ProviderName, Lever | Greenhouse | Wholesale]:
        return {
            provider.name: provider
            for provider in (Lever(self.page_size), Greenhouse(portion=self.page_size), Wholesale())
        }

    @staticmethod
    def board(vendor: str) -> Board:
        return Board(ProviderName(vendor), "", "acme")

    def change(self, vendor: str, how: str, at: int, new: int) -> None:
        """One change of a board: *at* counts round its postings, *new* is the number of one that is added."""
        self.previous[vendor] = self.boards[vendor]
        board = self.boards[vendor] = list(self.boards[vendor])
        removed = self.removed.setdefault(vendor, [])
        at = at % (len(board) + 1)
        if how == "add":
            board.insert(at, Post(number=new))
        elif how == "restore":
            board[at:at] = removed
            removed.clear()
        elif how == "reverse":
            board.reverse()
        elif how == "empty":
            removed += board
            board.clear()
        elif at < len(board):
            post = board[at]
            if how == "remove":
                removed.append(board.pop(at))
            elif how == "move":
                board.insert(0, board.pop(at))
            elif how == "swap":
                board[0], board[at] = board[at], board[0]
            elif how == "edit":
                board[at] = evolve(post, edits=post.edits + 1, is_broken=False)
            elif how == "touch":
                board[at] = evolve(post, touches=post.touches + 1)
            elif how == "break":
                board[at] = evolve(post, edits=post.edits + 1, is_broken=True)
            elif how == "mend":  # behind the same `updated_at`
                board[at] = evolve(post, is_broken=False)

    def record(self, vendor: str, post: Post) -> dict[str, object]:
        """The posting as the vendor writes it, in full."""
        if vendor == "lever":
            id_ = f"00000000-0000-4000-8000-{post.number:012}"
            return {"id": id_, "text": post.title, "categories": {}, "description": post.text}
        title = {"id": post.number, "title": post.title, "updated_at": post.updated_at}
        return title | {"content": html.escape(post.text), "location": {"name": "Lugo"}}

    def key(self, vendor: str, post: Post) -> str:
        return str(self.record(vendor, post)["id"])

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        return tuple([await self._answer(provider, request) for request in requests])

    async def _answer(self, vendor: str, request: Request) -> Reply:
        self.requests.append(request)
        self.counts[vendor] = number = self.counts.get(vendor, 0) + 1
        if len(self.requests) == self.cancel_at:
            await anyio.sleep_forever()
        await anyio.lowlevel.checkpoint()
        self.before(vendor, number)
        return as_reply(
            self.instead(vendor, number, self._serve(vendor, request, is_late=(vendor, number) in self.late))
        )

    def _serve(self, vendor: str, request: Request, *, is_late: bool) -> Response:
        parts = urlsplit(request.url)
        if vendor in self.unknown:
            return json_answer(request, {"error": "no such board"}, status=404)
        posts = self.previous.get(vendor, []) if is_late else self.boards[vendor]
        records = [self.record(vendor, post) for post in posts]
        if vendor == "lever":
            query = parse_qs(parts.query)
            skip, limit = int(query.get("skip", ["0"])[0]), int(query["limit"][0])
            return json_answer(request, records[skip : skip + limit])
        if vendor == "wholesale":
            return json_answer(request, records)
        path = parts.path.removeprefix("/v1/boards/acme").split("/")[1:]
        if not path:
            return json_answer(request, {"name": "Acme"})
        if len(path) == 2:
            for record in records:
                if str(record["id"]) == path[1]:
                    return json_answer(request, record)
            return json_answer(request, {"error": "Job not found"}, status=404)
        if "content=true" not in parts.query:
            records = [{name: value for name, value in record.items() if name != "content"} for record in records]
        return json_answer(request, {"jobs": records, "meta": {"total": len(records)}})


class Wholesale:
    """A vendor whose boards come whole, with an ETag, and whose postings have no version of their own."""

    name = ProviderName("wholesale")
    limit = RateLimit()

    def recognise(self, url: str) -> BoardLink | None:
        board = Board(self.name, "", "acme")
        return BoardLink(board, url, LinkKind.BOARD) if url == "https://wholesale.example/acme" else None

    def probe(self, board: Board) -> Exchange[BoardProbe]:
        (reply,) = yield (Request(url="https://wholesale.example/acme"),)
        return BoardProbe(board=board, exists=response_of(reply).status == 200, company_name="Acme")

    def read_record(self, raw: bytes) -> Posting:
        return _wholesale_posting(stored_record(raw))

    def read_page(self, board: Board, view: BoardView) -> Exchange[OfferPage]:
        asked = usable_validators(view)
        (reply,) = yield (Request(url="https://wholesale.example/acme", validators=asked),)
        response = response_of(reply)
        if response.not_modified and asked != Validators():
            return OfferPage(not_modified=True, validators=asked)
        check_status(response, where=str(board))
        records = json_list(json_value(response, where=str(board)), "the answer", where=str(board))
        read = read_records(records, _wholesale_posting)
        return OfferPage(
            postings=read.postings, seen_ids=read.seen_ids, rejected=read.rejected, validators=response.validators
        )


def _wholesale_posting(record: Record) -> Posting:
    return Posting(
        provider_offer_id=record.id(),
        title=record.text("title"),
        description_text=record.markup("content"),
        raw=orjson.dumps(record.fields),
    )


def shortened(answer: Reply) -> Reply:
    """An answer whose list lost its second half; one without a list is as it was."""
    if not isinstance(answer, Response) or answer.status != 200:
        return answer
    value = json.loads(answer.body)
    if isinstance(value, list):
        value = value[: len(value) // 2]
    elif isinstance(value.get("jobs"), list):
        value["jobs"] = value["jobs"][: len(value["jobs"]) // 2]
    return evolve(answer, body=json.dumps(value).encode(), headers={"etag": 'W/"of the half"'})
