"""A keyword catalog: what to look for in an offer, and what it is worth. All numbers of the score live here.

It is data only: how a catalog is written is `ats_core.scoring.catalog_format`'s, how it is applied the scorer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import Attribute, field, frozen
from attrs.validators import and_, ge, gt, le, min_len, optional

from ats_core.domain.match import Field, Label

__all__ = ["Catalog", "Category", "CueGroup", "FieldWeights", "Keyword", "Labels", "Negation", "SynergyRule", "Tier"]


@frozen(kw_only=True)
class Labels:
    """From which score on each label holds; below *weak* it is `none`. 0 < weak < medium < strong <= 10."""

    weak: float
    medium: float
    strong: float

    def __attrs_post_init__(self) -> None:
        if not 0 < self.weak < self.medium < self.strong <= 10:
            raise ValueError("label thresholds must rise: 0 < weak < medium < strong <= 10")

    def of(self, score: float) -> Label:
        """The label of a score."""
        if score >= self.strong:
            return Label.STRONG
        if score >= self.medium:
            return Label.MEDIUM
        return Label.WEAK if score >= self.weak else Label.NONE


@frozen(kw_only=True)
class FieldWeights:
    """The factor by which a keyword's points count in each field of an offer.

    title > department > description >= boilerplate >= 0, and description > 0.
    """

    title: float
    department: float
    description: float
    boilerplate: float = 0.5

    def __attrs_post_init__(self) -> None:
        if not self.title > self.department > self.description > 0:
            raise ValueError("field weights must fall: title > department > description > 0")
        if not self.description >= self.boilerplate >= 0:
            raise ValueError("boilerplate must weigh nothing or more, and no more than the description")

    def of(self, where: Field) -> float:
        """The factor of one field."""
        return {
            Field.TITLE: self.title,
            Field.DEPARTMENT: self.department,
            Field.DESCRIPTION: self.description,
            Field.BOILERPLATE: self.boilerplate,
        }[where]


@frozen(kw_only=True)
class Tier:
    """How much a category weighs: *points* for a hit in a keyword of weight 1, before the field's factor.

    All hits of a tier together earn at most *cap* points; None: no cap. Weak proxies have one.
    """

    id: str = field(validator=min_len(1))
    points: float = field(validator=and_(gt(0), le(10)))
    cap: float | None = field(default=None, validator=optional(and_(gt(0), le(10))))


@frozen(kw_only=True)
class Keyword:
    """A word or phrase that shows a category, with its other spellings; each may have optional endings: `pago(s)`.

    *weight* multiplies the tier's points. *as_written*: the capitals of the spelling must be in the text (a text all
    in capitals passes). *needs*: one of these must stand in the same sentence, *not_near*: none of these anywhere,
    within *within* tokens before or after. *not_titled*: none of these may stand in the title of the offer.
    """

    term: str = field(validator=min_len(1))
    aliases: tuple[str, ...] = ()
    weight: float = field(default=1.0, validator=and_(gt(0), le(10)))
    as_written: bool = False
    needs: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    not_titled: tuple[str, ...] = ()
    within: int = field(default=8, validator=ge(1))

    @property
    def spellings(self) -> tuple[str, ...]:
        """The term and its aliases, as the catalog writes them."""
        return (self.term, *self.aliases)


@frozen(kw_only=True)
class Category:
    """One thing that an offer can show; *id* is stored with every match, *name* is for people."""

    id: str = field(validator=min_len(1))
    name: str = field(validator=min_len(1))
    tier: Tier
    keywords: tuple[Keyword, ...] = field(validator=min_len(1))


@frozen(kw_only=True)
class CueGroup:
    """Cues of negation that work alike: how far they reach, and under which conditions.

    *reach*: how many words may lie between a cue and the keyword it negates. *then*: one of these must follow a cue
    within *gap* words, and the two are the cue: "not … required". A comma lets the scope pass only in a list;
    *through_commas*: the cue itself shows that one may follow, or it may stand apart behind a keyword. *ended_by*:
    words that end the scope of these cues only. *undone_by*: with one of these before the cue or behind the keyword
    the cue negates nothing ("cannot … without"). *heads_lists*: a cue with a colon behind negates what is listed there
    or below. *ends_sentence*: the cue must be the last of its sentence. *answers*: it must answer a question, in few
    words ("AWS? Not here"). *languages*, *not_languages*: ISO 639-1 codes of the only languages in which these are
    cues, and of those in which they are none; a text of unknown language has only the cues without *languages*.
    """

    cues: tuple[str, ...] = field(validator=min_len(1))
    reach: int = field(default=0, validator=ge(0))
    then: tuple[str, ...] = ()
    gap: int = field(default=3, validator=ge(0))
    through_commas: bool = False
    ended_by: tuple[str, ...] = ()
    undone_by: tuple[str, ...] = ()
    heads_lists: bool = False
    ends_sentence: bool = False
    answers: bool = False
    languages: tuple[str, ...] = ()
    not_languages: tuple[str, ...] = ()


@frozen(kw_only=True)
class Negation:
    """How negated mentions are recognised, and what they cost: *penalty* times the points they would have earned.

    Cues of *before* stand before a keyword, of *after* behind it. *harmless* phrases hold a cue's word and negate
    nothing ("not only"), and so do the cues of *idioms* with what follows them ("do not hesitate"). Sentence
    punctuation, line breaks and the words of *ended_by* end every scope; so does one of *clause_starts* (a word, or the
    ending of one: `*amos`) after a comma or one of *and_words*. *or_words* show that parts between commas are a list.
    """

    penalty: float = field(validator=[ge(0), le(1)])
    before: tuple[CueGroup, ...] = ()
    after: tuple[CueGroup, ...] = ()
    harmless: tuple[str, ...] = ()
    idioms: tuple[CueGroup, ...] = ()
    ended_by: tuple[str, ...] = ()
    clause_starts: tuple[str, ...] = ()
    and_words: tuple[str, ...] = ()
    or_words: tuple[str, ...] = ()


@frozen(kw_only=True)
class SynergyRule:
    """Categories that tell more together than each alone: an offer that shows all of them earns *points* once.

    A category shown only by the boilerplate does not count for it, nor one that is negated.
    """

    id: str = field(validator=min_len(1))
    categories: tuple[str, ...] = field(validator=min_len(2))
    points: float = field(validator=and_(gt(0), le(10)))


def _distinct(_: object, attribute: Attribute[Any], value: tuple[Category, ...] | tuple[SynergyRule, ...]) -> None:
    if len({item.id for item in value}) != len(value):
        raise ValueError(f"{attribute.name} must have ids of their own")


@frozen(kw_only=True)
class Catalog:
    """A whole catalog.

    *version* is `<id>@<declared version>+<short hash of the content>`, for a catalog that extends another
    `<id>@<version>/<base id>@<base version>+<hash of both>`: it is stored with every match and differs whenever a score
    could. The order of *categories* breaks ties and is the order in which they are shown.
    """

    id: str = field(validator=min_len(1))
    name: str
    version: str = field(validator=min_len(1))
    categories: tuple[Category, ...] = field(validator=[min_len(1), _distinct])
    labels: Labels
    fields: FieldWeights
    negation: Negation
    synergies: tuple[SynergyRule, ...] = field(default=(), validator=_distinct)
    description: str = ""

    def __attrs_post_init__(self) -> None:
        known = {category.id for category in self.categories}
        for rule in self.synergies:
            if len(set(rule.categories)) < len(rule.categories) or not known.issuperset(rule.categories):
                raise ValueError(f"synergy {rule.id!r} must name different categories of the catalog")

    @property
    def category_names(self) -> Mapping[str, str]:
        """The names of the categories by id, in order."""
        return {category.id: category.name for category in self.categories}

    @property
    def keyword_count(self) -> int:
        """How many spellings (terms and aliases) the catalog lists."""
        return sum(len(keyword.spellings) for category in self.categories for keyword in category.keywords)

    def label(self, score: float) -> Label:
        """The label of a score under this catalog."""
        return self.labels.of(score)
