"""The database in one SQLite file: `open_store`."""

from ats_adapters.sqlite.store import SqliteStore, open_store

__all__ = ["SqliteStore", "open_store"]
