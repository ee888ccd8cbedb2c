"""Reads one document of a catalog onto a draft: the first lays it, each that extends it changes it.

What only the finished catalog can show (spellings that stand twice, contexts that do not exist) is left to
`ats_core.scoring.catalog_checks`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ats_core.scoring.catalog_draft import (
    CategoryDraft,
    CueGroupDraft,
    Draft,
    EntryDraft,
    SynergyDraft,
    TierDraft,
    spelling_keys,
)
from ats_core.scoring.language import is_language
from ats_core.scoring.toml_reader import Table
from ats_core.scoring.toml_text import Item

__all__ = ["CatalogLayer"]

_ID = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
_ID_ACCEPTED = "lower-case letters, digits and hyphens, such as cross-border"


class CatalogLayer:
    """One document, and the draft on which it is read. *above*: the draft holds what it extends, another document.

    It must be whole unless the draft holds a whole catalog already, or it is words for others to extend (`layer`).
    """

    def __init__(self, root: Table, draft: Draft, *, above: bool) -> None:
        self._root = root
        self._draft = draft
        self._above = above
        self._is_layer = root.flag("layer")
        self._extending = draft.is_whole

    @property
    def is_layer(self) -> bool:
        """Whether it can only be extended."""
        return self._is_layer

    def read(self) -> None:
        """Put everything onto the draft but what takes away or weighs anew, which comes before."""
        root, draft = self._root, self._draft
        catalog_id = root.text("id", pattern=_ID, accepted=_ID_ACCEPTED)
        if catalog_id in draft.ids:
            root.place("id").mistake(
                f"is {catalog_id!r}, as in the catalog that it extends", accepted="an id of its own"
            )
        declared = root.text("version", pattern=r"[0-9A-Za-z.]+", accepted='letters, digits and dots in quotes: "1.2"')
        draft.version = f"{catalog_id}@{declared}" + (f"/{draft.version}" if self._above else "")
        draft.ids.append(catalog_id or "")
        draft.name = root.text("name", required=not (self._extending or self._is_layer)) or draft.name
        draft.description = root.text("description", required=False) or draft.description
        draft.stop_words += self._phrases(root, "stop_words")
        if self._is_layer and self._extending:
            root.place("layer").mistake("is true, and what it extends is a whole catalog", hint="leave it out")
        if not self._is_layer:
            self._labels()
            self._fields()
            self._tiers()
        self._negation()
        contexts = root.table("contexts", required=False)
        for key in contexts:
            draft.contexts.setdefault(key, []).extend(self._phrases(contexts, key))
        if not self._is_layer:
            self._categories()
            self._keywords()
            self._synergies()
            draft.is_whole = True
        root.end()

    def _labels(self) -> None:
        table = self._root.table("labels", required=not self._extending)
        self._rising(table, ("weak", "medium", "strong"), self._draft.labels)
        table.end()

    def _fields(self) -> None:
        table = self._root.table("fields", required=not self._extending)
        known = self._draft.fields
        self._rising(table, ("description", "department", "title"), known)
        most = known.get("description", 10.0)
        boilerplate = table.number("boilerplate", least=0, most=most, above=False, required=False)
        if boilerplate is not None:
            known["boilerplate"] = boilerplate
        elif known.get("boilerplate", 0.0) > most and not table.has("boilerplate"):
            table.place("boilerplate").mistake(
                f"is {known['boilerplate']:g}, more than the description's {most:g}", hint="give it here, too"
            )
        table.end()

    def _rising(self, table: Table, names: Sequence[str], known: dict[str, float]) -> None:
        """Numbers of which each is greater than the one before, be it given here or known from before."""
        least = 0.0
        for name in names:
            value = table.number(name, least=least, most=10, required=not self._extending)
            if value is not None:
                known[name] = value
            elif name in known and known[name] <= least and not table.has(name):
                table.place(name).mistake(f"is {known[name]:g}", accepted=f"a number above {least:g} and at most 10")
            least = known.get(name, least)

    def _tiers(self) -> None:
        tables = self._root.table("tiers", required=not self._extending)
        for key in tables:
            table = tables.table(key)
            known = self._draft.tiers.get(key)
            points = table.number("points", least=0, most=10, required=known is None)
            cap = table.number("cap", least=0, most=10, required=False)
            if cap is not None and round(cap * 10) < 1:
                table.place("cap").mistake(f"is {cap!r}", accepted="0.1 or more")
            table.end()
            if known is None:
                self._draft.tiers[key] = TierDraft(points or 1.0, cap, table.place())
            else:
                known.points = points or known.points
                known.cap = cap or known.cap

    def _negation(self) -> None:
        table, negation = self._root.table("negation", required=False), self._draft.negation
        penalty = table.number("penalty", least=0, most=1, above=False, required=False)
        negation.penalty = negation.penalty if penalty is None else penalty
        negation.before += [self._cue_group(group) for group in table.tables("before")]
        negation.after += [self._cue_group(group) for group in table.tables("after")]
        negation.idioms += [self._cue_group(group, idiom=True) for group in table.tables("idioms")]
        negation.harmless += self._phrases(table, "harmless", contexts=True)
        negation.ended_by += self._phrases(table, "ended_by", contexts=True)
        negation.clause_starts += self._phrases(table, "clause_starts", contexts=True)
        negation.and_words += self._phrases(table, "and_words")
        negation.or_words += self._phrases(table, "or_words")
        table.end()

    def _cue_group(self, table: Table, *, idiom: bool = False) -> CueGroupDraft:
        cues = self._phrases(table, "cues", contexts=True)
        if not cues:
            table.place("cues").mistake("holds no cue", accepted="a list of words or phrases")
        reach = None if idiom else table.whole("reach", least=0, most=50)
        gap = table.whole("gap", least=0, most=10, required=False)
        group = CueGroupDraft(
            cues=cues,
            reach=reach or 0,
            then=self._phrases(table, "then", contexts=True),
            gap=3 if gap is None else gap,
            languages=self._languages(table, "languages"),
            not_languages=self._languages(table, "not_languages"),
        )
        if not idiom:
            group.ended_by = self._phrases(table, "ended_by", contexts=True)
            group.undone_by = self._phrases(table, "undone_by", contexts=True)
            group.through_commas = table.flag("through_commas")
            group.heads_lists = table.flag("heads_lists")
            group.ends_sentence = table.flag("ends_sentence")
            group.answers = table.flag("answers")
        if gap is not None and not group.then:
            table.place("gap").warning("does nothing", hint="it is for `then`, of which there is none")
        table.end()
        return group

    @staticmethod
    def _languages(table: Table, key: str) -> tuple[str, ...]:
        items = table.words(key)
        for item in items:
            if not is_language(item.value):
                item.place.mistake(f"holds {item.value!r}", accepted="codes of ISO 639-1, such as es")
        return tuple(item.value for item in items)

    def _categories(self) -> None:
        tables = self._root.table("categories", required=not self._extending)
        for key in tables:
            table = tables.table(key)
            known = self._draft.categories.get(key)
            name = table.text("name", required=known is None)
            tier = table.text("tier", required=known is None)
            table.end()
            tier_item = Item(tier, table.place("tier")) if tier is not None else None
            if known is None:
                self._draft.categories[key] = CategoryDraft(name or key, tier_item or Item("", table.place()))
                self._draft.entries.setdefault(key, [])
            else:
                known.name = name or known.name
                known.tier = tier_item or known.tier

        if not self._draft.categories and (self._extending or tables.place().at is not None):
            self._root.place("categories").mistake("holds no category", accepted="a table for each category")

    def _keywords(self) -> None:
        lists = self._root.table("keywords", required=not self._extending)
        for key in lists:
            if key not in self._draft.categories:
                known = ", ".join(self._draft.categories) or "a table in [categories]"
                lists.place(key).mistake("is not a category", accepted=known)
                lists.words(key)
                continue
            for entry in lists.entries(key):
                keyword = self._entry(lists, key, entry)
                if keyword is not None:
                    self._draft.entries[key].append(keyword)
        for key in self._draft.categories:
            if not lists.has(key) and not self._draft.entries[key]:
                lists.entries(key)

    def _entry(self, lists: Table, key: str, entry: Item | Table) -> EntryDraft | None:
        if isinstance(entry, Item):
            return EntryDraft([entry], entry.place) if self._stands(entry) else None
        place = lists.place(key).within(entry.place().at)
        term = entry.text("term")
        items = [Item(term, place)] if term is not None else []
        items += [Item(alias.value, place.within(alias.place.at)) for alias in entry.words("aliases")]
        weight = entry.number("weight", least=0, most=10, required=False)
        within = entry.whole("within", least=1, most=50, required=False)
        draft = EntryDraft(
            spellings=[item for item in items if self._stands(item)],
            place=place,
            weight=1.0 if weight is None else weight,
            as_written=entry.flag("as_written"),
            needs=self._phrases(entry, "needs", contexts=True),
            not_near=self._phrases(entry, "not_near", contexts=True),
            not_titled=self._phrases(entry, "not_titled", contexts=True),
            within=8 if within is None else within,
        )
        entry.end()
        if draft.as_written and not any(any(c.isupper() for c in item.value) for item in draft.spellings):
            entry.place("as_written").warning("does nothing", hint="none of the spellings has a capital")
        if within is not None and not (draft.needs or draft.not_near):
            entry.place("within").warning("does nothing", hint="it is for needs and not_near, of which there is none")
        return draft if draft.spellings else None

    def _synergies(self) -> None:
        tables = self._root.table("synergies", required=False)
        for key in tables:
            table = tables.table(key)
            known = self._draft.synergies.get(key)
            names = table.words("categories", required=known is None)
            points = table.number("points", least=0, most=10, required=known is None)
            if points is not None and round(points * 10) < 1:
                table.place("points").mistake(f"is {points!r}", accepted="0.1 or more")
            table.end()
            if known is None:
                self._draft.synergies[key] = SynergyDraft(names, points or 1.0, table.place())
            else:
                known.categories = names or known.categories
                known.points = points or known.points

    def _phrases(self, table: Table, key: str, *, contexts: bool = False) -> list[Item]:
        """A list of words that can be found; *contexts*: `@name` stands for a list of them."""
        return [item for item in table.words(key) if (contexts and item.value.startswith("@")) or self._stands(item)]

    @staticmethod
    def _stands(item: Item) -> bool:
        """Whether the words can be looked for; notes why not."""
        try:
            spelling_keys(item.value)
        except ValueError as error:
            item.place.mistake(f"holds {error}")
            return False
        return True
