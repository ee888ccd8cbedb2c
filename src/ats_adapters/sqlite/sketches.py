"""What offers say, in short, and under what they were scored: `offer_sketches`, and two columns of `matches`."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from ats_adapters.sqlite.columns import instant, json_text
from ats_core.domain.identity import CompanyId, OfferId
from ats_core.domain.match import ScoredUnder
from ats_core.domain.offer import Offer
from ats_core.scoring.sketch import TextSketch

__all__ = ["SqliteSketches"]

_OF_COMPANY = """
    SELECT o.id, k.sketch FROM offers AS o JOIN offer_sketches AS k ON k.offer_id = o.id
    WHERE o.company_id = ? ORDER BY o.id
"""
_SAVE = """
    INSERT INTO offer_sketches (offer_id, sketch) VALUES (?, ?)
    ON CONFLICT (offer_id) DO UPDATE SET sketch = excluded.sketch WHERE offer_sketches.sketch <> excluded.sketch
"""
_CONTENT = "SELECT id, content_hash FROM offers WHERE id IN (SELECT value FROM json_each(?))"
_FORGET = (
    "DELETE FROM offer_sketches WHERE offer_id = ?",
    "UPDATE matches SET catalog_version = '' WHERE offer_id = ? AND catalog_version <> ''",
)
_SCORED_UNDER = """
    SELECT o.id, m.catalog_version, m.boilerplate, m.scored_at FROM offers AS o JOIN matches AS m ON m.offer_id = o.id
    WHERE o.company_id = ? ORDER BY o.id
"""


class SqliteSketches:
    """The part of an `OfferRepo` that keeps sketches."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def sketches(self, company_id: CompanyId) -> Mapping[OfferId, TextSketch]:
        """The sketches of the company's offers, by id; offers that have none, or one of another form, are left out."""
        rows = self._connection.execute(_OF_COMPANY, (company_id,))
        read = ((OfferId(id_), TextSketch.from_bytes(stored)) for id_, stored in rows)
        return {id_: sketch for id_, sketch in read if sketch is not None}

    def save_sketches(self, sketches: Mapping[OfferId, TextSketch]) -> None:
        """Insert or replace by offer."""
        self._connection.executemany(_SAVE, ((id_, sketch.to_bytes()) for id_, sketch in sketches.items()))

    def scored_under(self, company_id: CompanyId) -> Mapping[OfferId, ScoredUnder]:
        """Under what each match of the company's offers came about, by id."""
        rows = self._connection.execute(_SCORED_UNDER, (company_id,))
        return {
            OfferId(id_): ScoredUnder(version, boilerplate, instant(scored_at))
            for id_, version, boilerplate, scored_at in rows
        }

    def _forget_changed(self, offers: Sequence[Offer]) -> None:
        """To be called before these offers are saved: what was made of contents that will change is of no use."""
        stored = dict(self._connection.execute(_CONTENT, (json_text([offer.id for offer in offers]),)))
        changed = [offer.id for offer in offers if stored.get(offer.id, offer.content_hash) != offer.content_hash]
        for statement in _FORGET if changed else ():
            self._connection.executemany(statement, ((id_,) for id_ in changed))
