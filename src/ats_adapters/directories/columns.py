"""Which column of a table of companies is which, found by its name in English or Spanish."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from attrs import frozen

from ats_core.domain.identity import website_url

__all__ = ["NAME_COLUMNS", "WEBSITE_COLUMNS", "Columns", "column_key"]


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


# Each in order of preference: where a table has several of them, the first counts. Those that may mean something else
# beside a plainer one ("cliente" a yes or no, "account" a number, "pagina" a page, "enlace" any link) come last.
NAME_COLUMNS = _names(
    """
    company name, company, empresa, nombre de la empresa, nombre empresa, razon social, denominacion social,
    nombre comercial, organization, organisation, organization name, organisation name, business name, startup,
    compania, sociedad, employer, account name, name, nombre, cliente, account
    """
)
WEBSITE_COLUMNS = _names(
    """
    website, company website, website url, company url, web, pagina web, sitio web, site, sitio, homepage, home page,
    web site, webpage, web page, web empresa, pagina corporativa, website address, url, url web, domain,
    company domain, dominio, dominio web, domain name, pagina, enlace
    """
)
_LISTING_COLUMNS = ("listing url", "profile", "profile url", "ficha", "url ficha", "perfil", "listing")


def column_key(cell: str) -> str:
    """A column's name in comparable form: no case, accents, nor punctuation.

    >>> column_key(" Página_Web ")
    'pagina web'
    """
    folded = unicodedata.normalize("NFKD", cell.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", plain).split())


@frozen
class Columns:
    """Where the name, the website and the listing's URL stand in a row; *count* is how many columns there are.

    Of several columns that may hold a website the first that is filled counts.
    """

    name: int | None
    websites: tuple[int, ...]
    listing: int | None
    count: int
    header: tuple[str, ...]

    @classmethod
    def of(cls, header: Sequence[str]) -> Columns:
        """The columns that a header names. Neither a name nor a website may be among them: see `known`."""
        keys = tuple(column_key(cell) for cell in header)
        return cls(
            name=next((keys.index(name) for name in NAME_COLUMNS if name in keys), None),
            websites=tuple(keys.index(name) for name in WEBSITE_COLUMNS if name in keys),
            listing=next((keys.index(name) for name in _LISTING_COLUMNS if name in keys), None),
            count=len(keys),
            header=keys,
        )

    @property
    def known(self) -> int:
        """How many of the columns are of use; a table without any names no companies."""
        return (self.name is not None) + len(self.websites) + (self.listing is not None)

    @property
    def is_usable(self) -> bool:
        """Whether there is a name or a website."""
        return self.name is not None or bool(self.websites)

    def cells(self, row: Sequence[str]) -> tuple[str, str, str]:
        """The name, the website and the listing's URL in a row; what is missing is empty."""

        def cell(index: int | None) -> str:
            return row[index].strip() if index is not None and index < len(row) else ""

        website = next((filled for index in self.websites if (filled := cell(index))), "")
        return cell(self.name), _one_website(website), cell(self.listing)


def _one_website(cell: str) -> str:
    """The first web address of a cell that holds several, or words about one. An e-mail address is none."""
    words = [word for word in re.split(r"[\s;,|]+", cell) if word]
    if len(words) == 1 and "@" not in cell:
        return cell
    return next((word for word in words if "@" not in word and website_url(word) is not None), "")
