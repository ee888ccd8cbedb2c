"""What a look is made with, and what it has found so far: shared by who reads the site and who asks the vendors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import Factory, define, field, frozen

from ats_core.discovery.evidence import Evidence, SeenPage
from ats_core.discovery.judgement import Candidate, Verdict, candidates, judge
from ats_core.discovery.likeness import CompanyNames
from ats_core.domain.board import Board, BoardProbe, ProviderName
from ats_core.domain.company import Company
from ats_core.domain.run import Failure
from ats_core.domain.signs import VendorSign
from ats_core.ports import AtsProvider, VendorHttp, WebPages
from ats_core.runners.aside import Aside
from ats_core.settings import DiscoverySettings

__all__ = ["Findings", "LookTools"]


@frozen(kw_only=True)
class LookTools:
    """What looks are made with.

    *paused* are vendors that must not be asked now: looks add those that turn out to be in trouble. *in_a_row* counts
    the boards that a vendor could last not be asked about for a reason that tells of the vendor.
    """

    pages: WebPages
    http: VendorHttp
    providers: Mapping[ProviderName, AtsProvider]
    paused: set[ProviderName]
    settings: DiscoverySettings
    in_a_row: Counter[ProviderName] = Factory(Counter)
    aside: Aside = Factory(Aside)


@define
class Findings:
    """What a look at *company* has found.

    *evidence* are signs of boards, *signs* those of vendors without a board, *probes* what vendors said of boards
    (None: the answer could not be had). *is_held_up*: a vendor that would have to be asked is paused; *in_trouble*: one
    could not be asked. *rejected* are boards of which a person said that they are not the company's.
    """

    company: Company
    rejected: frozenset[Board] = frozenset()
    names: CompanyNames = field(init=False)
    evidence: list[Evidence] = Factory(list)
    signs: dict[ProviderName, list[tuple[VendorSign, SeenPage]]] = Factory(dict)
    probes: dict[Board, BoardProbe | None] = Factory(dict)
    failures: list[Failure] = Factory(list)
    in_trouble: bool = False
    is_held_up: bool = False

    def __attrs_post_init__(self) -> None:
        self.names = CompanyNames.of(self.company)

    def candidates(self) -> tuple[Candidate, ...]:
        """The boards that were seen, or guessed."""
        return candidates(self.evidence, self.names)

    def verdicts(self) -> tuple[Verdict, ...]:
        """A verdict on each board that a vendor says exists."""
        return judge(self.candidates(), self.probes, self.names)

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to be gained now by reading or asking more."""
        return self.is_held_up or self.in_trouble or self.has_proof

    @property
    def has_proof(self) -> bool:
        """Whether a board is sure to be the company's, and no person has said otherwise."""
        return any(verdict.is_sure and verdict.board not in self.rejected for verdict in self.verdicts())

    def fail(self, failure: Failure) -> None:
        """Keep a failure, once."""
        if failure not in self.failures:
            self.failures.append(failure)
