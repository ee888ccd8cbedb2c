"""A database of version 0.1 knew neither sketches nor boilerplate; after one rescoring it says what a new one does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from attrs import evolve
from tests.unit.catalogs import small_catalog

from ats_adapters.sqlite import database as opening
from ats_adapters.sqlite import open_store
from ats_adapters.sqlite.migrations import SCHEMA, STEPS
from ats_core.domain.company import Company, ListedCompany
from ats_core.domain.match import Field
from ats_core.domain.offer import Offer, content_hash
from ats_core.domain.run import RunnerName
from ats_core.ports import Store
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.rescoring import refresh_stale_metrics, rescore_outdated
from ats_core.runners.tally import Tally
from ats_core.scoring.reposts import fingerprint
from ats_core.scoring.scorer import Scorer
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.store_suite.examples import a_source, an_offer, at

SCORER = Scorer(small_catalog())
ACME = Company.first_met(ListedCompany.of("Acme", "acme.example"), at())
BOARD = a_source(ACME)
ABOUT = "Acme does hedging for exporters who have better things to do."


def offers() -> list[Offer]:
    """Six roles that have a passage in common, and one of them again, put otherwise."""
    texts = {str(n): f"You will do task {n} of our treasury, and no other one.\n{ABOUT}" for n in range(6)}
    texts["again"] = f"{texts['0']}\nApply soon"
    made = []
    for key, text in texts.items():
        offer = an_offer(BOARD, key)
        posting = evolve(offer.posting, title=f"Role{'0' if key == 'again' else key}", description_text=text)
        made.append(
            evolve(offer, posting=posting, content_hash=content_hash(posting), fingerprint=fingerprint(posting))
        )
    return made


def as_version_0_1(path: Path, new: Path, patch: pytest.MonkeyPatch) -> None:
    """What the database at *new* holds, in the first schema."""
    with patch.context() as of_old:
        of_old.setattr(opening, "SCHEMA", {STEPS[0]: SCHEMA[STEPS[0]]})
        open_store(path, create=True).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("ATTACH ? AS new", (str(new),))
        for table in ("companies", "company_sources", "offers", "offer_payloads", "matches", "company_metrics"):
            columns = ", ".join(row[1] for row in old.execute(f"PRAGMA main.table_info({table})"))
            old.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
        old.execute("UPDATE main.offers SET repost_of = NULL, repost_count = 0")
        (count,) = old.execute("SELECT count(*) FROM main.offers").fetchone()
        assert count == len(offers())


def what_is_told(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            query: connection.execute(query).fetchall()
            for query in (
                "SELECT * FROM offer_sketches ORDER BY offer_id",
                "SELECT offer_id, catalog_version, score, hits, boilerplate FROM matches ORDER BY offer_id",
                "SELECT id, repost_of, repost_count FROM offers ORDER BY id",
                "SELECT * FROM company_metrics ORDER BY company_id",
                "SELECT * FROM company_signals ORDER BY company_id, category",
            )
        }


def rescore(store: Store) -> Tally:
    tally = Tally(RunnerName.INGESTION)

    async def run() -> None:
        clock = FakeClock(at(2))
        await rescore_outdated(store, SCORER, clock, RecordingLog(), tally)
        await refresh_stale_metrics(store, SCORER, clock, tally)

    anyio.run(run)
    return tally


def test_a_database_without_sketches_gets_them_and_all_that_follows_without_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    with open_store(new, create=True) as store, store.write() as work:
        work.companies.save([ACME])
        work.sources.save(BOARD)
        work.offers.save(offers())
        refresh_company(work, ACME.id, scorer=SCORER, now=at(2))
        scored = [offer.scored for offer in work.offers.of_company(ACME.id)]
        assert {hit.field for one in scored if one for hit in one.hits} == {Field.DESCRIPTION, Field.BOILERPLATE}
    as_version_0_1(old, new, monkeypatch)

    with open_store(old, create=False) as store:
        tally = rescore(store)

    assert tally.counters["rescored"] == len(offers())
    assert what_is_told(old) == what_is_told(new)
    with open_store(old, create=False) as store:
        assert rescore(store).counters["rescored"] == 0
