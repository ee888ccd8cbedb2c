"""Makes what is stored of one company another's, in the tables in memory."""

from __future__ import annotations

from attrs import evolve

from ats_core.domain.company import Company
from ats_core.domain.directory import CompanySeen
from ats_core.testing.memory_tables import Tables, Transaction

__all__ = ["move_all"]


def move_all(transaction: Transaction, gone: Company, kept: Company) -> None:
    """Give all that refers to *gone* to *kept*, whose row is there."""
    tables = transaction.changing()
    transaction.refer(tables.companies, kept.id, "company")
    _join_listings(transaction, tables, gone, kept)
    look, own_look = tables.discoveries.get(gone.id), tables.discoveries.get(kept.id)
    if look is not None:
        moved = evolve(look, company_id=kept.id)
        transaction.put(tables.discoveries, kept.id, own_look.joined_with(moved) if own_look else moved)
        transaction.drop(tables.discoveries, gone.id)
    for source in [s for s in tables.sources.values() if s.company_id == gone.id]:
        transaction.put(tables.sources, source.id, evolve(source, company_id=kept.id))
    for offer in [o for o in tables.offers.values() if o.company_id == gone.id]:
        transaction.drop(tables.sketches, offer.id)
        transaction.put(tables.offers, offer.id, evolve(offer, company_id=kept.id))
    for number, event in [(n, e) for n, e in tables.feedback.items() if e.company_id == gone.id]:
        row_id = event.row_id or event.company_id
        transaction.put(tables.feedback, number, evolve(event, company_id=kept.id, row_id=row_id))
    for number, rating in [(n, r) for n, r in tables.ratings.items() if r.company_id == gone.id]:
        transaction.put(tables.ratings, number, evolve(rating, company_id=kept.id))
    _forget_totals(transaction, tables, gone, kept)
    for key, seen in [(k, s) for k, s in tables.directory_seen.items() if k[1] == gone.id]:
        there = tables.directory_seen.get((key[0], kept.id), CompanySeen())
        transaction.put(tables.directory_seen, (key[0], kept.id), there.and_also(seen))
        transaction.drop(tables.directory_seen, key)
    _know_by(transaction, tables, gone, kept)


def _join_listings(transaction: Transaction, tables: Tables, gone: Company, kept: Company) -> None:
    for key, listing in [(k, x) for k, x in tables.listings.items() if k[0] == gone.id]:
        moved, own = evolve(listing, company_id=kept.id), tables.listings.get((kept.id, key[1]))
        transaction.put(tables.listings, (kept.id, key[1]), own.joined_with(moved) if own else moved)
        transaction.drop(tables.listings, key)


def _forget_totals(transaction: Transaction, tables: Tables, gone: Company, kept: Company) -> None:
    transaction.drop(tables.sheet_rows, gone.id)
    transaction.drop(tables.metrics, gone.id)
    for key in [key for key in tables.signals if key[0] == gone.id]:
        transaction.drop(tables.signals, key)
    metrics = tables.metrics.get(kept.id)
    if metrics is not None:
        transaction.put(tables.metrics, kept.id, evolve(metrics, catalog_version=""))


def _know_by(transaction: Transaction, tables: Tables, gone: Company, kept: Company) -> None:
    known_by = {(kind, value) for kind, value, owner in tables.aliases if owner == gone.id}
    for kind, value in sorted(known_by):
        transaction.drop(tables.aliases, (kind, value, gone.id))
    known_by |= {("id", gone.id), ("name", gone.normalized_name)}
    if gone.domain is not None:
        known_by.add(("domain", gone.domain))
    for kind, value in sorted(known_by):
        transaction.put(tables.aliases, (kind, value, kept.id), True)
    for kind, own in (("name", kept.normalized_name), ("domain", kept.domain)):
        if own is not None:
            transaction.drop(tables.aliases, (kind, own, kept.id))
