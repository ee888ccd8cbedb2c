"""Which column or field of a list is which: found by its name in English, Spanish or Catalan, or configured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ats_adapters.directories.entries import Entry, company_or_reason
from ats_adapters.directories.links import Link
from ats_adapters.directories.words import key_of, words_of
from ats_core.domain.identity import website_url

__all__ = ["NAME_COLUMNS", "ROLES", "WEBSITE_COLUMNS", "ColumnNames", "Columns"]

# Each in order of preference: where a table has several of them, the first counts. Those that may mean something else
# beside a plainer one ("cliente" a yes or no, "account" a number, "pagina" a page, "enlace" any link) come last.
NAME_COLUMNS = words_of(
    """
    company name, company, empresa, nombre de la empresa, nombre empresa, nom de l empresa, nom empresa,
    razon social, rao social, denominacion social, denominacio social, nombre comercial, nom comercial,
    organization, organisation, organization name, organisation name,
    organizacion, organitzacio, business name, startup, startup name,
    nombre startup, compania, companyia, sociedad, societat, employer, account name, name, nombre, nom, cliente,
    account,     project, proyecto, projecte, title, titulo, titol
    """
)
WEBSITE_COLUMNS = words_of(
    """
    website, company website, website url, company url, web, pagina web, sitio web, lloc web, site, sitio, lloc,
    homepage, home page, homepage url, web site, webpage, web page, web empresa, web de l empresa, pagina corporativa,
    website address, url, url web, domain, company domain, dominio, domini, dominio web, domain name, pagina, enlace,
    enllac
    """
)
_CAREERS_COLUMNS = words_of(
    """
    careers url, careers page, careers link, careers website, careers, career page, career url, jobs url, jobs page,
    jobs link, job board, job board url, board url, ats url, hiring page, jobs, url empleo, pagina de empleo,
    portal de empleo, enlace empleo, ofertas de empleo, trabaja con nosotros, empleo, url feina, pagina de feina,
    ofertes de feina, borsa de treball, treballa amb nosaltres, feina
    """
)
_LISTING_COLUMNS = words_of("listing url, profile, profile url, ficha, url ficha, fitxa, url fitxa, perfil, listing")

#: What a column can be configured to be.
ROLES = ("name", "website", "careers", "listing")


@frozen(kw_only=True)
class ColumnNames:
    """What a list's columns may be called, in comparable form, most preferred first; *configured*: by a person."""

    name: tuple[str, ...] = NAME_COLUMNS
    website: tuple[str, ...] = WEBSITE_COLUMNS
    careers: tuple[str, ...] = _CAREERS_COLUMNS
    listing: tuple[str, ...] = _LISTING_COLUMNS
    configured: Mapping[str, tuple[str, ...]] = field(factory=dict)

    @classmethod
    def with_configured(cls, configured: Mapping[str, Sequence[str]]) -> ColumnNames:
        """The usual names, replaced for each role (of `ROLES`) that is configured: its columns, as they are called."""
        keys = {role: tuple(key_of(column) for column in columns) for role, columns in configured.items()}
        return cls(**keys, configured={role: tuple(columns) for role, columns in configured.items()})

    def missing(self, header: Sequence[str]) -> str:
        """The configured columns of a role of which *header* has none, for messages; empty where all are there."""
        there = {key_of(cell) for cell in header}
        for columns in self.configured.values():
            if not any(key_of(column) in there for column in columns):
                return " or ".join(repr(column) for column in columns)
        return ""


_USUAL = ColumnNames()


@frozen
class Columns:
    """Where name, websites, careers links and the listing's URL stand in a row; *count* is how many columns there are.

    Of several columns that may hold the same the first that is filled counts.
    """

    name: int | None
    websites: tuple[int, ...]
    careers: tuple[int, ...]
    listing: int | None
    count: int
    header: tuple[str, ...]

    @classmethod
    def of(cls, header: Sequence[str], names: ColumnNames = _USUAL) -> Columns:
        """The columns that a header names. Neither a name nor a website may be among them: see `known`."""
        keys = tuple(key_of(cell) for cell in header)

        def places(wanted: tuple[str, ...]) -> tuple[int, ...]:
            return tuple(keys.index(name) for name in wanted if name in keys)

        return cls(
            name=next(iter(places(names.name)), None),
            websites=places(names.website),
            careers=places(names.careers),
            listing=next(iter(places(names.listing)), None),
            count=len(keys),
            header=keys,
        )

    @property
    def known(self) -> int:
        """How many of the columns are of use; a table without any names no companies."""
        return (self.name is not None) + len(self.websites) + len(self.careers) + (self.listing is not None)

    @property
    def is_usable(self) -> bool:
        """Whether there is a name or a website."""
        return self.name is not None or bool(self.websites)

    def entry(
        self, row: Sequence[str], *, where: str, position: int, own_domain: str | None = None, name: str = ""
    ) -> Entry:
        """The company of a row, or why it names none; *where* is what the row is called in messages.

        *name* counts where no column has one.
        """

        def cell(index: int | None) -> str:
            return row[index].strip() if index is not None and index < len(row) else ""

        websites = [filled for index in self.websites if (filled := cell(index))]
        careers = [filled for index in self.careers if (filled := cell(index))]
        links = [Link(address, "website") for text in websites for address in _addresses(text)]
        links += [Link(address, "careers") for text in careers for address in _addresses(text)]
        return company_or_reason(
            cell(self.name) or name,
            links,
            where=where,
            position=position,
            listing_url=cell(self.listing),
            said=next((text for text in websites if not any(map(website_url, _addresses(text)))), ""),
            own_domain=own_domain,
        )


def _addresses(cell: str) -> list[str]:
    """The web addresses of a cell that may hold several, or words about one. An e-mail address is none."""
    words = [word for word in re.split(r"[\s;,|]+", cell) if word]
    if len(words) == 1 and "@" not in cell:
        return [cell]
    return [word for word in words[:20] if "@" not in word and website_url(word) is not None]
