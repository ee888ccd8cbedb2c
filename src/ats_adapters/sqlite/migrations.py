"""The schema, as the steps that led to it. A step that was ever released is never edited: a change is a new step.

What each table and column means: docs/reference/database.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from ats_core.domain.identity import normalized_name

if TYPE_CHECKING:
    from sqlite_utils.db import Database

__all__ = ["SCHEMA", "SET", "STEPS"]

#: The name under which the database keeps in `_sqlite_migrations` which steps were taken.
SET = "ats_pipeline"

_COMPANIES = (
    """
    CREATE TABLE companies (
        id TEXT PRIMARY KEY NOT NULL,
        name TEXT NOT NULL,
        website TEXT,
        domain TEXT,
        normalized_name TEXT NOT NULL,
        resolution TEXT NOT NULL,
        resolution_at TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX companies_domain ON companies (domain) WHERE domain IS NOT NULL",
    "CREATE INDEX companies_normalized_name ON companies (normalized_name)",
    """
    CREATE TABLE company_listings (
        company_id TEXT NOT NULL REFERENCES companies (id),
        directory TEXT NOT NULL,
        listing_url TEXT,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
        PRIMARY KEY (company_id, directory)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX company_listings_directory ON company_listings (directory)",
    """
    CREATE TABLE discoveries (
        company_id TEXT PRIMARY KEY NOT NULL REFERENCES companies (id),
        outcome TEXT NOT NULL,
        checked_at TEXT NOT NULL,
        next_check_at TEXT,
        attempts INTEGER NOT NULL,
        detail TEXT NOT NULL
    ) STRICT
    """,
)

_SOURCES = (
    """
    CREATE TABLE company_sources (
        id TEXT PRIMARY KEY NOT NULL,
        company_id TEXT NOT NULL REFERENCES companies (id),
        provider TEXT NOT NULL,
        region TEXT NOT NULL,
        board TEXT NOT NULL,
        evidence_url TEXT NOT NULL,
        evidence_kind TEXT NOT NULL,
        confidence REAL NOT NULL,
        status TEXT NOT NULL,
        discovered_at TEXT NOT NULL,
        last_ingested_at TEXT,
        last_sweep_started_at TEXT,
        sweep_started_at TEXT,
        next_cursor TEXT,
        watermark TEXT,
        etag TEXT,
        last_modified TEXT,
        content_hash TEXT,
        doubtful_since TEXT,
        missing_since TEXT,
        last_error_at TEXT,
        last_error TEXT,
        consecutive_failures INTEGER NOT NULL,
        retry_after TEXT,
        is_paused_until TEXT,
        UNIQUE (provider, region, board)
    ) STRICT
    """,
    "CREATE INDEX company_sources_company_id ON company_sources (company_id)",
    """
    CREATE TABLE sweep_sightings (
        source_id TEXT NOT NULL REFERENCES company_sources (id),
        provider_offer_id TEXT NOT NULL,
        PRIMARY KEY (source_id, provider_offer_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE provider_pauses (
        provider TEXT PRIMARY KEY NOT NULL,
        paused_until TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT
    """,
)

# The long text stands last in its row: SQLite then reads the other columns without reading it.
_OFFERS = (
    """
    CREATE TABLE offers (
        id TEXT PRIMARY KEY NOT NULL,
        source_id TEXT NOT NULL REFERENCES company_sources (id),
        company_id TEXT NOT NULL REFERENCES companies (id),
        provider_offer_id TEXT NOT NULL,
        title TEXT NOT NULL,
        locations TEXT NOT NULL,
        workplace TEXT,
        department TEXT,
        team TEXT,
        employment_type TEXT,
        salary_min REAL,
        salary_max REAL,
        salary_currency TEXT,
        salary_interval TEXT,
        salary_text TEXT,
        language TEXT,
        url TEXT,
        apply_url TEXT,
        published_at TEXT,
        updated_at TEXT,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        closed_at TEXT,
        content_hash TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        repost_of TEXT REFERENCES offers (id) DEFERRABLE INITIALLY DEFERRED,
        repost_count INTEGER NOT NULL,
        description_text TEXT NOT NULL,
        UNIQUE (source_id, provider_offer_id)
    ) STRICT
    """,
    "CREATE INDEX offers_company_id ON offers (company_id)",
    """
    CREATE TABLE offer_payloads (
        offer_id TEXT PRIMARY KEY NOT NULL REFERENCES offers (id),
        raw BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE matches (
        offer_id TEXT PRIMARY KEY NOT NULL REFERENCES offers (id),
        catalog_version TEXT NOT NULL,
        score REAL NOT NULL,
        label TEXT NOT NULL,
        top_category TEXT,
        hits TEXT NOT NULL,
        scored_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE VIEW offers_seen AS
    SELECT
        o.id AS offer_id, o.company_id, o.source_id, o.title, o.first_seen_at,
        CASE
            WHEN o.closed_at IS NULL AND s.last_ingested_at > o.last_seen_at THEN s.last_ingested_at
            ELSE o.last_seen_at
        END AS last_seen_at,
        o.closed_at
    FROM offers AS o JOIN company_sources AS s ON s.id = o.source_id
    """,
)

_METRICS = (
    """
    CREATE TABLE company_metrics (
        company_id TEXT PRIMARY KEY NOT NULL REFERENCES companies (id),
        as_of TEXT NOT NULL,
        catalog_version TEXT NOT NULL,
        best_score REAL NOT NULL,
        label TEXT NOT NULL,
        top_category TEXT,
        open_offers INTEGER NOT NULL,
        unique_offers INTEGER NOT NULL,
        strong_offers INTEGER NOT NULL,
        new_30d INTEGER NOT NULL,
        new_90d INTEGER NOT NULL,
        reposted_30d INTEGER NOT NULL,
        reposted_90d INTEGER NOT NULL,
        activity INTEGER NOT NULL,
        top_offer_id TEXT REFERENCES offers (id),
        last_strong_at TEXT,
        why TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE company_signals (
        company_id TEXT NOT NULL REFERENCES companies (id),
        category TEXT NOT NULL,
        best_points REAL NOT NULL,
        open_offers INTEGER NOT NULL,
        best_offer_id TEXT REFERENCES offers (id),
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        PRIMARY KEY (company_id, category)
    ) STRICT, WITHOUT ROWID
    """,
)

_RUNS = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        loop TEXT NOT NULL,
        owner TEXT NOT NULL,
        status TEXT NOT NULL,
        error TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT
    ) STRICT
    """,
    "CREATE INDEX runs_loop ON runs (loop)",
    """
    CREATE TABLE runner_runs (
        run_id INTEGER NOT NULL REFERENCES runs (id),
        runner TEXT NOT NULL,
        status TEXT NOT NULL,
        counters TEXT NOT NULL,
        failures TEXT NOT NULL,
        rejected TEXT NOT NULL,
        note TEXT NOT NULL,
        error TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        PRIMARY KEY (run_id, runner)
    ) STRICT
    """,
    """
    CREATE TABLE locks (
        name TEXT PRIMARY KEY NOT NULL,
        owner TEXT,
        token INTEGER NOT NULL,
        acquired_at TEXT NOT NULL,
        expires_at TEXT NOT NULL
    ) STRICT
    """,
)

_SHEET = (
    """
    CREATE TABLE sheet_rows (
        company_id TEXT PRIMARY KEY NOT NULL REFERENCES companies (id),
        row_hash TEXT NOT NULL,
        synced_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE feedback_events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        company_id TEXT NOT NULL REFERENCES companies (id),
        field TEXT NOT NULL,
        read TEXT NOT NULL,
        previous TEXT NOT NULL,
        value TEXT NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX feedback_events_company_id ON feedback_events (company_id, field)",
)


def m001_first_schema(db: Database) -> None:
    """Every table of version 0.1."""
    for group in (_COMPANIES, _SOURCES, _OFFERS, _METRICS, _RUNS, _SHEET):
        for statement in group:
            db.conn.execute(statement)


_ADDED_002 = (
    "ALTER TABLE company_sources ADD COLUMN listed_bytes INTEGER",
    "ALTER TABLE company_sources ADD COLUMN full_bytes INTEGER",
    # Not a column of `offers`: it would stand behind the long texts, and be as slow to read.
    """
    CREATE TABLE offer_sketches (
        offer_id TEXT PRIMARY KEY NOT NULL REFERENCES offers (id),
        sketch BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE matches ADD COLUMN synergies TEXT NOT NULL DEFAULT '[]'",
)


def m002_measures_sketches_synergies(db: Database) -> None:
    """What a board's postings weigh on the wire, what offers have in common, and what categories earn together."""
    for statement in _ADDED_002:
        db.conn.execute(statement)


_ADDED_003 = (
    "ALTER TABLE matches ADD COLUMN boilerplate TEXT NOT NULL DEFAULT ''",
    # Scored without a look at what a company's offers have in common: the next run scores it again.
    "UPDATE matches SET catalog_version = ''",
)


def m003_boilerplate_of_matches(db: Database) -> None:
    """Under which boilerplate each offer was scored."""
    for statement in _ADDED_003:
        db.conn.execute(statement)


_ADDED_004 = (
    "ALTER TABLE company_sources ADD COLUMN rejected_since TEXT",
    "ALTER TABLE company_sources ADD COLUMN rejected_at TEXT",
)


def m004_rejections_of_sources(db: Database) -> None:
    """Since when, and when last, a board held records that could not be used."""
    for statement in _ADDED_004:
        db.conn.execute(statement)


_ADDED_005 = (
    "ALTER TABLE company_listings ADD COLUMN careers_url TEXT",
    """
    CREATE TABLE directories (
        name TEXT PRIMARY KEY NOT NULL,
        definition TEXT NOT NULL,
        reading_started_at TEXT,
        next_cursor TEXT,
        last_reading_started_at TEXT,
        completed_at TEXT,
        etag TEXT,
        last_modified TEXT,
        content_hash TEXT,
        last_error_at TEXT,
        last_error TEXT,
        consecutive_failures INTEGER NOT NULL,
        retry_after TEXT
    ) STRICT
    """,
    """
    CREATE TABLE directory_seen (
        directory TEXT NOT NULL REFERENCES directories (name),
        company_id TEXT NOT NULL REFERENCES companies (id),
        met INTEGER NOT NULL CHECK (met IN (0, 1)),
        listing_url INTEGER NOT NULL CHECK (listing_url BETWEEN 0 AND 2),
        careers_url INTEGER NOT NULL CHECK (careers_url BETWEEN 0 AND 2),
        PRIMARY KEY (directory, company_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE company_aliases (
        kind TEXT NOT NULL CHECK (kind IN ('id', 'domain', 'name')),
        value TEXT NOT NULL,
        company_id TEXT NOT NULL REFERENCES companies (id),
        PRIMARY KEY (kind, value, company_id)
    ) STRICT, WITHOUT ROWID
    """,
    # An id or a domain leads to one company; a name may be borne by several.
    "CREATE UNIQUE INDEX company_aliases_value ON company_aliases (kind, value) WHERE kind <> 'name'",
    "CREATE INDEX company_aliases_company_id ON company_aliases (company_id)",
    "ALTER TABLE feedback_events ADD COLUMN row_id TEXT",
)


def m005_directories_and_merging(db: Database) -> None:
    """How far each list was read, where lists say that companies hire, and what else a company is known by.

    Names are brought into the form in which they are compared from now on: with more legal forms left out.
    """
    for statement in _ADDED_005:
        db.conn.execute(statement)
    names = db.conn.execute("SELECT id, name, normalized_name FROM companies ORDER BY id").fetchall()
    renewed = ((normalized_name(name), id_) for id_, name, before in names if normalized_name(name) != before)
    db.conn.executemany("UPDATE companies SET normalized_name = ? WHERE id = ?", renewed)


_ADDED_007 = (
    """
    CREATE TABLE score_ratings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        company_id TEXT NOT NULL REFERENCES companies (id),
        rating TEXT NOT NULL CHECK (rating IN ('', 'OK', 'FP', 'FN')),
        score REAL,
        top_category TEXT,
        catalog_version TEXT NOT NULL,
        hits TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX score_ratings_company_id ON score_ratings (company_id)",
)


def m007_score_ratings(db: Database) -> None:
    """What people said of scores, with what these stood on then."""
    for statement in _ADDED_007:
        db.conn.execute(statement)


_ADDED_008 = (
    # With a number of its own for each row: ids are scattered, and so were the pages that every transaction wrote.
    # What was there was of an older form, and is made anew of the texts.
    "DROP TABLE offer_sketches",
    """
    CREATE TABLE offer_sketches (
        offer_id TEXT PRIMARY KEY NOT NULL REFERENCES offers (id),
        sketch BLOB NOT NULL
    ) STRICT
    """,
)


def m008_sketches_by_row(db: Database) -> None:
    """Sketches where they are cheap to write."""
    for statement in _ADDED_008:
        db.conn.execute(statement)


_IN_ORDER = (
    m001_first_schema,
    m002_measures_sketches_synergies,
    m003_boilerplate_of_matches,
    m004_rejections_of_sources,
    m005_directories_and_merging,
    m007_score_ratings,
    m008_sketches_by_row,
)

#: All steps by name, in order.
SCHEMA: Mapping[str, Callable[[Database], None]] = MappingProxyType({step.__name__: step for step in _IN_ORDER})
STEPS = tuple(SCHEMA)
