"""What is stored of a look, given what is stored already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from ats_core.discovery.evidence import Evidence, EvidenceKind, PageRole, SeenPage
from ats_core.discovery.judgement import Verdict
from ats_core.discovery.settlement import Conclusion, Settlement, next_check, settle
from ats_core.domain.board import (
    Board,
    BoardLink,
    Discovery,
    DiscoveryOutcome,
    LinkKind,
    ProviderName,
    Source,
    SourceStatus,
)
from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.company import Company, ListedCompany

NOW = datetime(2026, 7, 1, tzinfo=UTC)
BEFORE = NOW - timedelta(days=90)
RECHECK = timedelta(days=30)
ACME = Company.first_met(ListedCompany.of("Acme", "acme.example"), BEFORE)
BOLT = Company.first_met(ListedCompany.of("Bolt", "bolt.example"), BEFORE)
BOARD = Board(ProviderName("small"), "", "acme")
READ = Checkpoint(last_ingested_at=BEFORE, watermark=BEFORE)
PAGE = SeenPage(url="https://acme.example/careers", role=PageRole.CAREERS, is_own=True)


def verdict(confidence: float, board: Board = BOARD) -> Verdict:
    link = BoardLink(board, f"https://v.example/{board.slug}", LinkKind.BOARD)
    return Verdict(
        board=board,
        confidence=confidence,
        evidence=Evidence(link=link, kind=EvidenceKind.LINK, page=PAGE, in_context=True),
    )


def source(owner: Company, status: SourceStatus, checkpoint: Checkpoint = Checkpoint()) -> Source:
    return Source(
        company_id=owner.id,
        board=BOARD,
        evidence_url="https://old.example/",
        evidence_kind="iframe",
        confidence=0.5,
        status=status,
        discovered_at=BEFORE,
        checkpoint=checkpoint,
    )


def settled(
    *verdicts: Verdict,
    stored: Source | None = None,
    prior: Discovery | None = None,
    namesakes: Mapping[Board, Company] | None = None,
) -> Settlement:
    outcome = DiscoveryOutcome.FOUND if verdicts else DiscoveryOutcome.NOT_FOUND
    return settle(
        ACME,
        Conclusion(outcome=outcome, detail="no board is shown", verdicts=verdicts),
        stored={stored.board: stored} if stored else {},
        owners={c.id: c for c in (ACME, BOLT)},
        namesakes=namesakes or {},
        prior=prior,
        now=NOW,
        recheck=RECHECK,
    )


def looked(outcome: DiscoveryOutcome, attempts: int) -> Discovery:
    return Discovery(
        company_id=ACME.id, outcome=outcome, checked_at=BEFORE, next_check_at=NOW, attempts=attempts, detail=""
    )


def test_a_sure_board_becomes_an_active_source_with_its_evidence() -> None:
    found = settled(verdict(0.9), prior=looked(DiscoveryOutcome.NOT_FOUND, 4))
    (new,) = found.sources
    assert (new.company_id, new.status, new.confidence) == (ACME.id, SourceStatus.ACTIVE, 0.9)
    assert (new.evidence_url, new.evidence_kind) == (PAGE.url, "link")
    assert (found.discovery.outcome, found.discovery.next_check_at, found.discovery.attempts) == (
        DiscoveryOutcome.FOUND,
        None,
        0,
    )
    assert found.new_boards == 1


def test_an_unsure_board_waits_for_a_person() -> None:
    found = settled(verdict(0.5))
    assert found.sources[0].status is SourceStatus.UNSURE
    assert (found.discovery.outcome, found.discovery.next_check_at) == (DiscoveryOutcome.UNSURE, None)


@pytest.mark.parametrize("status", [SourceStatus.ACTIVE, SourceStatus.REJECTED])
def test_a_source_of_this_company_is_left_as_it_is(status: SourceStatus) -> None:
    found = settled(verdict(0.9), stored=source(ACME, status, READ))
    assert found.sources == ()
    assert found.new_boards == 0
    expected = DiscoveryOutcome.FOUND if status is SourceStatus.ACTIVE else DiscoveryOutcome.NOT_FOUND
    assert found.discovery.outcome is expected


@pytest.mark.parametrize("status", [SourceStatus.UNSURE, SourceStatus.GONE])
def test_a_source_that_was_in_doubt_or_gone_becomes_active_and_keeps_its_checkpoint(status: SourceStatus) -> None:
    (changed,) = settled(verdict(0.9), stored=source(ACME, status, READ)).sources
    assert (changed.status, changed.checkpoint, changed.discovered_at) == (SourceStatus.ACTIVE, READ, BEFORE)


def test_a_source_in_doubt_stays_so_where_nothing_new_is_known() -> None:
    found = settled(verdict(0.5), stored=source(ACME, SourceStatus.UNSURE))
    assert (found.sources, found.discovery.outcome) == ((), DiscoveryOutcome.UNSURE)


@pytest.mark.parametrize("status", [SourceStatus.ACTIVE, SourceStatus.GONE])
def test_a_board_of_another_company_is_shared_and_names_it(status: SourceStatus) -> None:
    found = settled(verdict(0.99), stored=source(BOLT, status))
    assert found.sources == ()
    assert found.discovery.outcome is DiscoveryOutcome.SHARED_BOARD
    assert "Bolt" in found.discovery.detail
    assert found.discovery.next_check_at == NOW + RECHECK


@pytest.mark.parametrize("status", [SourceStatus.UNSURE, SourceStatus.REJECTED])
def test_a_board_that_another_only_might_have_goes_to_the_one_that_is_sure(status: SourceStatus) -> None:
    found = settled(verdict(0.9), stored=source(BOLT, status))
    assert [s.company_id for s in found.sources] == [ACME.id]
    assert found.displaced == (BOLT.id,)
    assert settled(verdict(0.5), stored=source(BOLT, status)).discovery.outcome is DiscoveryOutcome.SHARED_BOARD


def test_a_board_that_was_ever_read_for_another_stays_there() -> None:
    found = settled(verdict(0.99), stored=source(BOLT, SourceStatus.REJECTED, READ))
    assert (found.sources, found.discovery.outcome) == ((), DiscoveryOutcome.SHARED_BOARD)


def test_several_boards_are_all_kept_and_the_best_outcome_names_the_look() -> None:
    other = evolve(BOARD, slug="acme-spain")
    found = settled(verdict(0.9), verdict(0.5, other), stored=source(BOLT, SourceStatus.ACTIVE))
    assert [s.board for s in found.sources] == [other]
    assert found.discovery.outcome is DiscoveryOutcome.UNSURE
    assert "Bolt" in found.discovery.detail


@pytest.mark.parametrize(
    ("outcome", "attempts", "expected"),
    [
        (DiscoveryOutcome.FOUND, 0, None),
        (DiscoveryOutcome.UNSURE, 0, None),
        *(
            (DiscoveryOutcome.NOT_FOUND, n, timedelta(days=d))
            for n, d in ((1, 30), (2, 60), (3, 120), (4, 240), (5, 240))
        ),
        (DiscoveryOutcome.BLOCKED_BY_ROBOTS, 2, timedelta(days=60)),
        (DiscoveryOutcome.SHARED_BOARD, 1, timedelta(days=30)),
        *((DiscoveryOutcome.UNREACHABLE, n, timedelta(days=d)) for n, d in ((1, 3), (2, 6), (4, 24), (5000, 24))),
    ],
)
def test_the_next_look_is_further_away_each_time(
    outcome: DiscoveryOutcome, attempts: int, expected: timedelta | None
) -> None:
    at = next_check(outcome, attempts, NOW, RECHECK)
    assert at == (NOW + expected if expected is not None else None)


def test_looks_in_a_row_that_find_nothing_are_counted() -> None:
    assert settled().discovery.attempts == 1
    again = settled(prior=looked(DiscoveryOutcome.UNREACHABLE, 2)).discovery
    assert (again.attempts, again.detail) == (3, "no board is shown")
    assert settled(prior=looked(DiscoveryOutcome.FOUND, 0)).discovery.attempts == 1


@pytest.mark.parametrize("confidence", [0.75, 0.99])
def test_a_board_that_bears_the_name_of_another_known_company_waits_for_a_person(confidence: float) -> None:
    found = settled(verdict(confidence), namesakes={BOARD: BOLT})
    (kept,) = found.sources
    assert (kept.status, found.discovery.outcome) == (SourceStatus.UNSURE, DiscoveryOutcome.UNSURE)
    assert "bears the name of Bolt" in found.discovery.detail


def test_a_board_that_is_read_already_stays_the_companys_whatever_name_it_bears() -> None:
    stored = source(ACME, SourceStatus.ACTIVE, READ)
    found = settled(verdict(0.99), stored=stored, namesakes={BOARD: BOLT})
    assert (found.sources, found.discovery.outcome) == ((), DiscoveryOutcome.FOUND)


def test_a_board_that_is_read_for_its_namesake_is_shared() -> None:
    found = settled(verdict(0.99), stored=source(BOLT, SourceStatus.ACTIVE), namesakes={BOARD: BOLT})
    assert (found.sources, found.discovery.outcome) == ((), DiscoveryOutcome.SHARED_BOARD)
