"""Which columns of a list mean what, whatever they are called, in whatever order, language and spelling."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from attrs import frozen

__all__ = ["NAME", "WEBSITE", "Columns", "normalized_label"]

NAME = (
    "name", "company", "company name", "empresa", "nombre", "nombre empresa", "nombre de la empresa", "razon social",
    "organization", "organisation", "startup", "denominacion",
)  # fmt: skip
WEBSITE = (
    "website", "url", "web", "site", "homepage", "home page", "website url", "company website", "company url",
    "pagina web", "sitio web", "sitio", "web corporativa", "domain", "dominio",
)  # fmt: skip
_LISTING = ("listing url", "listing", "profile", "profile url", "ficha", "perfil", "source url")


@frozen
class Columns:
    """The positions of what is read, from 0; None where a list has no such column. *width*: cells of the header."""

    name: int | None
    website: int | None
    listing: int | None
    width: int

    @classmethod
    def of(cls, header: Sequence[str]) -> Columns:
        """Find the columns by their labels: case, accents, underscores and space do not matter."""
        labels = [normalized_label(cell) for cell in header]

        def first(names: Sequence[str]) -> int | None:
            return next((labels.index(name) for name in names if name in labels), None)

        return cls(name=first(NAME), website=first(WEBSITE), listing=first(_LISTING), width=len(header))

    @property
    def found(self) -> int:
        """How many were found."""
        return sum(position is not None for position in (self.name, self.website, self.listing))

    @property
    def usable(self) -> bool:
        """Whether a company can be told from a row."""
        return self.name is not None or self.website is not None


def normalized_label(text: str) -> str:
    """A column's label in comparable form."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(plain.replace("_", " ").replace("-", " ").strip("\ufeff \"'").split())
