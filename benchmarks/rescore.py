"""How fast stored offers are scored again, beside the rate at which the same texts are scored in memory.

A database is filled with invented postings (from those of `benchmarks/scoring.py`; of each, a share is what all of
its company's say), scored under another version of the catalog. Then the runner behind `atsp rescore` brings all of
them up to date: it reads the texts, tells what is boilerplate, scores, writes the matches, and refreshes every company.
In memory, texts are scored whole, and once more with their boilerplate apart, as the runner scores them. All of it is
one process, one core, one run. Memory has its turns before and after the database, for about as long, and each rate is
the mean of its turns, because a machine that others use too is faster for a moment than it is for a minute. CPU time is
the process's; the wall's stands beside it.

    python -m benchmarks.rescore --offers 10000 --size 5000
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import anyio
from attrs import evolve, frozen
from benchmarks.scoring import postings

from ats_adapters.catalogs import builtin_catalog
from ats_adapters.sqlite import SqliteStore, open_store
from ats_adapters.system.clock import SystemClock
from ats_core.domain.board import Board, ProviderName, Source, SourceStatus
from ats_core.domain.company import Company
from ats_core.domain.identity import company_id, offer_id
from ats_core.domain.offer import Offer, Posting, content_hash
from ats_core.runners.company_totals import refresh_company
from ats_core.runners.rescoring_run import RescoringRunner
from ats_core.scoring.boilerplate import boilerplate_of
from ats_core.scoring.reposts import fingerprint
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.sketch import sketch_of
from ats_core.testing.event_log import RecordingLog

#: From how many texts the postings are made at the most, and of how many the rate in memory is measured.
TEXTS = 5000
SAMPLE = 2000
#: Title, department, description, boilerplate.
Scored = tuple[str, str, str, str]


@frozen
class Spent:
    """What a piece of work took, in seconds."""

    cpu: float
    wall: float


def measured(work: Callable[[], object]) -> Spent:
    """Do it once."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Spent(time.process_time() - cpu, time.perf_counter() - wall)


