"""Whose board it is, and how sure: what was seen, weighed with what the vendor says.

A link to somebody else's posting (a blog, a customer's story, an investor's portfolio) is not the company's board.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum

from attrs import evolve, frozen

from ats_core.discovery.evidence import Evidence, Strength, worth
from ats_core.discovery.guesses import Vouched, vouched
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
    """What names and domains say: somebody else's, nothing, alike, the same, the vendor links the company's domain.

    A board that has a posting which the company's site shows is as good as one that links the domain.
    """

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
# The same for a board that no page shows, by what made it worth a guess and what the vendor says of it.
_CONFIDENCE_OF_GUESS: Mapping[Strength, Mapping[Vouched, float]] = {
    Strength.HINTED: {Vouched.NO: 0.10, Vouched.NAMED: 0.60, Vouched.DISTINCTLY_NAMED: 0.88, Vouched.PROVED: 0.97},
    Strength.GUESSED: {Vouched.NO: 0.05, Vouched.NAMED: 0.30, Vouched.DISTINCTLY_NAMED: 0.75, Vouched.PROVED: 0.90},
}
_AMONG_SEVERAL = 0.45
_ANOTHERS = 0.20


@frozen(kw_only=True)
class Candidate:
    """A board that was seen: the signs of it, what they are worth, and how like its slug is to the company's names.

    *place* is what they would be worth if none of them spoke of another company.
    """

    board: Board
    evidence: tuple[Evidence, ...]
    strength: Strength
    place: Strength
    likeness: Likeness

    @property
    def best(self) -> Evidence:
        """The strongest sign; of equals the first seen."""
        return max(self.evidence, key=lambda sign: sign.strength)

    @property
    def is_shown(self) -> bool:
        """Whether a page shows the board, and not a guess alone."""
        return self.strength >= Strength.PASSING

    @property
    def guess(self) -> Evidence | None:
        """The best guess that it is, if it is one."""
        guesses = (sign for sign in self.evidence if sign.strength < Strength.PASSING)
        return max(guesses, key=lambda sign: sign.strength, default=None)

    @property
    def posting_ids(self) -> frozenset[str]:
        """Postings that the board must have if it is what was guessed."""
        return frozenset[str]().union(*(sign.posting_ids for sign in self.evidence))


@frozen(kw_only=True)
class Verdict:
    """How sure it is that a board, as the vendor names it, is the company's, and by which sign it was found.

    *bears_name* and *bears_domain* are those that the vendor or the slug says and that are not, to the letter, the
    company's: another company that is known by them has the better claim.
    """

    board: Board
    confidence: float
    evidence: Evidence
    bears_name: str | None = None
    bears_domain: str | None = None

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
        Candidate(
            board=board,
            evidence=tuple(signs),
            strength=worth(signs),
            place=worth(evolve(sign, is_anothers=False) for sign in signs),
            likeness=names.likeness(board.label),
        )
        for board, signs in by_board.items()
    ]
    return tuple(sorted(found, key=lambda c: (-c.strength, -c.likeness, c.board)))


def worth_asking(found: Sequence[Candidate], *, finally_: bool) -> tuple[Candidate, ...]:
    """The candidates whose answer could prove something, while pages are left to read and, *finally_*, when none is.

    Of many boards that nothing connects with the company none is asked for.
    """
    shown = sum(c.place >= Strength.LINKED for c in found)
    hinted = sum(c.place >= Strength.HINT for c in found)

    def asks(c: Candidate) -> bool:
        if not c.is_shown:
            return False
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
    by_slug = names.likeness(probe.board.label)
    domain = registrable_domain(probe.company_url) if probe.company_url else None
    if probe.posting_ids or (domain is not None and domain == names.domain):
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

    *probes* holds the vendor's answer for each candidate asked for, None where it could not be had. A board without an
    answer gets no verdict, but another may be beside it.
    """
    answers = [(c, p, agreement(p, names)) for c in found if (p := probes.get(c.board)) is not None and p.exists]
    shown = [_Shown(p.board, c.place, agrees) for c, p, agrees in answers]
    shown += [
        _Shown(c.board, c.place, Agreement.PART if c.likeness else Agreement.NO)
        for c in found
        if probes.get(c.board) is None
    ]
    verdicts: dict[Board, Verdict] = {}
    for candidate, probe, agrees in answers:
        confidence, evidence = 0.0, candidate.best
        if candidate.is_shown:
            confidence = _of_shown(candidate, probe.board, agrees, shown)
        if (guess := candidate.guess) is not None:
            proved = vouched(probe, names, shows_postings=bool(candidate.posting_ids))
            of_guess = _CONFIDENCE_OF_GUESS[guess.strength][proved]
            confidence, evidence = max((confidence, evidence), (of_guess, guess), key=lambda weighed: weighed[0])
        if probe.board not in verdicts or verdicts[probe.board].confidence < confidence:
            name, domain = _borne(probe, names) if agrees < Agreement.DOMAIN else (None, None)
            verdicts[probe.board] = Verdict(
                board=probe.board, confidence=confidence, evidence=evidence, bears_name=name, bears_domain=domain
            )
    return tuple(sorted(verdicts.values(), key=lambda v: (-v.confidence, v.board)))


def _of_shown(candidate: Candidate, board: Board, agrees: Agreement, shown: Iterable[_Shown]) -> float:
    confidence = _CONFIDENCE[candidate.strength][agrees]
    if candidate.strength is Strength.STRONG or agrees >= Agreement.PART:
        return confidence
    rivals = {s for s in shown if s.strength >= Strength.LINKED and s.board != board}
    return min(confidence, _most_beside(rivals, agrees))


def _borne(probe: BoardProbe, names: CompanyNames) -> tuple[str | None, str | None]:
    """The name and domain that a board bears, unless they are the company's: what the vendor says, or else the slug."""
    said = normalized_name(probe.company_name) if probe.company_name else ""
    name = said or normalized_name(probe.board.label.replace("-", " ").replace("_", " "))
    is_ours = name.replace(" ", "") in {"".join(words) for words in names.names}
    domain = registrable_domain(probe.company_url) if probe.company_url else None
    return (None if is_ours or not name else name), (None if domain == names.domain else domain)


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
