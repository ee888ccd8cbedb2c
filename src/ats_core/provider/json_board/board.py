"""`JsonBoard`: the vendor that a declaration makes, from recognising its links to mapping its records."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from urllib.parse import quote, urlsplit

from attrs import Attribute, evolve, field, frozen
from attrs.validators import instance_of

from ats_core.domain.board import Board, BoardLink, BoardProbe, ProviderName
from ats_core.domain.offer import Posting
from ats_core.domain.signs import ShownPage, VendorSign
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.board_url import split_board_url
from ats_core.provider.json_board.details import Details, ReadAnswer
from ats_core.provider.json_board.links import RESERVED, Link
from ats_core.provider.json_board.paging import Paging, WholeList
from ats_core.provider.json_board.paths import value_at
from ats_core.provider.json_board.posting import PostingFields
from ats_core.provider.json_board.signs import Signs
from ats_core.provider.json_board.sweep import BoardList, BoardReading
from ats_core.provider.messages import (
    BoardView,
    Exchange,
    OfferPage,
    PageExchange,
    RateLimit,
    Request,
    Response,
    response_of,
)
from ats_core.provider.payload import check_status, json_value, no_such_board
from ats_core.provider.record import Record, stored_record
from ats_core.provider.records import identity
from ats_core.provider.values import http_url

__all__ = ["JsonBoard"]

# What a company's own site answers that the vendor does not serve.
_NO_ANSWER = frozenset({FailureKind.NOT_JSON, FailureKind.WRONG_SHAPE, FailureKind.UNEXPECTED_STATUS})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SLUG = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?"
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def _provider_name(name: str) -> ProviderName:
    return ProviderName(name)


def _is_name(_: object, attribute: Attribute[ProviderName], value: ProviderName) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise ValueError(f"{attribute.name} {value!r} must be lower-case letters, digits and _")


def _reserved(words: Iterable[str]) -> frozenset[str]:
    return RESERVED | frozenset(words)


def _alone_or_by_region(value: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"": value} if isinstance(value, str) else value


@frozen(kw_only=True)
class JsonBoard:
    """An `AtsProvider`, declared.

    The board: *url* is the template of its list, or one for each region; `{slug}`, `{region}` and the named groups of
    *slug* stand in it, quoted. *slug* is a regular expression of what a board may be called (unless said: one label
    where it stands in the host, else letters, digits, `.`, `_` and `-`), *folds_case* whether the vendor ignores case
    (then slugs are kept in lower case), *reserved* are words that are none. *regions*: a regular expression of regions,
    where one template is good for all. *own_url*: the template for a board at a host of the company's own, which is
    then its slug. A list that is asked for by POST has a *body*. *obeys_robots*: what is read are pages made for
    people.

    The links: *links*, of which the first that a URL fits counts, the most particular first; *slug_of* puts a slug
    together of the names in their patterns: `{tenant}/{site}`, what may be the company's name first.

    The answer: *answer* makes plain values of it (JSON by default), *records* is the path to the list in it, *paging*
    how it is given in parts, *is_listed* tells postings from other records. That there is no such board is said by 404
    and 410, by other statuses (*unknown_statuses*), by a text in the answer (*unknown_text*), or by an answer from
    another host that cannot be read; *stays*: by any redirect to another host, which is then not followed, as that host
    may refuse programs, and it would seem to be the vendor who does.

    The posting: *fields*; *details* where the list lacks the text; *keep_board* puts the board into each record, as
    `@slug` and `@region`, for vendors that say nowhere where a posting stands.

    The probe: *company_name* and *company_url* are paths in the list's answer, or in that of *about*, a template of an
    URL that is asked besides. *spelling* is a path in the list's answer to the slug as the vendor spells it, where case
    counts in links and not in the API: one board is then not two.

    *signs*: what pages show of the vendor without naming a URL of a board. *is_guessed*: boards that no page names may
    be asked for by the company's name; that makes sense where the probe says whose a board is.
    """

    name: ProviderName = field(converter=_provider_name, validator=_is_name)
    url: Mapping[str, str] = field(converter=_alone_or_by_region)
    links: tuple[Link, ...]
    fields: PostingFields = field(validator=instance_of(PostingFields))
    limit: RateLimit = field(factory=RateLimit)
    slug: str = ""
    slug_of: str = "{slug}"
    folds_case: bool = True
    reserved: frozenset[str] = field(default=RESERVED, converter=_reserved)
    regions: str = ""
    own_url: str = ""
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes | None = None
    obeys_robots: bool = False
    answer: ReadAnswer = json_value
    records: str = ""
    paging: Paging = field(factory=WholeList)
    is_listed: Callable[[Record], bool] | None = None
    unknown_statuses: frozenset[int] = frozenset()
    unknown_text: str = ""
    stays: bool = False
    details: Details | None = None
    keep_board: bool = False
    company_name: str = ""
    company_url: str = ""
    about: str = ""
    spelling: str = ""
    signs: Signs = field(factory=Signs)
    is_guessed: bool = False

    def recognise(self, url: str) -> BoardLink | None:
        """The board that *url* belongs to, by the first of the patterns that it fits."""
        parts = split_board_url(url)
        if parts is None:
            return None
        for shape in self.links:
            names = shape.names_in(parts)
            if names is None:
                continue
            slug = self.slug_of.format(**names)
            board = self.board(slug, region=names.get("region", shape.region))
            if board is not None and not self.reserved & {slug.lower(), *map(str.lower, slug.split("/"))}:
                return BoardLink(board, url, shape.kind)
        return None

    def board(self, slug: str, *, region: str = "") -> Board | None:
        """The board of that name, in its canonical spelling; None where the vendor can have none such."""
        if not slug:
            return None
        board = Board(self.name, region, slug.lower() if self.folds_case else slug)
        return board if self._names(board) is not None else None

    def read_signs(self, page: ShownPage) -> Iterable[VendorSign]:
        """What *page* shows of the vendor besides URLs of its boards."""
        return self.signs.on(page, board=self.board, own_board=self._own_board)

    def guesses(self, spellings: Sequence[str]) -> Iterable[Board]:
        """One board a spelling, if the vendor is declared as one that may be asked so."""
        if not self.is_guessed:
            return ()
        return (board for spelling in spellings if (board := self.board(spelling, region=next(iter(self.url)))))

    def probe(self, board: Board) -> Exchange[BoardProbe]:
        """Whether the board exists, whose it is where the vendor says so, and with how many postings."""
        return (yield from self.vouch(board, ()))

    def vouch(self, board: Board, posting_ids: Collection[str]) -> Exchange[BoardProbe]:
        """As `probe`, with those of *posting_ids* that the first page of the board's list has."""
        names = self._names(board)
        if names is None:
            return BoardProbe(board=board, exists=False)
        listing = self._list(board, names)
        asked = self.paging.first(listing.request)
        (reply,) = yield (asked,)
        canonical = Board(self.name, board.region, names["@slug"])
        try:
            answer = listing.answer(asked, response_of(reply))
            records = listing.records_of(answer)
        except ProviderError as error:
            if error.kind is FailureKind.NOT_FOUND or (names["@url"] == self.own_url and error.kind in _NO_ANSWER):
                return BoardProbe(board=canonical, exists=False)
            raise
        canonical = self._as_spelt(canonical, _line(answer, self.spelling))
        is_all = self.paging.following(listing.request, listing.read_first(answer, len(records))) is None
        about = answer
        if self.about:
            url = self.about.format(**names)
            (reply,) = yield (Request(url=url, headers=self.headers, obeys_robots=self.obeys_robots),)
            about = self._about(response_of(reply), str(board))
        postings = listing.postings_among(records)
        return BoardProbe(
            board=canonical,
            exists=True,
            company_name=_line(about, self.company_name),
            company_url=http_url(_line(about, self.company_url)),
            open_postings=len(postings) if is_all else listing.total_of(answer),
            posting_ids=frozenset(posting_ids) & {identity(record, id_field=self.fields.id) for record in postings},
        )

    def read_page(self, board: Board, view: BoardView) -> PageExchange:
        """The whole board, or word that nothing has changed; of details that are many, some at a time."""
        page: OfferPage = yield from BoardReading(self._list(board, self.names(board)), view).page()
        return page

    def read_record(self, raw: bytes) -> Posting:
        """The posting of a stored record. Raises `BadField`."""
        return self.fields.posting(stored_record(raw))

    def names(self, board: Board) -> Mapping[str, str]:
        """What stands for the names in templates of URLs, quoted; `@slug` is the slug as the vendor spells it.

        Raises `ProviderError` of kind `not_found` where the vendor can have no board of that name.
        """
        names = self._names(board)
        if names is None:
            raise ProviderError(
                FailureKind.NOT_FOUND,
                f"no board of {self.name} has such a name or region",
                where=str(board),
                hint="correct the board",
            )
        return names

    def _as_spelt(self, board: Board, slug: str | None) -> Board:
        return evolve(board, slug=slug) if slug and slug.lower() == board.slug.lower() else board

    def _own_board(self, host: str) -> Board | None:
        is_vendors = any(shape.is_host(host) for shape in self.links)
        return self.board(host) if self.own_url and not is_vendors else None

    def _names(self, board: Board) -> dict[str, str] | None:
        """What stands for the names in templates, quoted; `@slug` is the canonical slug. None where it can be none."""
        slug = board.slug.lower() if self.folds_case else board.slug
        if self.own_url and not board.region and _HOST.fullmatch(slug.lower()):
            return {"slug": slug.lower(), "region": "", "@slug": slug.lower(), "@url": self.own_url}
        if board.region in self.url:
            template = self.url[board.region]
        elif self.regions and "" in self.url and re.fullmatch(self.regions, board.region):
            template = self.url[""]
        else:
            return None
        if self.regions and not re.fullmatch(self.regions, board.region):
            return None
        named = re.fullmatch(self.slug or (_LABEL if "{" in urlsplit(template).netloc else _SLUG), slug)
        if named is None or {".", ".."} & set(slug.split("/")):
            return None
        names = {"slug": slug, "region": board.region, **{k: v or "" for k, v in named.groupdict().items()}}
        return {**{key: quote(value, safe="") for key, value in names.items()}, "@slug": slug, "@url": template}

    def _list(self, board: Board, names: Mapping[str, str]) -> BoardList:
        url = names["@url"].format(**names)
        method = "GET" if self.body is None else "POST"
        headers = self.headers if self.body is None else {"content-type": "application/json", **self.headers}
        where = str(board)
        return BoardList(
            where=where,
            request=Request(
                url=url,
                method=method,
                headers=headers,
                body=self.body,
                obeys_robots=self.obeys_robots,
                stays=self.stays,
            ),
            names=names,
            paging=self.paging,
            answer=lambda asked, response: self._answer(asked, response, where),
            records=self.records,
            id_field=self.fields.id,
            posting=self.fields.posting,
            is_listed=self.is_listed,
            details=self.details,
            stamp={"@slug": names["@slug"], "@region": board.region} if self.keep_board else {},
        )

    def _answer(self, asked: Request, response: Response, where: str) -> object:
        """What the list answers, as plain values. Raises `ProviderError`: `not_found` where it knows no such board."""
        if response.status in self.unknown_statuses:
            raise no_such_board(f"status {response.status}", where=where)
        if self.unknown_text and self.unknown_text.encode() in response.body:
            raise no_such_board(f"{self.unknown_text!r}", where=where)
        elsewhere = response.headers.get("location", "") if response.status in _REDIRECTS else ""
        if self.stays and elsewhere and self.recognise(elsewhere) is None:  # else its boards have moved: no answer
            raise no_such_board("it sends its visitors to another host", where=where)
        check_status(response, where=where)
        try:
            return self.answer(response, where=where)
        except ProviderError as error:
            host = urlsplit(response.url).hostname
            if error.kind is FailureKind.NOT_JSON and host != urlsplit(asked.url).hostname:
                raise no_such_board(f"it sends its visitors to {host}", where=where) from None
            raise

    def _about(self, response: Response, where: str) -> object:
        """What is said of the board besides, None where that cannot be read: that it is there, its list has shown."""
        try:
            return self.answer(response, where=where) if response.status == 200 else None
        except ProviderError:
            return None


def _line(answer: object, path: str) -> str | None:
    return Record({"it": value_at(answer, path)}).optional_text("it") if path else None
