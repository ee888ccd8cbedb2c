"""Opens databases in processes that are killed on the way. Run by test_sqlite_kills.py, in a process of its own.

usage: kill_while_opening.py statements|moments|together FOLDER
Prints how many processes were killed, or how many opened one database together.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from ats_adapters.sqlite import open_store
from ats_adapters.sqlite.migrations import STEPS

real_connect = sqlite3.connect


def check(path: Path) -> None:
    """The database opens, is whole, and can be written."""
    open_store(path, create=True).close()
    with closing(real_connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        applied = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
        assert applied == [(step,) for step in STEPS]
        assert connection.execute("SELECT count(*) FROM companies").fetchone() == (0,)


def wait(pid: int) -> int:
    _, status = os.waitpid(pid, 0)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def die_at(statement: int) -> None:
    """From now on, the process kills itself when SQLite begins this statement, counted from 1."""
    seen = 0

    def count(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real_connect(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = connect  # type: ignore[assignment]


def forked(path: Path, *, before: int = 0) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            if before:
                die_at(before)
            open_store(path, create=True).close()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return pid


def at_every_statement(folder: Path) -> int:
    statement = 0
    while True:
        statement += 1
        path = folder / f"{statement}.db"
        ended = wait(forked(path, before=statement))
        check(path)
        if ended == 0:
            return statement - 1
        assert ended == -signal.SIGKILL, ended


def at_many_moments(folder: Path) -> int:
    killed = 0
    for moment in range(80):
        path = folder / f"{moment}.db"
        pid = forked(path)
        time.sleep(moment * 0.0004)
        os.kill(pid, signal.SIGKILL)
        killed += wait(pid) == -signal.SIGKILL
        check(path)
    return killed


def together(folder: Path) -> int:
    opened = 0
    for trial in range(8):
        path = folder / f"{trial}.db"
        opened += [wait(pid) for pid in [forked(path) for _ in range(5)]].count(0)
        check(path)
    return opened


if __name__ == "__main__":
    ways = {"statements": at_every_statement, "moments": at_many_moments, "together": together}
    print(ways[sys.argv[1]](Path(sys.argv[2])))
