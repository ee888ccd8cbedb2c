"""Opening a database: ours, new, somebody else's, or none at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils.db import Database

from ats_adapters.sqlite import database as opening
from ats_adapters.sqlite import open_store
from ats_adapters.sqlite.migrations import SCHEMA, STEPS
from ats_core.errors import DatabaseUnusable
from ats_core.testing.store_suite import fill
from ats_core.testing.store_suite.examples import a_company

ACME = a_company("Acme", domain="acme.example")
SHORT = timedelta(milliseconds=50)


def query(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def refusal(path: Path, *, create: bool = True, patience: timedelta = SHORT) -> str:
    """The one line that says why the database cannot be opened."""
    with pytest.raises(DatabaseUnusable) as refused:
        open_store(path, create=create, patience=patience)
    line = str(refused.value)
    assert "\n" not in line
    assert line.startswith(str(path))
    return line


def test_a_new_database_is_marked_as_ours_and_open_to_readers(tmp_path: Path) -> None:
    path = tmp_path / "new, with a space & ñ?#.db"
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME])
        assert query(path, "SELECT name FROM companies") == [("Acme",)]
        assert query(path, "PRAGMA journal_mode") == [("wal",)]
    assert query(path, "PRAGMA application_id") == [(opening.APPLICATION_ID,)]
    assert query(path, "PRAGMA user_version") == [(len(STEPS),)]
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_keeps_what_was_stored_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "atsp.db"
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME])
    before = path.read_bytes()
    with open_store(path, create=False) as store, store.read() as work:
        assert work.companies.get(ACME.id) == ACME
    assert path.read_bytes() == before


def test_every_table_is_strict(tmp_path: Path) -> None:
    open_store(tmp_path / "atsp.db", create=True).close()
    loose = "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE '%sqlite_%'"
    assert query(tmp_path / "atsp.db", loose) == []


def test_no_database_is_made_for_a_command_that_reads(tmp_path: Path) -> None:
    path = tmp_path / "atsp.db"
    assert refusal(path, create=False).endswith(
        "there is no database; `atsp run` makes one, once `atsp init` has written an atsp.toml"
    )
    assert not path.exists()
    path.touch()
    assert "`atsp run` fills it" in refusal(path, create=False)
    assert path.read_bytes() == b""


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "atsp.db"
    path.touch()
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME])
    assert query(path, "SELECT name FROM companies") == [(ACME.name,)]


def test_a_folder_a_missing_folder_and_a_device_are_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert "this is a folder, not a database" in refusal(tmp_path)
    assert "no such folder" in refusal(tmp_path / "missing" / "atsp.db")
    assert "no such folder" in refusal(tmp_path / "file" / "atsp.db")
    assert "not a regular file" in refusal(fifo)
    assert "cannot be reached" in refusal(tmp_path / ("x" * 300))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable to root")
def test_an_unwritable_folder_is_named_as_such(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert "cannot be opened" in refusal(tmp_path / "atsp.db")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    "content",
    [b"x", b"name;website\n" * 5, b"<!doctype html>" * 1000, b"PK\x03\x04" + bytes(5000), bytes(8192)],
    ids=["one byte", "a list", "a page", "an archive", "zeros"],
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert "not an SQLite database" in refusal(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE offers (id TEXT)"],
        ["CREATE TABLE t (x)", "PRAGMA application_id = 7"],
        ["PRAGMA application_id = 7"],
        ["CREATE VIEW v AS SELECT 1"],
    ],
)
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, statements: list[str]) -> None:
    path = tmp_path / "theirs.db"
    change(path, *statements)
    before = path.read_bytes()
    assert "another program" in refusal(path)
    assert "another program" in refusal(path, create=False)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "atsp.db"
    open_store(path, create=True).close()
    change(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('ats_pipeline', 'm999_later', 'x')",
    )
    before = path.read_bytes()
    line = refusal(path)
    assert "newer version of this program (schema step m999_later)" in line
    assert "upgrade the program" in line
    assert path.read_bytes() == before


def test_a_table_or_view_of_the_readers_own_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "atsp.db"
    open_store(path, create=True).close()
    change(path, "CREATE VIEW mine AS SELECT name FROM companies", "CREATE TABLE notes (text)")
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME])
    assert query(path, "SELECT name FROM mine") == [(ACME.name,)]


def test_a_locked_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "atsp.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert "locked by another process" in refusal(path)
        other.execute("ROLLBACK")
    open_store(path, create=True).close()


def add_step(patch: pytest.MonkeyPatch, step: Callable[[Database], None]) -> None:
    """Let the program know one more schema step than it does."""
    patch.setattr(opening, "SCHEMA", {**SCHEMA, "m900_next": step})


def add_a_column(db: Database) -> None:
    db.conn.execute("ALTER TABLE companies ADD COLUMN size INTEGER")


def test_a_database_of_an_older_program_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "atsp.db"
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME])
    add_step(monkeypatch, add_a_column)
    with open_store(path, create=False) as store, store.read() as work:
        assert work.companies.get(ACME.id) == ACME
    assert query(path, "SELECT name, size FROM companies") == [("Acme", None)]
    assert query(path, "PRAGMA user_version") == [(len(STEPS) + 1,)]


def fail_half_way(db: Database) -> None:
    db.conn.execute("ALTER TABLE companies ADD COLUMN size INTEGER")
    db.conn.execute("UPDATE companies SET name = NULL")


def stumble(db: Database) -> None:
    db.conn.execute("DELETE FROM companies")
    raise KeyError("no such thing")


@pytest.mark.parametrize("step", [fail_half_way, stumble])
def test_a_failed_migration_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: Callable[[Database], None]
) -> None:
    path = tmp_path / "atsp.db"
    with open_store(path, create=True) as store:
        fill(store, companies=[ACME])
    with monkeypatch.context() as patch:
        add_step(patch, step)
        line = refusal(path)
    assert "could not be brought to this version" in line
    assert "it was left as it was" in line
    with open_store(path, create=False) as store, store.read() as work:
        assert work.companies.get(ACME.id) == ACME
    assert query(path, "SELECT count(*) FROM pragma_table_info('companies') WHERE name = 'size'") == [(0,)]


def test_a_failed_first_migration_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "atsp.db"
    with monkeypatch.context() as patch:
        add_step(patch, fail_half_way_with_nothing_stored)
        assert "could not be brought to this version" in refusal(path)
    assert query(path, "SELECT count(*) FROM sqlite_schema") == [(0,)]
    open_store(path, create=True).close()


def fail_half_way_with_nothing_stored(db: Database) -> None:
    db.conn.execute("INSERT INTO companies (id) VALUES ('c_1')")
