"""A person says of a board whether it is the company's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve
from tests.e2e.program import atsp
from tests.unit.runners.kept_offers import a_company

from ats_adapters.sqlite import SqliteStore, open_store
from ats_core.domain.board import Discovery, DiscoveryOutcome, Source, SourceStatus
from ats_core.domain.company import Company

NOW = datetime(2026, 7, 4, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A company whose only board waits for a person, and so is not looked for."""
    (tmp_path / "atsp.toml").write_text('[database]\npath = "atsp.db"\n')
    with open_store(tmp_path / "atsp.db", create=True) as store:
        source = a_company(store, "acme", NOW)
        look = Discovery(
            company_id=source.company_id,
            outcome=DiscoveryOutcome.UNSURE,
            checked_at=NOW,
            next_check_at=None,
            attempts=0,
            detail="waits",
        )
        with store.write() as work:
            work.sources.save(evolve(source, status=SourceStatus.UNSURE, confidence=0.5))
            work.companies.save_discovery(look)
    return tmp_path


def the_board(store: SqliteStore) -> Source:
    with store.read() as work:
        (source,) = work.sources.all()
        return source


def due(store: SqliteStore) -> tuple[Company, ...]:
    with store.read() as work:
        return work.companies.due_for_discovery(NOW, after=None, limit=10)


def test_a_board_that_is_accepted_is_read_and_none_is_looked_for(folder: Path) -> None:
    with open_store(folder / "atsp.db", create=False) as store:
        board = str(the_board(store).board)
    done = atsp("sources", "accept", board, cwd=folder)
    assert (done.returncode, done.stdout) == (0, "accepted: 1 source\n"), done.stderr
    with open_store(folder / "atsp.db", create=False) as store:
        assert (the_board(store).status, due(store)) == (SourceStatus.ACTIVE, ())


def test_a_company_whose_only_board_is_rejected_is_looked_at_again(folder: Path) -> None:
    with open_store(folder / "atsp.db", create=False) as store:
        board = str(the_board(store).board)
        assert due(store) == ()
    done = atsp("sources", "reject", board, cwd=folder)
    assert (done.returncode, done.stdout) == (0, "rejected: 1 source\n"), done.stderr
    with open_store(folder / "atsp.db", create=False) as store:
        assert the_board(store).status is SourceStatus.REJECTED
        assert [company.name for company in due(store)] == ["acme"]


def test_the_configuration_named_before_a_subcommand_is_the_one_that_counts(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with open_store(folder / "atsp.db", create=False) as store:
        board = str(the_board(store).board)
    done = atsp("sources", "--config", str(folder / "atsp.toml"), "reject", board, cwd=elsewhere)
    assert (done.returncode, done.stdout) == (0, "rejected: 1 source\n"), done.stderr
    with open_store(folder / "atsp.db", create=False) as store:
        assert the_board(store).status is SourceStatus.REJECTED


def test_a_board_may_be_named_in_another_case(folder: Path) -> None:
    with open_store(folder / "atsp.db", create=False) as store:
        board = str(the_board(store).board)
    done = atsp("sources", "accept", board.upper(), cwd=folder)
    assert (done.returncode, done.stdout) == (0, "accepted: 1 source\n"), done.stderr
