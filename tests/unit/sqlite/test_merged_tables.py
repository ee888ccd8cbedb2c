"""A table that refers to companies must be thought of when two of them are merged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ats_adapters.sqlite import database as opening
from ats_adapters.sqlite import open_store
from ats_adapters.sqlite.merging import REFERRING
from ats_adapters.sqlite.migrations import SCHEMA, STEPS


def test_every_table_that_refers_to_companies_is_known_to_merging(tmp_path: Path) -> None:
    path = tmp_path / "atsp.db"
    open_store(path, create=True).close()
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        referring = {
            table
            for table in tables
            if any(key[2] == "companies" for key in database.execute(f"PRAGMA foreign_key_list([{table}])"))
        }
    assert referring == REFERRING


def test_stored_names_are_brought_into_the_form_in_which_they_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "atsp.db"
    with monkeypatch.context() as of_old:
        before = STEPS[: STEPS.index("m005_directories_and_merging")]
        of_old.setattr(opening, "SCHEMA", {step: SCHEMA[step] for step in before})
        open_store(path, create=True).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute(
            "INSERT INTO companies VALUES ('c_1', 'Acme A/S', NULL, NULL, 'acme a s', 'PENDING', NULL, ?1, ?1)",
            ("2026-07-01T00:00:00+00:00",),
        )
    with open_store(path, create=False) as store, store.read() as work:
        assert set(work.companies.with_names(["acme", "acme a s"])) == {"acme"}
