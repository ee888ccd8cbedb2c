"""Whose board it is, and how sure: what was seen, weighed with what the vendor says.

A link to somebody else's posting (a blog, a customer's story, an investor's portfolio) is not the company's board.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum

from attrs import frozen

from ats_core.discovery.evidence import Evidence, Strength, worth
from ats_core.discovery.likeness import CompanyNames, Likeness
from ats_core.domain.board import Board, BoardProbe
from ats_core.domain.identity import normalized_name, registrable_domain

__all__ = [
    "SURE",
    "UNSURE",
    "Agreement",
    "Candidate",
    "Verdict",
    "agreement",
    "candidates",
    "judge",
    "worth_asking",
]

#: From this confidence on a board is taken; from the next on it waits for a person; below it is not the company's.
SURE = 0.7
UNSURE = 0.4

#: So many boards of one site, none of which bears the company's name, may all be its own.
_FEW = 3


class Agreement(IntEnum):
    """What names and domains say: somebody else's, nothing, alike, the same, the vendor links the company's domain."""

    NO = 0
    UNKNOWN = 1
    PART = 2
    SAME = 3
    DOMAIN = 4


# Confidence by what was seen (down) and what names and domains say (across).
_CONFIDENCE: Mapping[Strength, tuple[float, float, float, float, float]] = {
    #                     NO  UNKNOWN PART  SAME  DOMAIN
    Strength.STRONG: (0.75, 0.85, 0.92, 0.97, 0.99),
    Strength.LINKED: (0.50, 0.72, 0.85, 0.93, 0.98),
    Strength.HINT: (0.20, 0.45, 0.72, 0.88, 0.95),
    Strength.PASSING: (0.10, 0.20, 0.50, 0.80, 0.90),
}
_AMONG_SEVERAL = 0.45
_ANOTHERS = 0.20


@frozen(kw_only=True)
class Candidate:
    """A board that was seen: the signs of it, what they are worth, and how like its slug is to the company's names."""

    board: Board
    evidence: tuple[Evidence, ...]
    strength: Strength
    likeness: Likeness

    @property
    def best(self) -> Evidence:
        """The strongest sign; of equals the first seen."""
        return max(self.evidence, key=lambda sign: sign.strength)


@frozen(kw_only=True)
class Verdict:
    """How sure it is that a board, as the vendor names it, is the company's, and by which sign it was found."""

    board: Board
    confidence: float
    evidence: Evidence

    @property
    def is_sure(self) -> bool:
        """Whether the board is taken."""
        return self.confidence >= SURE

    @property
    def is_unsure(self) -> bool:
        """Whether a person has to say."""
        return UNSURE <= self.confidence < SURE


def candidates(evidence: Iterable[Evidence], names: CompanyNames) -> tuple[Candidate, ...]:
    """The boards seen, those with the strongest signs first, of equals those that bear the company's name."""
    by_board: dict[Board, list[Evidence]] = {}
    for sign in evidence:
        by_board.setdefault(sign.link.board, []).append(sign)
    found = [
        Candidate(board=board, evidence=tuple(signs), strength=worth(signs), likeness=names.likeness(board.slug))
        for board, signs in by_board.items()
    ]
    return tuple(sorted(found, key=lambda c: (-c.strength, -c.likeness, c.board)))


def worth_asking(found: Sequence[Candidate], *, finally_: bool) -> tuple[Candidate, ...]:
    """The candidates whose answer could prove something, while pages are left to read and, *finally_*, when none is.

    Of many boards that nothing connects with the company none is asked for.
    """
    shown = sum(c.strength >= Strength.LINKED for c in found)
    hinted = sum(c.strength >= Strength.HINT for c in found)

    def asks(c: Candidate) -> bool:
        if c.strength is Strength.STRONG:
            return True
        if c.strength is Strength.LINKED:
            return shown <= _FEW or c.likeness > Likeness.NONE
        if c.strength is Strength.HINT:
            return c.likeness is Likeness.SAME or (finally_ and (c.likeness is Likeness.PART or hinted == 1))
        return finally_ and c.likeness > Likeness.NONE

    return tuple(c for c in found if asks(c))


def agreement(probe: BoardProbe, names: CompanyNames) -> Agreement:
    """What the board's slug and what the vendor says of it tell about whose it is."""
    by_slug = names.likeness(probe.board.slug)
    domain = registrable_domain(probe.company_url) if probe.company_url else None
    if domain is not None and domain == names.domain:
        return Agreement.DOMAIN
    says_name = bool(probe.company_name and normalized_name(probe.company_name))
    by_name = names.likeness(probe.company_name) if probe.company_name and says_name else Likeness.NONE
    alike = max(by_slug, by_name)
    another_domain = domain is not None and names.likeness(domain.split(".")[0]) is not Likeness.SAME
    another_name = says_name and by_name is Likeness.NONE
    if another_domain or another_name:
        alike = Likeness(max(0, alike - 1))
        return Agreement.PART if alike else Agreement.NO
    return {Likeness.NONE: Agreement.UNKNOWN, Likeness.PART: Agreement.PART, Likeness.SAME: Agreement.SAME}[alike]


def judge(
    found: Sequence[Candidate], probes: Mapping[Board, BoardProbe | None], names: CompanyNames
) -> tuple[Verdict, ...]:
    """A verdict on each board that the vendor says exists, the surest first; each board of a vendor once.

    *probes* holds the vendor's answer for each candidate asked for, None where it could not be had.
    """
    answers = [(c, p, agreement(p, names)) for c in found if (p := probes.get(c.board)) is not None and p.exists]
    shown = [_Shown(p.board, c.strength, agrees) for c, p, agrees in answers]
    shown += [_Shown(c.board, c.strength, Agreement.NO) for c in found if c.board not in probes]
    verdicts: dict[Board, Verdict] = {}
    for candidate, probe, agrees in answers:
        confidence = _CONFIDENCE[candidate.strength][agrees]
        if candidate.strength < Strength.STRONG and agrees < Agreement.PART:
            rivals = {s for s in shown if s.strength >= Strength.LINKED and s.board != probe.board}
            confidence = min(confidence, _most_beside(rivals, agrees))
        if probe.board not in verdicts or verdicts[probe.board].confidence < confidence:
            verdicts[probe.board] = Verdict(board=probe.board, confidence=confidence, evidence=candidate.best)
    return tuple(sorted(verdicts.values(), key=lambda v: (-v.confidence, v.board)))


@frozen
class _Shown:
    """A board that a site shows, and whether it bears the company's name."""

    board: Board
    strength: Strength
    agrees: Agreement


def _most_beside(rivals: Collection[_Shown], agrees: Agreement) -> float:
    """The most that a board can be worth which does not bear the company's name and is shown beside others."""
    if not rivals:
        return 1.0
    another_is_known = any(r.agrees >= Agreement.PART or r.strength is Strength.STRONG for r in rivals)
    if another_is_known or agrees is Agreement.NO or len(rivals) >= _FEW:
        return _ANOTHERS
    return _AMONG_SEVERAL
