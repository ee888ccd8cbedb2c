"""Reads a catalog from TOML; docs/reference/catalog-format.md describes the format for those who write one."""

from __future__ import annotations

import hashlib
import json

from ats_core.domain.catalog import Catalog, Category, CueGroup, FieldWeights, Keyword, Labels, Negation, Tier
from ats_core.domain.match import Field
from ats_core.scoring.matcher import tenths
from ats_core.scoring.sentences import in_address
from ats_core.scoring.spelling import Spelling, variants
from ats_core.scoring.toml_reader import Item, Table, TomlText

__all__ = ["parse_catalog"]

#: Part of every version: raised when the same catalog would score the same text differently.
METHOD = 1

_ID = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
_ID_ACCEPTED = "lower-case letters, digits and hyphens, such as cross-border"


def parse_catalog(text: str, *, where: str) -> Catalog:
    """The catalog that *text* describes; *where* (a path, or a plugin's name) is how messages call it.

    Raises `ConfigurationError` at the first mistake, with file, line, key, value and what is accepted.
    """
    source = TomlText(text, where)
    return _CatalogReader(Table(source, source.data)).read()


class _CatalogReader:
    """Reads one document. Words are checked as they are met, so that every mistake has its place."""

    def __init__(self, root: Table) -> None:
        self._root = root
        self._stop_words: frozenset[bytes] = frozenset()
        self._contexts: dict[str, tuple[str, ...]] = {}
        self._met: dict[tuple[object, ...], str] = {}

    def read(self) -> Catalog:
        root = self._root
        catalog_id = root.text("id", pattern=_ID, accepted=_ID_ACCEPTED)
        declared = root.text("version", pattern=r"[0-9A-Za-z.]+", accepted='letters, digits and dots in quotes: "1.2"')
        name = root.text("name")
        description = root.text("description", default="")
        self._stop_words = frozenset(
            token
            for item in root.words("stop_words")
            for token in self._spelling(root, "stop_words", item, item.value).tokens
        )
        labels, fields = self._labels(), self._fields()
        tiers = self._tiers()
        negation = self._negation()
        contexts = root.table("contexts", required=False)
        self._contexts = {key: self._phrases(contexts, key) for key in contexts}
        categories = self._categories(tiers, fields)
        root.end()
        content = json.dumps([METHOD, root.source.data], ensure_ascii=True, separators=(",", ":"))
        digest = hashlib.blake2b(content.encode(), digest_size=4).hexdigest()
        return Catalog(
            id=catalog_id,
            name=name,
            description=description,
            version=f"{catalog_id}@{declared}+{digest}",
            categories=categories,
            labels=labels,
            fields=fields,
            negation=negation,
        )

    def _labels(self) -> Labels:
        table = self._root.table("labels")
        weak = table.number("weak", least=0, most=10)
        medium = table.number("medium", least=weak, most=10)
        strong = table.number("strong", least=medium, most=10)
        table.end()
        return Labels(weak=weak, medium=medium, strong=strong)

    def _fields(self) -> FieldWeights:
        table = self._root.table("fields")
        description = table.number("description", least=0, most=10)
        department = table.number("department", least=description, most=10)
        title = table.number("title", least=department, most=10)
        table.end()
        return FieldWeights(title=title, department=department, description=description)

    def _tiers(self) -> dict[str, Tier]:
        tables = self._root.table("tiers")
        tiers = {}
        for key in tables:
            table = tables.table(key)
            points = table.number("points", least=0, most=10)
            cap = table.number("cap", least=0, most=10) if table.has("cap") else None
            if cap is not None and round(cap * 10) < 1:
                table.fail("cap", f"is {cap!r}", accepted="0.1 or more")
            table.end()
            tiers[key] = Tier(id=key, points=points, cap=cap)
        return tiers

    def _negation(self) -> Negation:
        table = self._root.table("negation", required=False)
        negation = Negation(
            penalty=table.number("penalty", least=0, most=1, default=0.5, above=False),
            before=tuple(self._cue_group(group) for group in table.tables("before")),
            after=tuple(self._cue_group(group) for group in table.tables("after")),
            harmless=self._phrases(table, "harmless"),
            ended_by=self._phrases(table, "ended_by"),
        )
        table.end()
        return negation

    def _cue_group(self, table: Table) -> CueGroup:
        cues = self._phrases(table, "cues")
        if not cues:
            table.fail("cues", "holds no cue", accepted="a list of words or phrases")
        group = CueGroup(
            cues=cues,
            reach=table.whole("reach", least=0, most=50),
            through_commas=table.flag("through_commas"),
        )
        table.end()
        return group

    def _categories(self, tiers: dict[str, Tier], fields: FieldWeights) -> tuple[Category, ...]:
        tables, lists = self._root.table("categories"), self._root.table("keywords")
        for key in lists:
            if not tables.has(key):
                lists.fail(key, "is not a category", accepted=", ".join(tables) or "a table in [categories]")
        categories = []
        for key in tables:
            table = tables.table(key)
            name = table.text("name")
            tier = table.text("tier")
            if tier not in tiers:
                table.fail("tier", f"is {tier!r}", accepted=", ".join(tiers) or "a table in [tiers]")
            table.end()
            entries = lists.entries(key)
            if not entries:
                lists.fail(key, "holds no keyword", accepted="a list of words, phrases and tables with a term")
            keywords = tuple(self._keyword(lists, key, entry, tiers[tier], fields) for entry in entries)
            categories.append(Category(id=key, name=name, tier=tiers[tier], keywords=keywords))
        if not categories:
            self._root.fail("categories", "holds no category", accepted="a table for each category")
        return tuple(categories)

    def _keyword(self, lists: Table, key: str, entry: Item | Table, tier: Tier, fields: FieldWeights) -> Keyword:
        if isinstance(entry, Item):
            keyword = Keyword(term=entry.value)
            self._meet(lists, key, [entry])
            self._check_worth(lists, key, keyword, tier, fields, entry.at)
            return keyword
        term = Item(entry.text("term"), entry.at)
        aliases = entry.words("aliases")
        keyword = Keyword(
            term=term.value,
            aliases=tuple(item.value for item in aliases),
            weight=entry.number("weight", least=0, most=10, default=1.0),
            as_written=entry.flag("as_written"),
            needs=self._phrases(entry, "needs"),
            not_near=self._phrases(entry, "not_near"),
            within=entry.whole("within", least=1, most=50, default=8),
        )
        entry.end()
        self._meet(lists, key, [term, *aliases])
        self._check_worth(lists, key, keyword, tier, fields, entry.at)
        if keyword.needs and set(keyword.needs) <= set(keyword.not_near):
            entry.fail("needs", f"asks for words that not_near forbids: {term.value!r} can never be found")
        return keyword

    def _meet(self, lists: Table, key: str, spellings: list[Item]) -> None:
        """Note the spellings of a keyword; reports what can never be found and what stands twice."""
        for item in spellings:
            own: set[tuple[object, ...]] = set()
            for form in self._forms(lists, key, item):
                spelling = self._spelling(lists, key, item, form)
                if set(spelling.tokens) <= self._stop_words:
                    lists.fail(
                        key, f"holds {item.value!r}, which is only stop words: it would be found everywhere", at=item.at
                    )
                if in_address(form, 0, len(form)):
                    lists.fail(
                        key, f"holds {item.value!r}, which can never be found: addresses are not searched", at=item.at
                    )
                if spelling.key in own:
                    continue
                own.add(spelling.key)
                if spelling.key in self._met:
                    first = self._met[spelling.key]
                    lists.fail(key, f"holds {item.value!r} again: {first}", accepted="each spelling once", at=item.at)
                line = "" if item.at is None else f", line {lists.source.text.count(chr(10), 0, item.at) + 1}"
                self._met[spelling.key] = f"it stands in {lists.name(key)} as {item.value!r}{line}"

    def _check_worth(
        self, lists: Table, key: str, keyword: Keyword, tier: Tier, fields: FieldWeights, at: int | None
    ) -> None:
        if tenths(tier, keyword, fields, Field.DESCRIPTION) < 1:
            lists.fail(key, f"holds {keyword.term!r}, which would earn less than 0.1 points in a description", at=at)

    def _phrases(self, table: Table, key: str) -> tuple[str, ...]:
        """A list of words in which `@name` stands for all words of a context; each is checked."""
        words: list[str] = []
        for item in table.words(key):
            if item.value.startswith("@"):
                if item.value[1:] not in self._contexts:
                    known = ", ".join(f"@{name}" for name in self._contexts) or "a list in [contexts]"
                    table.fail(key, f"holds {item.value!r}, which is no context", accepted=known, at=item.at)
                words += self._contexts[item.value[1:]]
                continue
            for form in self._forms(table, key, item):
                self._spelling(table, key, item, form)
            words.append(item.value)
        return tuple(dict.fromkeys(words))

    def _forms(self, table: Table, key: str, item: Item) -> tuple[str, ...]:
        try:
            return variants(item.value)
        except ValueError as error:
            table.fail(key, f"holds {error}", at=item.at)

    def _spelling(self, table: Table, key: str, item: Item, form: str) -> Spelling:
        try:
            return Spelling.of(form)
        except ValueError as error:
            table.fail(key, f"holds {error}", at=item.at)
