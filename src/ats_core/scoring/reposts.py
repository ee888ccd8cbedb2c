"""Which offers of a company say the same: a posting put up again under a new id is activity, not a new offer."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from ats_core.domain.identity import OfferId
from ats_core.domain.metrics import ScoredOffer
from ats_core.domain.offer import Posting

__all__ = ["fingerprint", "link_reposts"]

_NOT_WORD = re.compile(r"[\W_]+")


def _words(text: str) -> str:
    """The words of a text of any script: no case, marks, punctuation or layout."""
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(filter(lambda c: not unicodedata.combining(c), parts)).casefold()
    return _NOT_WORD.sub(" ", plain).strip()


def fingerprint(posting: Posting) -> str:
    """Equal for postings whose title and description have the same words in the same order.

    Where the work is, what the vendor calls the posting and when it appeared are left out. A posting without a
    description has the fingerprint of its title alone.
    """
    said = f"{_words(posting.title)}\x1f{_words(posting.description_text)}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def link_reposts(offers: Iterable[ScoredOffer]) -> dict[OfferId, tuple[OfferId | None, int]]:
    """What each of a company's offers repeats, and how often it was repeated itself.

    *offers* are all of the company's, open and closed, in any order; whatever they say of reposts is ignored. Of
    those that say the same, the earliest by first sight, then id, is the original: `(None, number of repeats)`. Each
    other one is `(the original's id, 0)`.
    """
    linked: dict[OfferId, tuple[OfferId | None, int]] = {}
    for group in _groups(offers):
        original, *repeats = sorted(group, key=lambda offer: (offer.first_seen_at, offer.id))
        linked[original.id] = (None, len(repeats))
        linked |= {offer.id: (original.id, 0) for offer in repeats}
    return linked


def _groups(offers: Iterable[ScoredOffer]) -> Iterable[list[ScoredOffer]]:
    """The offers by what they say: equal fingerprints."""
    groups: dict[str, list[ScoredOffer]] = defaultdict(list)
    for offer in offers:
        groups[offer.fingerprint].append(offer)
    return groups.values()
