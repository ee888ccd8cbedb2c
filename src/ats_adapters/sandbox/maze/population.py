"""Who there is in the maze: companies on the list and outside of it, their boards, and what is true of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import cycle, islice

from attrs import evolve, field, frozen
from attrs.validators import ge, le

from ats_adapters.sandbox.chance import Dice
from ats_adapters.sandbox.crowd import Vendor, invented_word
from ats_adapters.sandbox.maze.hosts import MazeWebsites
from ats_adapters.sandbox.maze.site import MazeSite
from ats_adapters.sandbox.maze.styles import STYLES, Style
from ats_adapters.sandbox.maze.truth import CompanyTruth, Kind
from ats_adapters.sandbox.maze.words import LANGUAGES
from ats_adapters.sandbox.postings import BoardToday
from ats_adapters.sandbox.records import BoardRecord, CompanyRecord, Language, crowd_data, places

__all__ = ["SHARES", "Maze"]

#: How the list is made up; within a kind the styles come in turn.
SHARES: Mapping[Kind, float] = {
    Kind.BOARD: 0.60,
    Kind.DECOY: 0.19,
    Kind.PLAIN: 0.19,
    Kind.CLOSED: 0.01,
    Kind.UNLINKED: 0.01,
}
# Companies with a board that are on no list, for each of twenty that are: others' clients, holdings, sisters.
_OUTSIDERS = 20
# What a namesake's board is called by its vendor.
_OTHER_TRADES = ("Therapeutics", "Energy Partners", "Robotics", "Insurance Brokers", "Foods", "Maritime")


@frozen(kw_only=True, slots=False)
class Maze:
    """A list of so many *companies*. Two mazes of one seed are alike to the byte."""

    companies: int = field(default=1000, validator=[ge(1), le(100_000)])
    seed: int = 1

    @property
    def dice(self) -> Dice:
        """The draws of this maze."""
        return Dice(f"maze {self.seed}")

    def members(self) -> tuple[CompanyRecord, ...]:
        """The lines of the list, in order."""
        return self._members

    def boards(self, members: Iterable[CompanyRecord], day: int) -> list[BoardToday]:
        """The boards of the members and of the companies outside of the list. They are alike on all days."""
        everybody = (*members, *self.outsiders, *self._namesakes)
        return [BoardToday(record=b, company=c, day=1) for c in everybody for b in c.boards]

    def websites(self, members: Sequence[CompanyRecord], boards: Mapping[str, BoardToday]) -> MazeWebsites:
        """The websites of all of them."""
        everybody = (*members, *self.outsiders, *self._namesakes)
        return MazeWebsites(everybody, boards, f"{self.dice.subject}")

    def truths(self) -> tuple[CompanyTruth, ...]:
        """What is true of each line of the list, in order."""
        known = {record.slug: record for c in self.members() for record in c.boards}
        return tuple(self._truth(company, known) for company in self.members())

    def _truth(self, company: CompanyRecord, known: Mapping[str, BoardRecord]) -> CompanyTruth:
        records = company.boards or ((known[company.shares],) if company.shares else ())
        return CompanyTruth(
            name=company.name,
            host=company.host,
            style=company.style,
            kind=STYLES[company.style].kind,
            language=company.language,
            boards=tuple((r.provider, r.region if r.provider == "lever" else "", r.slug) for r in records),
            shared=bool(company.shares),
        )

    # Who there is

    @cached_property
    def _members(self) -> tuple[CompanyRecord, ...]:
        names = self._styles()
        made = [self._member(number, name) for number, name in enumerate(names)]
        owned = [c.boards[0].slug for c in made if len(c.boards) == 1 and STYLES[c.style].kind is Kind.BOARD]
        foreign = owned + [c.boards[0].slug for c in self.outsiders]
        return tuple(self._connected(company, owned, foreign) for company in made)

    def _styles(self) -> list[str]:
        """A style for each line: kinds by their shares, styles in turn, in no order."""
        counts = {kind: int(self.companies * share) for kind, share in SHARES.items()}
        counts[Kind.BOARD] += self.companies - sum(counts.values())
        chosen = [
            name
            for kind, count in counts.items()
            for name in islice(cycle(n for n, style in STYLES.items() if style.kind is kind), count)
        ]
        order = sorted(range(len(chosen)), key=lambda place: self.dice.number("order", place))
        return [chosen[place] for place in order]

    @cached_property
    def outsiders(self) -> tuple[CompanyRecord, ...]:
        """Companies that are on no list, each with a board."""
        count = max(8, self.companies // _OUTSIDERS)
        return tuple(self._member(self.companies + number, "careers-link") for number in range(count))

    @cached_property
    def _namesakes(self) -> tuple[CompanyRecord, ...]:
        """Companies outside of the list that have the board which bears the name of one on it."""
        return tuple(self._namesake(c) for c in self.members() if c.style == "namesake")

    def _namesake(self, company: CompanyRecord) -> CompanyRecord:
        dice = Dice(f"{self.dice.subject} namesake of {company.domain}")
        word = company.domain.split(".")[0]
        trade = dice.pick(_OTHER_TRADES, "trade")
        name = f"{word.capitalize()} {trade}"
        vendor: Vendor = dice.pick(("greenhouse", "lever"), "vendor")
        return CompanyRecord(
            name=name,
            domain=f"{word}{trade.split()[0].lower()}.example",
            style="careers-link",
            language="en",
            about=_about(dice, name),
            boards=(_board(dice, word, vendor),),
        )

    def _member(self, number: int, style_name: str) -> CompanyRecord:
        style, dice = STYLES[style_name], Dice(f"{self.dice.subject} member {number}")
        word = invented_word(self.seed + 40, number)
        name = f"{word.capitalize()} {dice.pick(crowd_data().forms, 'form')}".strip()
        language = _weighted(dice)
        at = style.vendors[dice.below(len(style.vendors), "vendor")]
        vendors = (at, *(v for v in style.vendors if v != at)) if style.boards > 1 else (at,)
        # A company that has changed its name has its board under the new one.
        spelt = word[::-1] if style_name == "moved-domain" else _slug(dice, word, self.seed, number)
        boards = tuple(
            _board(dice, spelt if n == 0 else f"{word}-tech", vendors[n % len(vendors)]) for n in range(style.boards)
        )
        company = CompanyRecord(
            name=name,
            domain=f"{word}.example",
            bare=dice.below(4, "bare") == 0,
            style=style_name,
            language=language,
            about=_about(dice, name),
            boards=boards,
        )
        listed, careers = _listed(company, style, dice, self.dice.subject)
        return evolve(company, listed=listed, listed_careers=careers)

    def _connected(self, company: CompanyRecord, owned: Sequence[str], foreign: Sequence[str]) -> CompanyRecord:
        """The company with those whose boards it shares or mentions; some that have a board mention others', too."""
        style, dice = STYLES[company.style], Dice(f"{self.dice.subject} connections of {company.domain}")
        if style.shares:
            return evolve(company, shares=dice.pick(owned, "group"))
        own = {board.slug for board in company.boards}
        wanted = style.others or (1 if style.kind is Kind.BOARD and dice.below(7, "mentions") == 0 else 0)
        others = dict.fromkeys(dice.pick(foreign, "other", n) for n in range(3 * wanted))
        return evolve(company, links_to=tuple(slug for slug in others if slug not in own)[:wanted])


