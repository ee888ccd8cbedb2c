"""Makes what is stored of one company another's, when two rows turn out to be one company.

Every table that refers to companies is named here; a test compares this list with the schema.
"""

from __future__ import annotations

import sqlite3

from ats_core.domain.company import Company

__all__ = ["REFERRING", "move_all"]

#: The tables that refer to a company. Listings and looks for boards are joined before (`SqliteCompanies.merge`).
REFERRING = frozenset(
    {
        "company_aliases",
        "company_listings",
        "company_metrics",
        "company_signals",
        "company_sources",
        "directory_seen",
        "discoveries",
        "feedback_events",
        "score_ratings",
        "offers",
        "sheet_rows",
    }
)

# Named parameters: gone and kept are ids.
_STEPS = (
    "DELETE FROM company_listings WHERE company_id = :gone",
    "DELETE FROM discoveries WHERE company_id = :gone",
    "UPDATE company_sources SET company_id = :kept WHERE company_id = :gone",
    # Without a sketch an offer counts as changed: its score, and whom it repeats, are found out anew.
    "DELETE FROM offer_sketches WHERE offer_id IN (SELECT id FROM offers WHERE company_id = :gone)",
    "DELETE FROM company_metrics WHERE company_id = :gone",
    "DELETE FROM company_signals WHERE company_id = :gone",
    "UPDATE company_metrics SET catalog_version = '' WHERE company_id = :kept AND catalog_version <> ''",
    "UPDATE offers SET company_id = :kept WHERE company_id = :gone",
    """
    UPDATE feedback_events SET company_id = :kept, row_id = coalesce(row_id, company_id) WHERE company_id = :gone
    """,
    "UPDATE score_ratings SET company_id = :kept WHERE company_id = :gone",
    "DELETE FROM sheet_rows WHERE company_id = :gone",
    """
    INSERT INTO directory_seen (directory, company_id, met, listing_url, careers_url)
    SELECT s.directory, :kept, s.met, s.listing_url, s.careers_url
    FROM directories AS d JOIN directory_seen AS s ON s.directory = d.name AND s.company_id = :gone
    WHERE true
    ON CONFLICT (directory, company_id) DO UPDATE SET
        met = max(met, excluded.met), listing_url = max(listing_url, excluded.listing_url),
        careers_url = max(careers_url, excluded.careers_url)
    """,
    "DELETE FROM directory_seen WHERE directory IN (SELECT name FROM directories) AND company_id = :gone",
    # A name that both bear would stand twice.
    "UPDATE OR IGNORE company_aliases SET company_id = :kept WHERE company_id = :gone",
    "DELETE FROM company_aliases WHERE company_id = :gone",
)
_KNOWN_BY = "INSERT INTO company_aliases (kind, value, company_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
#: What *kept* has as its own now is no alias of it.
_ITS_OWN = """
    DELETE FROM company_aliases WHERE company_id = ?1 AND (kind, value) IN (VALUES ('name', ?2), ('domain', ?3))
"""
_DELETE = "DELETE FROM companies WHERE id = ?"


def move_all(connection: sqlite3.Connection, gone: Company, kept: Company) -> None:
    """Give all that refers to *gone* to *kept*, whose row is there, and delete the row of *gone*."""
    for step in _STEPS:
        connection.execute(step, {"gone": gone.id, "kept": kept.id})
    known_by = [("id", gone.id), ("name", gone.normalized_name)]
    if gone.domain is not None:
        known_by.append(("domain", gone.domain))
    connection.executemany(_KNOWN_BY, ((kind, value, kept.id) for kind, value in known_by))
    connection.execute(_ITS_OWN, (kept.id, kept.normalized_name, kept.domain))
    connection.execute(_DELETE, (gone.id,))
