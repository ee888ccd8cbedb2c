"""The reference of the database names what is there: every table and view, every column, and nothing else."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from ats_adapters.sqlite import open_store

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "database.md"


def documented() -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    for section in re.split(r"^### ", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, *columns = re.findall(r"^`(\w+)`|^\| `(\w+)` \|", section, flags=re.MULTILINE)
        tables[name[0]] = [column for _, column in columns]
    return tables


def stored(path: Path) -> dict[str, list[str]]:
    open_store(path, create=True).close()
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE '%sqlite\\_%' ESCAPE '\\'"
        ).fetchall()
        return {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for (name,) in names}


def test_every_table_and_column_is_described_in_order(tmp_path: Path) -> None:
    assert documented() == stored(tmp_path / "atsp.db")
