"""Reads a catalog from TOML, with those that it extends; docs/reference/catalog-format.md describes the format."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from ats_core.domain.catalog import Catalog
from ats_core.errors import ConfigurationError
from ats_core.scoring.catalog_assembly import assembled
from ats_core.scoring.catalog_changes import apply_changes
from ats_core.scoring.catalog_draft import Draft
from ats_core.scoring.catalog_layer import CatalogLayer
from ats_core.scoring.catalog_problems import Problem, Report, Severity, Unreadable
from ats_core.scoring.toml_reader import Table
from ats_core.scoring.toml_text import TomlText

__all__ = ["CatalogText", "FindBase", "Reading", "parse_catalog", "read_catalog"]

#: So many catalogs may extend one another: more come from a circle of links.
LONGEST_CHAIN = 16


@frozen(kw_only=True)
class CatalogText:
    """A catalog as it was written. *where*, a path or a name, is how messages call it, and tells documents apart.

    *folder* is from where paths in it start; None where it is not a file.
    """

    text: str
    where: str
    folder: str | None = None


#: Gives the document that `extends = "..."` names, as the catalog in which that stands means it; raises
#: `ConfigurationError` where there is none.
FindBase = Callable[[str, CatalogText], CatalogText]


@frozen(kw_only=True)
class Reading:
    """What came of reading a catalog: the catalog, None where a mistake was met, and all problems in order of place.

    Warnings about a catalog that is extended are left to its own reading. *is_layer*: it is no catalog, but words that
    catalogs extend (`layer = true`); there is no catalog then, whether or not a mistake was met.
    """

    catalog: Catalog | None
    problems: tuple[Problem, ...]
    is_layer: bool = False

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The mistakes."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What does not do what it seems to."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)

    def or_raise(self) -> Catalog:
        """The catalog; raises `ConfigurationError` with the first mistake, and how many more there are."""
        if self.catalog is None:
            if self.is_layer and not self.errors:
                raise ConfigurationError("this is no catalog, but words for catalogs to extend", hint="extend it")
            first, *others = self.errors
            raise first.as_error(others=len(others))
        return self.catalog


def _nothing_to_extend(name: str, _: CatalogText) -> CatalogText:
    raise ConfigurationError(f"no catalog {name!r} is known here")


def parse_catalog(text: str, *, where: str, find_base: FindBase = _nothing_to_extend) -> Catalog:
    """The catalog that *text* describes; *where* (a path, or a plugin's name) is how messages call it.

    Raises `ConfigurationError` at the first mistake, with file, line, key, value and what is accepted.
    """
    return read_catalog(CatalogText(text=text, where=where), find_base).or_raise()


def read_catalog(document: CatalogText, find_base: FindBase = _nothing_to_extend) -> Reading:
    """Read a catalog and whatever it extends; every problem is noted, none is raised."""
    report = Report()
    roots: list[Table] = []
    catalog = None
    is_layer = False
    try:
        _gather(document, find_base, report, roots)
    except Unreadable:
        pass
    else:
        draft = Draft()
        for place, root in enumerate(roots):
            if place:
                apply_changes(root, draft)
            layer = CatalogLayer(root, draft, above=place > 0)
            layer.read()
            is_layer = layer.is_layer
        catalog = assembled(draft, report, [root.source.data for root in roots])
    problems = report.in_order([root.source.where for root in roots])
    shown = (p for p in problems if p.severity is Severity.ERROR or p.where == document.where)
    return Reading(catalog=catalog, problems=tuple(shown), is_layer=is_layer)


def _gather(document: CatalogText, find_base: FindBase, report: Report, roots: list[Table]) -> None:
    """Put the document's tables into *roots*, those of the catalog that it extends before it, and so on."""
    met: list[str] = []
    while True:
        source = TomlText(document.text, document.where, report)
        root = Table(source, source.data)
        roots.insert(0, root)
        met.append(document.where)
        if not root.has("extends"):
            return
        name = root.text("extends", accepted="the id of a catalog, or the path of a .toml file")
        if name is None:
            raise Unreadable
        try:
            document = find_base(name, document)
        except ConfigurationError as error:
            root.place("extends").mistake(f"is {name!r}: {error}")
            raise Unreadable from None
        if document.where in met or len(met) == LONGEST_CHAIN:
            circle = " extends ".join([*met, document.where])
            root.place("extends").mistake(f"is {name!r}, which goes in a circle: {circle}")
            raise Unreadable
