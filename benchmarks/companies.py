"""What it costs to find what a company's offers have in common, and what refreshing a company costs.

Postings are invented: a part that is the company's (of its two languages one), a part that is the role's, of words
drawn by chance; every tenth repeats an earlier one in another city. Time is the CPU time of the process, the best of
several rounds.

    python benchmarks/companies.py --size 5000 --offers 500 5000
"""

from __future__ import annotations

import argparse
import platform
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ats_adapters.catalogs import builtin_catalog
from ats_adapters.sqlite import open_store
from ats_core.domain.board import Board, ProviderName, Source, SourceStatus
from ats_core.domain.company import Company, ListedCompany
from ats_core.domain.identity import offer_id
from ats_core.domain.offer import Offer, Posting, content_hash
from ats_core.ports import Store
from ats_core.runners.company_totals import refresh_company
from ats_core.scoring.boilerplate import boilerplate_of
from ats_core.scoring.reposts import fingerprint, same_texts
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.sketch import sketch_of

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
#: As many offers as one page of a board that pages has.
PAGE = 100
WORDS = """
you will with our team and the for customers process build lead improve month data clients report plan review quality
product market design support growth manage partner deliver tools risk daily budget office supply sales service remote
pagos divisas equipo mejora clientes exportación tesorería informe calidad FX hedging SEPA treasury AWS payments invoice
""".split()
CITIES = ("Madrid", "Bilbao", "Porto", "Lyon", "Graz", "Turin")


def sentences(chance: random.Random, length: int) -> str:
    """So many characters of sentences, most lines with two."""
    lines, made = [], 0
    while made < length:
        line = " ".join(
            " ".join(chance.choices(WORDS, k=chance.randint(8, 16))).capitalize() + "."
            for _ in range(chance.randint(1, 3))
        )
        lines.append(line)
        made += len(line)
    return "\n".join(lines)[:length]


def postings(count: int, size: int, seed: int) -> list[Posting]:
    """Postings of one company, each of about *size* characters, two fifths of which are the company's."""
    chance = random.Random(seed)
    about = [sentences(chance, size * 2 // 5) for _ in range(2)]
    made: list[Posting] = []
    for number in range(count):
        city = chance.choice(CITIES)
        if number % 10 == 9:
            before = chance.choice(made)
            title, text = before.title, before.description_text.replace(f"in {before.locations[0]}.", f"in {city}.")
        else:
            title = " ".join(chance.choices(WORDS, k=3)).title()
            text = f"You work in {city}.\n{sentences(chance, size * 3 // 5)}\n{about[number % 4 == 0]}"
        made.append(
            Posting(
                provider_offer_id=str(number), title=title, description_text=text, locations=(city,), raw=b"{}",
                language="es" if about[1] in text else "en",
            )
        )  # fmt: skip
    return made


def cpu(step: Callable[[], object], rounds: int) -> float:
    """The CPU seconds of one step, the best of several."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        step()
        best = min(best, time.process_time() - begun)
    return best


def per_offer(made: list[Posting], scorer: Scorer, rounds: int) -> None:
    """What each step costs an offer."""
    sketches = [sketch_of(posting) for posting in made]
    boilerplate = boilerplate_of([[sketch] for sketch in sketches])

    def score(*, split: bool) -> None:
        for posting, sketch in zip(made, sketches, strict=True):
            text = posting.description_text
            own, common = boilerplate.split(text, sketch) if split else (text, "")
            scorer.score(title=posting.title, department="", description=own, boilerplate=common)

    steps: dict[str, Callable[[], object]] = {
        "fingerprint": lambda: [fingerprint(posting) for posting in made],
        "sketch": lambda: [sketch_of(posting) for posting in made],
        "tell which passages are boilerplate": lambda: [boilerplate.within(sketch) for sketch in sketches],
        "score, without a look at boilerplate": lambda: score(split=False),
        "split and score": lambda: score(split=True),
    }
    for name, step in steps.items():
        print(f"  {name:40} {cpu(step, rounds) / len(made) * 1e6:8.1f} µs an offer")


def refreshes(made: list[Posting], scorer: Scorer, rounds: int, folder: Path) -> None:
    """What a company with these offers costs, in an SQLite file."""
    company = Company.first_met(ListedCompany.of("Acme", "acme.example"), NOW)
    source = Source(
        company_id=company.id, board=Board(ProviderName("lever"), "", f"acme{len(made)}"), evidence_url="",
        evidence_kind="link", confidence=1.0, status=SourceStatus.ACTIVE, discovered_at=NOW,
    )  # fmt: skip
    offers = [
        Offer(
            id=offer_id(source.id, posting.provider_offer_id), source_id=source.id, company_id=company.id,
            posting=posting, content_hash=content_hash(posting), fingerprint=fingerprint(posting),
            first_seen_at=NOW + timedelta(minutes=number // PAGE), last_seen_at=NOW,
        )
        for number, posting in enumerate(made)
    ]  # fmt: skip
    with open_store(folder / f"{len(made)}.db", create=True) as store:
        with store.write() as uow:
            uow.companies.save([company])
            uow.sources.save(source)
        scored = [0]
        sweep = cpu(lambda: scored.append(_sweep(store, offers, company, scorer)), 1)

        def again() -> None:
            with store.write() as uow:
                refresh_company(uow, company.id, scorer=scorer, now=NOW)

        refresh = cpu(again, rounds)
        with store.read() as uow:
            stored, sketches = uow.offers.of_company(company.id), uow.offers.sketches(company.id)
        distinct = same_texts(stored, sketches)
        boilerplate = boilerplate_of([[sketches[offer.id] for offer in same] for same in distinct])
        link = cpu(lambda: same_texts(stored, sketches), rounds)
        print(
            f"  {len(made)} offers, {len(distinct)} distinct texts, {len(boilerplate.passages)} passages of boilerplate"
        )
        print(
            f"    stored and scored page by page of {PAGE}: {sweep:.2f} s, {sum(scored) / len(made):.2f} times scored"
        )
        print(f"    refreshed: {refresh:.3f} s, of which finding what repeats what: {link:.3f} s")


def _sweep(store: Store, offers: list[Offer], company: Company, scorer: Scorer) -> int:
    scored = 0
    for start in range(0, len(offers), PAGE):
        page = offers[start : start + PAGE]
        with store.write() as uow:
            uow.offers.save(page)
            scored += refresh_company(uow, company.id, scorer=scorer, now=NOW, at_hand=page).scored
    return scored


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offers", type=int, nargs="+", default=[500, 5000], help="offers of a company (500 5000)")
    parser.add_argument("--size", type=int, default=5000, help="characters of a posting (default 5000)")
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement, the best counts (default 3)")
    arguments = parser.parse_args()
    scorer = Scorer(builtin_catalog())
    print(f"Python {platform.python_version()}, {platform.machine()}; postings of {arguments.size} characters")
    per_offer(postings(300, arguments.size, seed=1), scorer, arguments.rounds)
    with tempfile.TemporaryDirectory() as folder:
        for count in arguments.offers:
            refreshes(postings(count, arguments.size, seed=2), scorer, arguments.rounds, Path(folder))


if __name__ == "__main__":
    main()
