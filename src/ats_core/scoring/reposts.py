"""Which offers of a company say the same: a posting put up again under a new id is activity, not a new offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from attrs import define, field

from ats_core.domain.identity import OfferId
from ats_core.domain.metrics import ScoredOffer
from ats_core.domain.offer import Posting
from ats_core.scoring.sketch import TextSketch, shortened, sketch_of

__all__ = ["SameTexts", "fingerprint", "link_reposts", "same_texts"]

#: From which part of their length in common on two texts are nearly identical, under equal titles, and under titles
#: that have at least half of their words in common.
ALIKE = 0.75
ALIKE_UNDER_ANOTHER_TITLE = 0.85
#: Texts have something of their own in common: a passage that stands in at most so many other distinct texts.
OWN = 20


def fingerprint(posting: Posting) -> str:
    """Equal for postings whose title and description have the same letters in the same order: see `shortened`."""
    return shortened(posting).fingerprint


def same_texts(
    offers: Iterable[ScoredOffer], sketches: Mapping[OfferId, TextSketch]
) -> tuple[tuple[ScoredOffer, ...], ...]:
    """A company's offers by what they say, nearly: of each distinct text the original, then its repeats.

    *offers* are all of the company's, open and closed, in any order: see `SameTexts`.
    """
    texts = SameTexts()
    for offer in sorted(offers, key=lambda offer: (offer.first_seen_at, offer.id)):
        texts.add(offer, sketches.get(offer.id))
    return tuple(map(tuple, texts.found))


def link_reposts(texts: Iterable[Sequence[ScoredOffer]]) -> dict[OfferId, tuple[OfferId | None, int]]:
    """What each of a company's offers repeats, and how often it was repeated itself, from `same_texts`.

    An original has `(None, number of repeats)`, each other one `(the original's id, 0)`.
    """
    linked: dict[OfferId, tuple[OfferId | None, int]] = {}
    for original, *repeats in texts:
        linked[original.id] = (None, len(repeats))
        linked |= {offer.id: (original.id, 0) for offer in repeats}
    return linked


class SameTexts:
    """A company's offers by what they say, taken one after the other, by first sight, then id.

    Each repeats the earliest original that it equals or is nearly identical to, or is an original itself. So a repeat
    is close to its original, not merely to another repeat; and later offers change nothing about earlier ones.
    """

    def __init__(self) -> None:
        #: Of each distinct text the original, then its repeats.
        self.found: list[list[ScoredOffer]] = []
        self._by_fingerprint: dict[str, list[ScoredOffer]] = {}
        self._originals = _Originals()

    def add(self, offer: ScoredOffer, sketch: TextSketch | None) -> None:
        """The next offer; without a sketch it repeats only equal ones."""
        group = self._by_fingerprint.get(offer.fingerprint)
        if group is None:
            text = None if sketch is None else _Text.of(sketch)
            place = None if text is None else self._originals.nearly_identical(text)
            if place is None:
                group = []
                self.found.append(group)
                self._originals.add(text)
            else:
                group = self.found[place]
            self._by_fingerprint[offer.fingerprint] = group
        group.append(offer)


@define
class _Original:
    """A text that others may repeat, and its length. Of a large company there are many: each keeps nothing else."""

    sketch: TextSketch
    length: int


@define
class _Text:
    """A text to be compared: its sketch, its title's words, and the length of each of its passages and of all."""

    sketch: TextSketch
    title_words: frozenset[str]
    passages: dict[int, int]
    length: int

    @classmethod
    def of(cls, sketch: TextSketch) -> _Text:
        passages = dict(zip(sketch.passages, sketch.lengths, strict=True))
        passages.pop(_EMPTY, None)
        return cls(sketch, _title_words(sketch.title), passages, sum(passages.values()))

    def is_alike(self, other: _Original) -> bool:
        """Whether the texts have enough in common for what their titles have in common."""
        if min(self.length, other.length) < ALIKE * max(self.length, other.length):  # seen at once, and often
            return False
        if self.sketch.title == other.sketch.title:
            wanted = ALIKE
        else:
            other_words = _title_words(other.sketch.title)
            if 2 * len(self.title_words & other_words) < len(self.title_words | other_words):
                return False
            wanted = ALIKE_UNDER_ANOTHER_TITLE
        if min(self.length, other.length) < wanted * max(self.length, other.length):
            return False
        common = sum([self.passages[passage] for passage in self.passages.keys() & set(other.sketch.passages)])
        return common >= wanted * (self.length + other.length - common)


@lru_cache(maxsize=4096)
def _title_words(title: str) -> frozenset[str]:
    return frozenset(title.split())


# The passage without letters.
(_EMPTY,) = sketch_of(Posting(provider_offer_id="-", title="-", description_text="")).passages


@define
class _Originals:
    """The distinct texts found so far, and the first and the later ones in which each passage stands.

    Passages that stand in too many are only known as such. One object a passage would keep the garbage collector busy.
    """

    _found: list[_Original | None] = field(factory=list)
    _first: dict[int, int] = field(factory=dict)
    _later: dict[int, list[int]] = field(factory=dict)
    _common: set[int] = field(factory=set)

    def add(self, text: _Text | None) -> None:
        """One more, unlike all before; with what has no sketch, nothing is compared."""
        place = len(self._found)
        self._found.append(None if text is None else _Original(text.sketch, text.length))
        if text is None:
            return
        # `difference` looks each passage of the text up; the operator would go through all those of the company.
        passages = set(text.passages).difference(self._common)
        new = passages.difference(self._first)
        for passage in passages - new:
            places = self._later.setdefault(passage, [])
            places.append(place)
            if len(places) >= OWN:
                del self._first[passage], self._later[passage]
                self._common.add(passage)
        self._first.update(dict.fromkeys(new, place))

    def nearly_identical(self, text: _Text) -> int | None:
        """The place of the earliest that this text repeats."""
        candidates: set[int] = set()
        for passage in text.passages.keys() & self._first.keys():
            candidates.add(self._first[passage])
            candidates.update(self._later.get(passage, ()))
        for place in sorted(candidates):
            original = self._found[place]
            if original is not None and text.is_alike(original):
                return place
        return None
