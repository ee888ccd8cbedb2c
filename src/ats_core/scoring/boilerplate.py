"""Which passages most of a company's offers have, and an offer's text without them."""

from __future__ import annotations

import hashlib
import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from attrs import frozen

from ats_core.scoring.sketch import TextSketch, cut

__all__ = ["Boilerplate", "boilerplate_of"]

#: From how many distinct texts of one language on a company can have boilerplate: of fewer, "most" tells nothing.
FEWEST_TEXTS = 4
#: Passages of fewer letters and digits are headings and names; they stay where they are.
SHORTEST = 17


@frozen
class Boilerplate:
    """The passages, by hash, that most of a company's distinct texts have."""

    passages: frozenset[int] = frozenset()

    def within(self, sketch: TextSketch) -> str:
        """Which of its passages are boilerplate, as a short digest; empty where none is.

        While it stays equal, so does the score that the boilerplate lets the text have.
        """
        common = self.passages.intersection(sketch.passages)
        if not common:
            return ""
        return hashlib.blake2b(struct.pack(f"<{len(common)}Q", *sorted(common)), digest_size=8).hexdigest()

    def split(self, text: str, sketch: TextSketch) -> tuple[str, str]:
        """The own part of *text*, whose sketch is *sketch*, and its boilerplate; each in the order of the text.

        A text that was changed under its sketch (by hand, in the database) is all its own.
        """
        if self.passages.isdisjoint(sketch.passages):
            return text, ""
        passages = cut(text)
        if len(passages) != len(sketch.passages):
            return text, ""
        parts: tuple[list[str], list[str]] = ([], [])
        standing = [key in self.passages for key in sketch.passages]
        begin, at, is_common = 0, 0, standing[0]
        # Passages of one kind that follow one another are taken in one piece.
        for length, kind in zip(map(len, passages), standing, strict=True):
            if kind is not is_common:
                parts[is_common].append(text[begin:at])
                begin, is_common = at, kind
            at += length + 1
        parts[is_common].append(text[begin:])
        own, common = parts
        return "".join(own), "".join(common)


def boilerplate_of(texts: Iterable[Sequence[TextSketch]]) -> Boilerplate:
    """The boilerplate of a company: what stands in more than half of its distinct texts of one language.

    *texts* are those distinct texts: of each the sketches of all offers that have it, nearly. A passage stands in it
    when one of them has the passage; its language is the first one's. Their order does not matter.
    """
    distinct: dict[str, list[Sequence[TextSketch]]] = defaultdict(list)
    for same in texts:
        distinct[same[0].language].append(same)
    return Boilerplate(frozenset().union(*map(_common, distinct.values())))


def _common(texts: Sequence[Sequence[TextSketch]]) -> frozenset[int]:
    """The long passages of more than half of these texts, which are of one language."""
    if len(texts) < FEWEST_TEXTS:
        return frozenset()
    times: Counter[int] = Counter()
    for same in texts:
        times.update(set().union(*(sketch.passages for sketch in same)))
    common = {passage for passage, count in times.items() if count * 2 > len(texts)}
    lengths: dict[int, int] = {}
    for same in texts:
        if lengths.keys() >= common:
            break
        for sketch in same:
            lengths.update(zip(sketch.passages, sketch.lengths, strict=True))
    return frozenset(passage for passage in common if lengths[passage] >= SHORTEST)
