"""The vendors' part of a look: what they recognise on pages, and what they say of boards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

from attrs import Factory, define

from ats_core.discovery.evidence import PageRole, SeenPage, guessed, marked
from ats_core.discovery.guesses import spellings
from ats_core.discovery.judgement import Agreement, Candidate, agreement
from ats_core.discovery.page import PageContent
from ats_core.discovery.shown import shown_page
from ats_core.domain.board import Board, BoardLink, BoardProbe, ProviderName
from ats_core.domain.run import Failure
from ats_core.domain.signs import ShownPage, VendorSign
from ats_core.errors import FailureKind, FatalError, ProviderError
from ats_core.ports import BoardGuesser, SignReader
from ats_core.provider.exchange import play
from ats_core.provider.messages import Exchange
from ats_core.runners.look_findings import Findings, LookTools
from ats_core.runners.trouble import BLOCKED, IN_A_ROW, UNREACHABLE

__all__ = ["VendorDesk"]

T = TypeVar("T")

#: So many boards of one company are asked about.
_MAX_PROBES = 8
#: So many guesses are asked for of a vendor that the site shows, and of one that it does not; of all vendors together.
_MAX_HINTED = 3
_MAX_BLIND = 2
_MAX_GUESSES = 6
#: So many postings, and so many signs of a page, are enough.
_MAX_POSTINGS = 3
_MAX_SIGNS = 200
_NO_SIGNS: tuple[VendorSign, ...] = ()
_NO_BOARDS: tuple[Board, ...] = ()


@define
class VendorDesk:
    """Asks the vendors for one look; what they say goes into its *findings*."""

    findings: Findings
    tools: LookTools
    _vouched: set[Board] = Factory(set)

    def recognise(self, url: str) -> tuple[BoardLink, ...]:
        """The boards that vendors recognise in a URL."""
        found = (self._of_adapter(name, partial(p.recognise, url), None) for name, p in self.tools.providers.items())
        return tuple(link for link in found if link is not None)

    def read_signs(self, page: SeenPage, content: PageContent) -> None:
        """Keep the signs by which vendors know their postings on a page of the company's own."""
        readers = {name: p for name, p in self.tools.providers.items() if isinstance(p, SignReader)}
        if not readers or not page.is_own:
            return
        shown = shown_page(page.url, content)
        for name, reader in readers.items():
            for sign in self._of_adapter(name, partial(_signs, reader, shown), _NO_SIGNS):
                if sign.url != page.url and not self.findings.names.is_own(sign.url):
                    continue
                if sign.board is not None:
                    self.findings.evidence.append(marked(page, sign.board))
                self.findings.signs.setdefault(name, []).append((sign, page))

    async def ask(self, wanted: Iterable[Candidate]) -> None:
        """Ask about the boards of these candidates that were not asked about yet."""
        for candidate in wanted:
            board = candidate.board
            if board in self.findings.probes or len(self.findings.probes) >= _MAX_PROBES:
                continue
            if board.provider in self.tools.paused:
                self.findings.is_held_up = True
                continue
            self.findings.probes[board] = said = await self._asked(
                board, self.tools.providers[board.provider].probe(board)
            )
            if said is not None and said.exists and agreement(said, self.findings.names) is Agreement.UNKNOWN:
                await self._ask_more(said.board)

    def unasked(self, wanted: Iterable[Candidate]) -> tuple[Board, ...]:
        """Of these candidates the boards without an answer, though they are few enough to be asked about."""
        probes = self.findings.probes
        answered = sum(probe is not None for probe in probes.values())
        boards = [candidate.board for candidate in wanted if probes.get(candidate.board) is None]
        return tuple(boards[: max(0, _MAX_PROBES - answered)])

    async def ask_more(self) -> None:
        """Ask what more there is to say of boards that would otherwise wait for a person."""
        for verdict in self.findings.verdicts():
            if verdict.is_unsure:
                await self._ask_more(verdict.board)

    async def _ask_more(self, board: Board) -> None:
        guesser = self._guesser(board.provider)
        if guesser is None or board in self._vouched or board.provider in self.tools.paused:
            return
        self._vouched.add(board)
        postings, before = self._shown_postings(board.provider), self.findings.probes.get(board)
        if not postings and before is not None and (before.company_name or before.company_url):
            return  # it has said whose it is
        said = await self._asked(board, guesser.vouch(board, postings), needed=False)
        if said is not None and said.exists:
            self.findings.probes |= dict.fromkeys(self._asked_as(board), said)

    async def guess(self, *, blindly: bool) -> None:
        """Ask for boards that no page names: of vendors that the site shows, and, *blindly*, of all others."""
        names = self.findings.names
        if names.domain is None:
            return  # nothing but a name would connect a company and a board
        asked = 0
        for name in self.tools.providers:
            guesser, signs = self._guesser(name), self.findings.signs.get(name, [])
            if guesser is None or bool(signs) is blindly or self.findings.is_settled:
                continue
            if name in self.tools.paused:
                self.findings.is_held_up |= not blindly
                continue
            most = min(_MAX_BLIND if blindly else _MAX_HINTED, _MAX_GUESSES - asked)
            for board in self._of_adapter(name, partial(_guesses, guesser, spellings(names), most), _NO_BOARDS):
                asked += await self._guess(board, guesser)
                if self.findings.is_settled:
                    break

    async def _guess(self, board: Board, guesser: BoardGuesser) -> bool:
        """Ask for a board that was guessed, unless it was asked for; whether it was now."""
        before = self.findings.probes.get(board)
        if board in self.findings.probes and (before is None or not before.exists):
            return False
        signs = self.findings.signs.get(board.provider, [])
        page = signs[0][1] if signs else self._website()
        postings = self._shown_postings(board.provider)
        said = await self._asked(board, guesser.vouch(board, postings), needed=bool(signs))
        if said is not None:
            self.findings.probes[board] = said
            self.findings.evidence.append(guessed(page, board, postings, is_hinted=bool(signs)))
        return True

    def _website(self) -> SeenPage:
        company = self.findings.company
        return SeenPage(url=company.website or f"https://{company.domain}/", role=PageRole.HOME, is_own=True)

    def _guesser(self, name: ProviderName) -> BoardGuesser | None:
        provider = self.tools.providers[name]
        return provider if isinstance(provider, BoardGuesser) else None

    def _shown_postings(self, name: ProviderName) -> frozenset[str]:
        ids = (sign.posting_id for sign, _ in self.findings.signs.get(name, []))
        return frozenset(list(dict.fromkeys(posting for posting in ids if posting))[:_MAX_POSTINGS])

    def _asked_as(self, board: Board) -> list[Board]:
        """The spellings under which *board* was asked about."""
        probes = self.findings.probes
        return [asked for asked, probe in probes.items() if probe is not None and probe.board == board]

    async def _asked(self, board: Board, exchange: Exchange[BoardProbe], *, needed: bool = True) -> BoardProbe | None:
        """What the vendor says; where it says nothing, the look is in trouble if the answer is *needed*."""
        try:
            probe = await play(exchange, partial(self.tools.http.send, board.provider), where=str(board))
        except FatalError:
            raise
        except ProviderError as error:
            if error.kind is FailureKind.PAUSED:  # it was not asked
                self.findings.is_held_up |= needed
                return None
            self._consider(board.provider, error)
            if error.kind is FailureKind.NOT_FOUND:
                return BoardProbe(board=board, exists=False)
            self.findings.in_trouble |= needed
            self.findings.failures.append(Failure(error.kind.value, str(board), str(error)))
            return None
        self.tools.in_a_row[board.provider] = 0
        return probe

    def _consider(self, provider: ProviderName, error: ProviderError) -> None:
        """Let no more looks of this run wait for a vendor of which board after board cannot be asked about."""
        if error.kind not in BLOCKED | UNREACHABLE:
            self.tools.in_a_row[provider] = 0
            return
        self.tools.in_a_row[provider] += 1
        if self.tools.in_a_row[provider] >= IN_A_ROW and provider not in self.tools.paused:
            self.tools.paused.add(provider)
            what = f"{IN_A_ROW} boards in a row could not be asked about; looks that need {provider} are left for later"
            self.findings.failures.append(Failure(FailureKind.PAUSED.value, provider, what))

    def _of_adapter(self, name: ProviderName, say: Callable[[], T], otherwise: T) -> T:
        """What an adapter says of a page; a fault of it must not cost the company."""
        try:
            return say()
        except Exception as error:
            what = f"reading a page failed: {type(error).__name__}"
            self.findings.fail(Failure(FailureKind.ADAPTER.value, name, what))
            return otherwise


def _signs(reader: SignReader, page: ShownPage) -> tuple[VendorSign, ...]:
    return tuple(islice(reader.read_signs(page), _MAX_SIGNS))


def _guesses(guesser: BoardGuesser, spelt: Sequence[str], most: int) -> tuple[Board, ...]:
    return tuple(islice(guesser.guesses(spelt), most))