@frozen
class World:
    """Postings of companies: sentences that no other has, and in the last part what all of its company's say."""

    pool: list[tuple[str, str, str]]
    offers: int
    each: int
    common: float

    def posting(self, number: int) -> Posting:
        title, department, text = self.pool[number % len(self.pool)]
        common = self.pool[number // self.each % len(self.pool)][2]
        own = text[: round(len(text) * (1 - self.common))].replace(". ", f" {number}. ")
        description = (own + "\n" + common)[: len(text)]
        return Posting(
            provider_offer_id=str(number),
            title=title,
            department=department,
            description_text=description,
            raw=description.encode(),
        )

    def companies(self) -> Iterator[list[Posting]]:
        """The postings of one company after another."""
        for first in range(0, self.offers, self.each):
            yield [self.posting(number) for number in range(first, min(first + self.each, self.offers))]


def fill(store: SqliteStore, scorer: Scorer, world: World) -> None:
    """Store the world, scored under a version that is no longer the catalog's."""
    now = SystemClock().now()
    stale = Scorer(evolve(scorer.catalog, version=scorer.catalog.version + "-before"))
    for number, postings_ in enumerate(world.companies()):
        domain = f"company-{number}.example"
        company = Company(
            id=company_id(domain=domain, name=""),
            name=f"Company {number}",
            website=f"https://{domain}/",
            domain=domain,
            normalized_name=f"company {number}",
            created_at=now,
            updated_at=now,
        )
        source = Source(
            company_id=company.id,
            board=Board(ProviderName("lever"), "", f"company-{number}"),
            evidence_url="",
            evidence_kind="board",
            confidence=1.0,
            status=SourceStatus.ACTIVE,
            discovered_at=now,
        )
        offers = [
            Offer(
                id=offer_id(source.id, posting.provider_offer_id),
                source_id=source.id,
                company_id=company.id,
                posting=posting,
                content_hash=content_hash(posting),
                fingerprint=fingerprint(posting),
                first_seen_at=now,
                last_seen_at=now,
            )
            for posting in postings_
        ]
        with store.write() as uow:
            uow.companies.save([company])
            uow.sources.save(source)
            uow.offers.save(offers)
            refresh_company(uow, company.id, scorer=stale, now=now, at_hand=offers)


def samples(world: World) -> tuple[list[Scored], list[Scored]]:
    """The texts of the first companies whole, and with their boilerplate apart."""
    whole: list[Scored] = []
    apart: list[Scored] = []
    for company in world.companies():
        sketches = [sketch_of(posting) for posting in company]
        boilerplate = boilerplate_of([[sketch] for sketch in sketches])
        for posting, sketch in zip(company, sketches, strict=True):
            head = (posting.title, posting.department or "")
            whole.append((*head, posting.description_text, ""))
            apart.append((*head, *boilerplate.split(posting.description_text, sketch)))
        if len(whole) >= SAMPLE:
            break
    return whole[:SAMPLE], apart[:SAMPLE]


def in_memory(scorer: Scorer, texts: list[Scored]) -> None:
    for title, department, description, boilerplate in texts:
        scorer.score(title=title, department=department, description=description, boilerplate=boilerplate)


def rescored(store: SqliteStore, scorer: Scorer) -> Spent:
    """Rescore the database, all of which is taken for outdated."""
    with store.write() as uow:
        uow.offers.outdate(list(uow.offers.outdated("")))
    runner = RescoringRunner(store, scorer, SystemClock(), RecordingLog())
    spent = measured(lambda: anyio.run(runner.run_once))
    with store.read() as uow:
        assert not uow.offers.outdated(scorer.catalog.version)
    return spent


def told(name: str, offers: int, rounds: list[Spent]) -> float:
    """Print the rate over all rounds, each of so many offers; returns offers a second of CPU time."""
    offers *= len(rounds)
    cpu, wall = offers / sum(one.cpu for one in rounds), offers / sum(one.wall for one in rounds)
    print(f"{name:28s} {cpu:9,.0f} offers/s of CPU, {wall:9,.0f} of the wall")
    return cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offers", type=int, default=10_000, help="how many stored offers (default 10000)")
    parser.add_argument("--size", type=int, default=5000, help="characters in a description (default 5000)")
    parser.add_argument("--company", type=int, default=25, help="offers of one company (default 25)")
    parser.add_argument("--common", type=float, default=0.3, help="share that a company's have in common (default 0.3)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of all measurements (default 3)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    pool = postings(min(arguments.offers, TEXTS), arguments.size, arguments.seed)
    world = World(pool, arguments.offers, arguments.company, arguments.common)
    scorer = Scorer(builtin_catalog())
    print(
        f"Python {platform.python_version()}, {arguments.offers} offers of {arguments.size} characters, "
        f"{arguments.company} a company, one core"
    )
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "atsp.db", create=True) as store:
        fill(store, scorer, world)
        kinds = dict(zip(("in memory, whole", "in memory, boilerplate apart"), samples(world), strict=True))
        passes = max(1, round(arguments.offers / 2 / SAMPLE))
        spent: dict[str, list[Spent]] = {name: [] for name in (*kinds, "rescore")}
        for _ in range(arguments.rounds):
            for turn in ("before", "after"):
                for name, texts in kinds.items():
                    spent[name] += [measured(partial(in_memory, scorer, texts)) for _ in range(passes)]
                if turn == "before":
                    spent["rescore"].append(rescored(store, scorer))
        size = (Path(folder) / "atsp.db").stat().st_size
    rates = {name: told(name, len(texts), spent[name]) for name, texts in kinds.items()}
    rate = told("rescore", arguments.offers, spent["rescore"])
    shown = ", ".join(f"{fast / rate:.2f} ({name})" for name, fast in rates.items())
    print(f"in memory is so many times as fast: {shown}; the database has {size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
