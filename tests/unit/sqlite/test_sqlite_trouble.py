"""A database in trouble while it is used: each failure is one clear line, and nothing is half stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from ats_adapters.sqlite import SqliteStore, open_store
from ats_core.domain.checkpoint import Checkpoint
from ats_core.domain.offer import Salary
from ats_core.errors import DatabaseUnusable
from ats_core.ports import Store
from ats_core.testing.store_suite import fill
from ats_core.testing.store_suite.examples import a_company, a_match, a_source, an_offer, at

ACME = a_company("Acme", domain="acme.example")
BOARD = a_source(ACME)
SHORT = timedelta(milliseconds=50)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "atsp.db"


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)


def write_many(store: Store) -> None:
    offers = [an_offer(BOARD, str(n)) for n in range(400)]
    fill(store, companies=[ACME], sources=[BOARD], offers=offers)


def test_a_full_disk_is_named_and_nothing_is_half_stored(path: Path) -> None:
    with open_store(path, create=True) as store:
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(DatabaseUnusable, match="the disk is full") as refused:
            write_many(store)
        assert str(refused.value).startswith(str(path))
        with store.read() as work:
            assert work.companies.get(ACME.id) is None
        store._connection.execute("PRAGMA max_page_count = 100000")
        write_many(store)
        with store.read() as work:
            assert len(work.offers.known(BOARD.id)) == 400


def test_another_process_that_writes_for_too_long_is_named(path: Path) -> None:
    with open_store(path, create=True) as one, open_store(path, create=False, patience=SHORT) as two:
        with one.write() as work:
            work.companies.save([ACME])
            with pytest.raises(DatabaseUnusable, match="locked by another process"):
                fill(two, companies=[ACME])
        fill(two, sources=[BOARD])


def test_a_truncated_database_is_called_malformed(path: Path) -> None:
    with open_store(path, create=True) as store:
        write_many(store)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    def read_all() -> None:
        with open_store(path, create=False) as store, store.read() as work:
            work.reports.companies()
            work.offers.known(BOARD.id)
            work.offers.get_many([an_offer(BOARD, str(n)).id for n in range(400)])

    with pytest.raises(DatabaseUnusable, match="malformed"):
        read_all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE companies SET resolution = 'MAYBE'",
        "UPDATE companies SET created_at = 'yesterday'",
        "UPDATE companies SET created_at = '2026-07-01T00:00:00'",
        "UPDATE company_sources SET status = ''",
        "UPDATE matches SET hits = '[oops'",
    ],
)
def test_a_value_that_somebody_broke_by_hand_is_named(path: Path, statement: str) -> None:
    offer = an_offer(BOARD, "1")
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME], sources=[BOARD], offers=[offer])
        with store.write() as work:
            work.offers.save_matches([a_match(offer)])
        edit(path, statement)
        with pytest.raises(DatabaseUnusable, match="if the row was changed by hand"), store.read() as work:
            work.reports.evidence(ACME.id)


def test_a_broken_payload_is_named_with_its_offer(path: Path) -> None:
    offer = an_offer(BOARD, "1")
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME], sources=[BOARD], offers=[offer])
        edit(path, "UPDATE offer_payloads SET raw = x'00'")
        with pytest.raises(DatabaseUnusable, match=offer.id), store.read() as work:
            work.offers.get_many([offer.id])


def test_a_unit_of_work_kept_past_its_block_cannot_write(path: Path) -> None:
    with open_store(path, create=True) as store:
        with store.write() as work:
            kept = work
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            kept.companies.save([ACME])
        with store.read() as work:
            assert work.companies.get(ACME.id) is None


def test_a_naive_time_is_refused(path: Path) -> None:
    with open_store(path, create=True) as store, pytest.raises(ValueError, match="no time zone"):
        fill(store, companies=[evolve(ACME, created_at=at().replace(tzinfo=None))])


def test_amounts_are_numbers_that_people_can_compare(path: Path) -> None:
    pays = ["9000", "50000.5", "1E+400", "NaN", "Infinity"]
    offers = [
        evolve(offer, posting=evolve(offer.posting, salary=Salary(minimum=Decimal(pay), currency="EUR")))
        for offer, pay in ((an_offer(BOARD, pay), pay) for pay in pays)
    ]
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME], sources=[BOARD], offers=offers)
        with store.read() as work:
            found = work.offers.get_many([o.id for o in offers])
    minimums = [salary.minimum if (salary := found[o.id].posting.salary) else None for o in offers]
    assert minimums == [Decimal(9000), Decimal("50000.5"), None, None, None]
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT provider_offer_id FROM offers WHERE salary_min > 10000").fetchall()
    assert rows == [("50000.5",)]


def test_the_view_tells_when_an_open_offer_was_really_seen_last(path: Path) -> None:
    read = evolve(BOARD, checkpoint=Checkpoint(last_ingested_at=at(30)))
    offers = [
        an_offer(BOARD, "unchanged", last_seen_at=at(5)),
        an_offer(BOARD, "written since", last_seen_at=at(31)),
        an_offer(BOARD, "closed", last_seen_at=at(6), closed_at=at(7)),
    ]
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME], sources=[read], offers=offers)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT o.provider_offer_id, s.last_seen_at FROM offers_seen AS s JOIN offers AS o ON o.id = s.offer_id"
        ).fetchall()
    assert dict(rows) == {
        "unchanged": at(30).isoformat(),
        "written since": at(31).isoformat(),
        "closed": at(6).isoformat(),
    }


def test_a_copy_is_whole_and_apart_from_its_original(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with open_store(path, create=True) as store:
        write_many(store)
        store.copy_to(target)
        with open_store(target, create=False) as copied:
            fill(copied, companies=[a_company("Bolt")])
            assert len(names(copied)) == 2
        assert names(store) == ["Acme"]


def names(store: SqliteStore) -> list[str]:
    with store.read() as work:
        return [summary.company.name for summary in work.reports.companies()]


def test_a_copy_overwrites_nothing_and_is_not_made_inside_a_transaction(path: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("precious")
    with open_store(path, create=True) as store:
        with pytest.raises(DatabaseUnusable, match="something exists already"):
            store.copy_to(taken)
        with pytest.raises(DatabaseUnusable, match="cannot copy the database"):
            store.copy_to(tmp_path / "missing" / "copy.db")
        with store.write(), pytest.raises(RuntimeError):
            store.copy_to(tmp_path / "copy.db")
    assert taken.read_text() == "precious"


def test_an_offers_long_text_is_not_read_for_its_companys_metrics(path: Path) -> None:
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME], sources=[BOARD], offers=[an_offer(BOARD, "1")])
        statements: list[str] = []
        store._connection.set_trace_callback(statements.append)
        with store.read() as work:
            assert len(work.offers.of_company(ACME.id)) == 1
    assert any("FROM offers" in statement for statement in statements)
    assert not any(
        "description_text" in statement or "*" in statement for statement in statements if "offers" in statement
    )