def _weighted(dice: Dice) -> str:
    drawn = dice.below(sum(LANGUAGES.values()), "language")
    for language, weight in LANGUAGES.items():
        if drawn < weight:
            return language
        drawn -= weight
    raise AssertionError("the weights were summed")


def _slug(dice: Dice, word: str, seed: int, number: int) -> str:
    """Mostly the name, often with something added; of one in twelve a name that the company had before."""
    match dice.below(12, "slug"):
        case 0:
            return invented_word(seed + 40, 500_000 + number)
        case 1:
            return f"{word}hq"
        case 2:
            return f"{word}-careers"
        case 3:
            return f"{word}group"
        case _:
            return word


def _board(dice: Dice, slug: str, vendor: Vendor) -> BoardRecord:
    eu = dice.below(4, "region") == 0
    return BoardRecord(
        provider=vendor,
        slug=slug,
        region="eu" if vendor == "lever" and eu else "",
        hosted="eu" if vendor == "greenhouse" and eu else "",
        size=2 + dice.below(5, "size", slug),
        languages=dice.pick(("en", "es", "mixed"), "languages"),
        cities=dice.some(tuple(places()), 2, "cities"),
        roles=dice.some((*crowd_data().signals, *crowd_data().others), 4, "roles"),
    )


def _about(dice: Dice, name: str) -> dict[str, str]:
    said = crowd_data().about
    languages: tuple[Language, ...] = ("en", "es")
    return {language: dice.pick(said[language], "about").replace("$company", name) for language in languages}


def _listed(company: CompanyRecord, style: Style, dice: Dice, seed: str) -> tuple[str, str]:
    """How the list spells the website, and the careers page that it gives besides, if any."""
    site = MazeSite(company=company, host=company.host, boards=(), others=(), seed=seed)
    careers = f"https://{company.host}{site.words.odd_path}"
    if style.listed == "careers":
        return careers, ""
    if style.listed == "board":
        record = company.boards[0]
        host = "boards.greenhouse.io" if record.provider == "greenhouse" else "jobs.lever.co"
        host = host.replace(".", ".eu.", 1) if "eu" in (record.region, record.hosted) else host
        return f"https://{host}/{record.slug}", ""
    spellings = (
        f"https://{company.host}",
        f"https://{company.host}/",
        f"http://{company.host}",
        f"https://{company.domain}",
        company.domain,
        f"www.{company.domain}",
        f"HTTP://WWW.{company.domain.upper()}/",
        f"https://{company.host}/?utm_source=directory",
    )
    return dice.pick(spellings, "listed"), careers if style.listed == "column" else ""
