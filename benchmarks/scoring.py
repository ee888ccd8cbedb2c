"""How many offers a second one core folds, searches and scores, and what a larger catalog costs.

Texts are invented postings of a given size, half Spanish, half English, put together from sentences of the trade and
of boilerplate, laid out as `ats_core.provider.markup.plain_text` leaves them; they show more than twice as much of the
catalog as real postings do. Time is the CPU time of the process. Each figure is the best of several rounds; the worst
tells how much the machine was disturbed. A loop of plain Python is timed between the rounds: how many offers are scored
in its time can be compared between machines, and between hours on one that others use.

    python benchmarks/scoring.py --offers 1000 --size 5000 --rounds 5
"""

from __future__ import annotations

import argparse
import platform
import random
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from attrs import evolve

from ats_adapters.catalogs import builtin_catalog
from ats_core.domain.catalog import Catalog, Category, Keyword
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.text import fold

ENGLISH = """
We are a fast-growing company with more than 300 colleagues in 12 offices – and we’re just getting started.|
You will own the month-end close, prepare reports for the leadership team and improve our internal controls.|
Reporting to the CFO, you will manage FX hedging, bank relationships and cross-border payments in 15 currencies.|
Our platform runs on AWS with Kubernetes, and we ship to production several times a day.|
You have at least four years of experience in a similar role and you enjoy solving hard problems with others.|
No experience with Azure is required, but you are curious about how our systems fit together.|
You will work closely with product, sales and operations to launch new markets in Europe and LATAM.|
We use Salesforce, HubSpot and a bit of everything else; what matters to us is that customers are happy.|
Fluent English is a must; Spanish or French is a plus.|
We offer a competitive salary, private health insurance, 25 days of holiday and a budget for learning.|
All qualified applicants will receive consideration for employment without regard to race, religion or age.|
Apply at https://careers.acme.example/jobs/1234 or write to talent@acme.example with your CV.|
You will build dashboards, clean data, and export reports to CSV for our partners every single week.|
The ideal candidate is organised, friendly, and able to explain complex ideas in simple words to anyone.
"""
SPANISH = """
Somos una compañía en pleno crecimiento, con más de 300 personas en 12 oficinas – y esto no ha hecho más que empezar.|
Te encargarás del cierre mensual, de la elaboración de informes para dirección y de la mejora del control interno.|
En dependencia de la dirección financiera, llevarás la cobertura de divisas y los pagos internacionales del grupo.|
Nuestra plataforma funciona sobre AWS y desplegamos en producción varias veces al día.|
Buscamos a alguien con al menos cuatro años de experiencia en un puesto similar y ganas de aprender en equipo.|
No es necesaria experiencia en Azure, pero sí curiosidad por entender cómo encajan nuestros sistemas.|
Trabajarás codo con codo con producto, ventas y operaciones para abrir nuevos mercados en Europa y Latinoamérica.|
Gestionarás la relación con clientes y proveedores, así como la documentación de aduanas y los incoterms.|
Imprescindible nivel alto de inglés; se valorará francés o alemán.|
Ofrecemos un salario competitivo, seguro médico, 25 días de vacaciones y un presupuesto para formación.|
La compañía garantiza la igualdad de oportunidades, sin distinción de sexo, edad, religión u origen.|
Inscríbete en https://empleo.acme.example/ofertas/1234 o escribe a talento@acme.example adjuntando tu currículum.|
Elaborarás cuadros de mando, depurarás datos y podrás exportar informes a Excel para nuestros socios.|
La persona ideal es organizada, cercana y capaz de explicar ideas complejas con palabras sencillas.
"""
TITLES = (
    "Treasury Analyst",
    "Técnico/a de Comercio Exterior",
    "Backend Engineer",
    "Responsable de tienda",
    "Data Analyst",
)


