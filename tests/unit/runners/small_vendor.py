"""A vendor small enough to read: boards are lists of (id, text) that a test changes; pages have a size."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from ats_core.domain.board import Board, BoardLink, BoardProbe, ProviderName
from ats_core.domain.offer import Posting
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import BoardView, Exchange, OfferPage, RateLimit, Reply, Request, Response, response_of


class SmallVendor:
    """Both sides of a vendor: the `AtsProvider`, and the `VendorHttp` that answers it.

    *trouble* answers a board with a failure instead; *before_page* is called with the board's slug before each page.
    """

    limit = RateLimit()

    def __init__(self, name: str = "small", page_size: int = 100) -> None:
        self.name = ProviderName(name)
        self.page_size = page_size
        self.boards: dict[str, dict[str, str]] = {}
        self.trouble: dict[str, ProviderError] = {}
        self.requests: list[str] = []
        self.before_page: Callable[[str], None] = lambda slug: None

    def board(self, slug: str) -> Board:
        return Board(self.name, "", slug)

    def recognise(self, url: str) -> BoardLink | None:
        return None

    def probe(self, board: Board) -> Exchange[BoardProbe]:
        (reply,) = yield (Request(url=f"https://small.example/{board.slug}?from=0"),)
        return BoardProbe(board=board, exists=response_of(reply).status == 200)

    def read_page(self, board: Board, view: BoardView) -> Exchange[OfferPage]:
        start, _, last = (view.cursor or "0:").partition(":")
        url = f"https://small.example/{board.slug}?from={start}&after={last}"
        (reply,) = yield (Request(url=url),)
        response = response_of(reply)
        if response.status == 404:
            raise ProviderError(FailureKind.NOT_FOUND, "no such board", where=str(board))
        answer = orjson.loads(response.body)
        if answer["moved"]:
            return OfferPage(board_moved=True)
        return OfferPage(
            postings=tuple(
                Posting(provider_offer_id=key, title=text.split("\n")[0], description_text=text)
                for key, text in answer["rows"]
            ),
            seen_ids=frozenset(key for key, _ in answer["rows"]),
            next_cursor=answer["next"],
        )

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        return tuple(self._answer(request.url) for request in requests)

    def _answer(self, url: str) -> Reply:
        self.requests.append(url)
        slug, _, query = url.removeprefix("https://small.example/").partition("?")
        self.before_page(slug)
        if slug in self.trouble:
            return self.trouble[slug]
        if slug not in self.boards:
            return Response(url=url, status=404)
        start, last = (part.split("=")[1] for part in query.split("&"))
        rows, first = list(self.boards[slug].items()), int(start)
        # Whoever asks for a later page says after which posting: were it not there, the board moved.
        moved = first > 0 and (first > len(rows) or rows[first - 1][0] != last)
        page = rows[first : first + self.page_size]
        more = first + len(page) < len(rows)
        following = f"{first + len(page)}:{page[-1][0]}" if more else None
        return Response(url=url, status=200, body=orjson.dumps({"moved": moved, "rows": page, "next": following}))
