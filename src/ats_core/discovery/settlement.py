"""From what a look ended with, and what is stored already, to what is to be stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from attrs import evolve, frozen

from ats_core.discovery.judgement import UNSURE, Verdict
from ats_core.domain.board import Board, Discovery, DiscoveryOutcome, Source, SourceStatus
from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.company import Company
from ats_core.domain.identity import CompanyId

__all__ = ["Conclusion", "Settlement", "next_check", "settle"]

_NOBODY: Mapping[Board, Company] = MappingProxyType({})
# In doubt, and only just: whoever the board is called after is the likelier owner.
_NAMED_LIKE_ANOTHER = UNSURE + 0.05
_SOONER = 10
_MOST_DOUBLINGS = 3


@frozen(kw_only=True)
class Conclusion:
    """What a look at a company ended with: how it ended where no verdict counts, in words, and the verdicts.

    *unasked* are boards beside those of the verdicts, of which the vendor could not be asked.
    """

    outcome: DiscoveryOutcome
    detail: str
    verdicts: tuple[Verdict, ...] = ()
    unasked: tuple[Board, ...] = ()


@frozen(kw_only=True)
class Settlement:
    """What to store: the discovery, and the sources that are new or changed.

    *new_boards* counts those that the company did not have. *displaced* are companies that only might have had a
    board which turned out to be this one's.
    """

    discovery: Discovery
    sources: tuple[Source, ...]
    new_boards: int
    displaced: tuple[CompanyId, ...]


def next_check(outcome: DiscoveryOutcome, attempts: int, now: datetime, recheck: timedelta) -> datetime | None:
    """When to look again after *attempts* looks in a row that found nothing: twice as long each time, up to 8 times.

    Where the site or the vendor could not be reached, ten times sooner; where there is something to go on with, never.
    """
    if outcome in (DiscoveryOutcome.FOUND, DiscoveryOutcome.UNSURE):
        return None
    base = recheck / _SOONER if outcome is DiscoveryOutcome.UNREACHABLE else recheck
    return now + base * (1 << min(attempts - 1, _MOST_DOUBLINGS))


def settle(
    company: Company,
    conclusion: Conclusion,
    *,
    stored: Mapping[Board, Source],
    owners: Mapping[CompanyId, Company],
    namesakes: Mapping[Board, Company] = _NOBODY,
    prior: Discovery | None,
    now: datetime,
    recheck: timedelta,
) -> Settlement:
    """What to store of a look.

    *stored* are the sources that the boards of the verdicts have already, *owners* the companies of these.
    *namesakes* are known companies whose name or domain a board bears: unless it is this company's already, a person
    has to say that it is. A source
    of this company keeps its checkpoint and a person's rejection; one that was only unsure, or whose board was gone,
    becomes active when the board is sure. A board of another company is shared, unless that company never was more
    than a possibility and this one is sure.
    """
    words: dict[DiscoveryOutcome, list[str]] = {}
    changed: list[Source] = []
    displaced: list[CompanyId] = []
    new_boards = 0
    for judged in conclusion.verdicts:
        source = stored.get(judged.board)
        verdict = _beside(judged, namesakes.get(judged.board))
        if source is not None and source.company_id != company.id and not (verdict.is_sure and _is_free(source)):
            owner = owners[source.company_id]
            words.setdefault(DiscoveryOutcome.SHARED_BOARD, []).append(f"{verdict.board} is read for {owner.name}")
            continue
        if source is not None and source.company_id == company.id:
            settled = _confirmed(source, verdict)
        else:
            settled = _new(company, verdict, now)
            new_boards += 1
            if source is not None:
                displaced.append(source.company_id)
        if settled != source:
            changed.append(settled)
        words.setdefault(_OUTCOMES[settled.status], []).append(_said(verdict, settled, namesakes.get(verdict.board)))
    outcome = next((o for o in _FIRST if o in words), conclusion.outcome)
    has_board = outcome in (DiscoveryOutcome.FOUND, DiscoveryOutcome.UNSURE)
    attempts = 0 if has_board else (prior.attempts if prior else 0) + 1
    due = next_check(outcome, attempts, now, recheck)
    unasked = conclusion.unasked if has_board else ()
    if unasked:  # they may be the company's, too: soon once more, then as seldom as any other
        is_repeated = prior is not None and prior.outcome is outcome and prior.next_check_at is not None
        due = now + (recheck if is_repeated else recheck / _SOONER)
    later = [f"the vendor could not be asked of {', '.join(map(str, unasked))}"] if unasked else []
    return Settlement(
        discovery=Discovery(
            company_id=company.id,
            outcome=outcome,
            checked_at=now,
            next_check_at=due,
            attempts=attempts,
            detail="; ".join([*(line for o in _FIRST for line in words.get(o, ())), *later]) or conclusion.detail,
        ),
        sources=tuple(changed),
        new_boards=new_boards,
        displaced=tuple(displaced),
    )


_OUTCOMES = {
    SourceStatus.ACTIVE: DiscoveryOutcome.FOUND,
    SourceStatus.UNSURE: DiscoveryOutcome.UNSURE,
    SourceStatus.REJECTED: DiscoveryOutcome.NOT_FOUND,
    SourceStatus.GONE: DiscoveryOutcome.NOT_FOUND,
}
# What a company's discovery is called where its boards came out differently.
_FIRST = (
    DiscoveryOutcome.FOUND,
    DiscoveryOutcome.UNSURE,
    DiscoveryOutcome.SHARED_BOARD,
    DiscoveryOutcome.NOT_FOUND,
)


def _beside(verdict: Verdict, namesake: Company | None) -> Verdict:
    """A verdict that is not sure where a board bears the name of another company that is known."""
    return verdict if namesake is None else evolve(verdict, confidence=min(verdict.confidence, _NAMED_LIKE_ANOTHER))


def _is_free(source: Source) -> bool:
    """Whether another company may have the board: nobody is sure that it is its own, and it was never read."""
    return source.status in (SourceStatus.UNSURE, SourceStatus.REJECTED) and source.checkpoint == Checkpoint()


def _new(company: Company, verdict: Verdict, now: datetime) -> Source:
    return Source(
        company_id=company.id,
        board=verdict.board,
        evidence_url=verdict.evidence.page.url,
        evidence_kind=verdict.evidence.kind.value,
        confidence=verdict.confidence,
        status=SourceStatus.ACTIVE if verdict.is_sure else SourceStatus.UNSURE,
        discovered_at=now,
    )


def _confirmed(source: Source, verdict: Verdict) -> Source:
    if not verdict.is_sure or source.status not in (SourceStatus.UNSURE, SourceStatus.GONE):
        return source
    return evolve(
        source,
        evidence_url=verdict.evidence.page.url,
        evidence_kind=verdict.evidence.kind.value,
        confidence=verdict.confidence,
        status=SourceStatus.ACTIVE,
    )


def _said(verdict: Verdict, source: Source, namesake: Company | None) -> str:
    if source.status is SourceStatus.REJECTED:
        return f"{verdict.board} was rejected by a person"
    if source.status is SourceStatus.GONE:
        return f"{verdict.board} was gone when it was read"
    doubt = " (waits for a person)" if source.status is SourceStatus.UNSURE else ""
    if doubt and namesake is not None:
        doubt = f" (it bears the name of {namesake.name}: waits for a person)"
    return f"{verdict.board}: {verdict.evidence.kind.value} on {verdict.evidence.page.url}{doubt}"