def postings(count: int, size: int, seed: int) -> list[tuple[str, str, str]]:
    """Title, department and description of *count* postings of about *size* characters."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        pool = [line.strip() for line in (SPANISH if number % 2 else ENGLISH).replace("\n", "").split("|")]
        text, length = [], 0
        while length < size:
            sentence = chance.choice(pool)
            text.append(sentence + chance.choice((" ", " ", " ", "\n", "\n- ")))
            length += len(text[-1])
        made.append((chance.choice(TITLES), "Finance & Operations", "".join(text)[:size]))
    return made


def cut(catalog: Catalog, terms: int) -> Catalog:
    """The catalog with only the first spellings of each category, *terms* in all."""
    each = terms // len(catalog.categories)
    kept: list[Category] = []
    for category in catalog.categories:
        keywords: list[Keyword] = []
        for keyword in category.keywords:
            room = each - sum(len(k.spellings) for k in keywords)
            if room > 0:
                keywords.append(evolve(keyword, aliases=keyword.aliases[: room - 1]))
        kept.append(evolve(category, keywords=tuple(keywords)))
    return evolve(catalog, categories=tuple(kept))


def filled(catalog: Catalog, terms: int, seed: int) -> Catalog:
    """The catalog with invented phrases added, up to *terms* in all.

    They are three words of the texts in any order, or a word with another ending: they share beginnings with what is
    searched, and hardly one is found, so that what is measured is the size of the catalog and not the number of hits.
    """
    chance = random.Random(seed)
    words = sorted({w for w in fold(ENGLISH + SPANISH).hay.decode().split() if len(w) > 3})
    each = terms // len(catalog.categories)
    used: set[str] = set()
    kept: list[Category] = []
    for category in catalog.categories:
        keywords = list(category.keywords)
        missing = each - sum(len(k.spellings) for k in keywords)
        while missing > 0:
            if chance.random() < 0.5:
                phrase = " ".join(chance.sample(words, 3))
            else:
                phrase = chance.choice(words)[:-1] + chance.choice("bcdfgkmpz") + chance.choice("aeiou")
            if phrase not in used:
                used.add(phrase)
                keywords.append(Keyword(term=phrase))
                missing -= 1
        kept.append(evolve(category, keywords=tuple(keywords)))
    return evolve(catalog, categories=tuple(kept))


class Rate(NamedTuple):
    """Best and worst offers a second, and offers in the time of the calibration, both at their best."""

    best: float
    worst: float
    calibrated: float


def calibration() -> None:
    """A loop whose time tells how fast this machine runs Python just now."""
    seen: dict[int, tuple[int, int]] = {}
    total = 0
    for number in range(100_000):
        seen[number & 255] = (number, total)
        total += len(seen)


def spent(work: Callable[[], object]) -> float:
    """The CPU time that it takes, in seconds."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def rate(work: Callable[[], object], count: int, rounds: int) -> Rate:
    """How fast *work* does *count* offers."""
    pairs = [(spent(work), spent(calibration)) for _ in range(rounds)]
    times, loops = zip(*pairs, strict=True)
    return Rate(count / min(times), count / max(times), count / min(times) * min(loops))


def shown(found: Rate) -> str:
    """A rate for people."""
    return f"{found.best:8,.0f} offers/s (worst round {found.worst:,.0f}), {found.calibrated:.0f} a calibration"


def scored(scorer: Scorer, offers: Sequence[tuple[str, str, str]]) -> None:
    for title, department, description in offers:
        scorer.score(title=title, department=department, description=description)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offers", type=int, default=1000, help="how many postings (default 1000)")
    parser.add_argument("--size", type=int, default=5000, help="characters in a description (default 5000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement (default 5)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    offers = postings(arguments.offers, arguments.size, arguments.seed)
    builtin = builtin_catalog()
    print(f"Python {platform.python_version()}, {arguments.offers} offers of {arguments.size} characters, one core")
    folding = rate(lambda: [fold(d) for _, _, d in offers], arguments.offers, arguments.rounds)
    print(f"{'fold only':40s} {shown(folding)}")
    rates = {}
    small = cut(builtin, 150)
    for catalog in (builtin, small, filled(small, 5000, arguments.seed)):
        begun = time.process_time()
        scorer = Scorer(catalog)
        built = time.process_time() - begun
        hits = sum(
            len(scorer.score(title=t, department=d, description=x).hits) for t, d, x in offers[: min(200, len(offers))]
        ) / min(200, len(offers))
        scoring = rate(lambda s=scorer: scored(s, offers), arguments.offers, arguments.rounds)  # type: ignore[misc]
        rates[catalog.keyword_count] = scoring.best
        name = f"fold, match, score; {catalog.keyword_count} terms"
        print(f"{name:40s} {shown(scoring)}; {hits:.1f} hits an offer; built in {built * 1000:.0f} ms")
    least, most = min(rates), max(rates)
    print(f"{most} terms cost {rates[least] / rates[most]:.2f} times as much as {least}")


if __name__ == "__main__":
    main()
