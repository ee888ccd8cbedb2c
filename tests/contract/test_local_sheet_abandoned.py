"""A local sheet whose reader or writer is told to stop in the middle: nobody waits, and the file stays as it was."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
import pytest

from ats_adapters.sheets.local_file import LocalFileSheet
from ats_core.sheet.table import SheetChanges, SheetTable

pytestmark = pytest.mark.anyio


class SlowText:
    """A format that takes as long as a test wants, to read or to write: until *go_on* is set."""

    def __init__(self) -> None:
        self.slow_to_read = False
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def parse(self, data: bytes) -> SheetTable | None:
        if self.slow_to_read:
            self._take_time()
        return None

    def with_changes(self, data: bytes | None, changes: SheetChanges) -> bytes:
        self._take_time()
        return b"new"

    def _take_time(self) -> None:
        self.begun.set()
        assert self.go_on.wait(30)


class Watched(LocalFileSheet):
    """Tells when the thread that writes is through."""

    def __init__(self, path: Path, slow: SlowText) -> None:
        super().__init__(path, slow)
        self.through = threading.Event()

    def _write(self, *arguments: Any) -> None:
        try:
            super()._write(*arguments)
        finally:
            self.through.set()


@pytest.fixture
def slow() -> SlowText:
    return SlowText()


@pytest.fixture
def sheet(tmp_path: Path, slow: SlowText) -> Watched:
    (tmp_path / "leads.csv").write_bytes(b"old")
    return Watched(tmp_path / "leads.csv", slow)


async def stop_in_the_middle(work: Callable[[], Coroutine[object, None, object]], slow: SlowText) -> None:
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(work)
            await anyio.to_thread.run_sync(slow.begun.wait)
            group.cancel_scope.cancel()


async def test_who_reads_is_not_waited_for(sheet: Watched, slow: SlowText) -> None:
    slow.slow_to_read = True
    await stop_in_the_middle(sheet.read, slow)
    slow.go_on.set()


async def test_who_writes_is_not_waited_for_and_puts_nothing_in_place_any_more(
    sheet: Watched, slow: SlowText, tmp_path: Path
) -> None:
    async def write() -> None:
        await sheet.write(SheetChanges(), read=None)

    await stop_in_the_middle(write, slow)
    slow.go_on.set()
    assert sheet.through.wait(10)
    assert (tmp_path / "leads.csv").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["leads.csv"]  # noqa: PTH208

    await write()
    assert (tmp_path / "leads.csv").read_bytes() == b"new"
