"""The sheet as a local file, .xlsx or .csv: read whole, replaced whole, atomically, and only if nobody changed it."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import anyio.to_thread

from ats_adapters.sheets.delimited import DelimitedText
from ats_core import hookimpl
from ats_core.errors import SheetChanged, SheetError
from ats_core.ports import SheetGateway
from ats_core.settings import SheetSettings
from ats_core.sheet.table import SheetChanges, SheetTable

__all__ = ["LocalFileSheet", "ats_sheet", "local_sheet"]


class SheetFormat(Protocol):
    """What a file's bytes mean, and the bytes with changes in them. Pure; raises `SheetError` without a place."""

    def parse(self, data: bytes) -> SheetTable | None:
        """The worksheet, or None where the file has none of that name."""

    def with_changes(self, data: bytes | None, changes: SheetChanges) -> bytes:
        """The file with these cells written; a new one where *data* is None."""


class _Leave:
    """Leave to put the new file in the old one's place, until it is withdrawn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._withdrawn = False

    def withdraw(self) -> None:
        """From now on there is none; what was begun with it is done."""
        with self._lock:
            self._withdrawn = True

    def replace(self, copy: Path, target: Path) -> None:
        """Put *copy* in the place of *target*, or leave both as they are."""
        with self._lock:
            if not self._withdrawn:
                copy.replace(target)


class LocalFileSheet:
    """A worksheet in a file. Its revision is a hash of the file's bytes.

    A large workbook takes its time. A run that is told to end does not wait for it: the thread that reads or writes is
    abandoned, and puts nothing in place any more.
    """

    def __init__(self, path: Path, file_format: SheetFormat) -> None:
        self._path = path
        self._format = file_format

    @property
    def place(self) -> str:
        """The file's path."""
        return str(self._path)

    async def read(self) -> SheetTable | None:
        """The worksheet, or None where the file, or the worksheet in it, does not exist. Raises `SheetError`."""
        return await anyio.to_thread.run_sync(self._read, abandon_on_cancel=True)

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        """Write the cells into a copy next to the file, then put it in the file's place. Raises `SheetError`."""
        leave = _Leave()
        try:
            await anyio.to_thread.run_sync(self._write, changes, read, leave, abandon_on_cancel=True)
        finally:
            leave.withdraw()

    def _read(self) -> SheetTable | None:
        with self._one_line_errors("read"):
            data = self._bytes()
            table = None if data is None else self._format.parse(data)
            if table is None:
                return None
            return SheetTable(
                header=table.header, rows=table.rows, revision=_revision(data), uncalculated=table.uncalculated
            )

    def _write(self, changes: SheetChanges, read: SheetTable | None, leave: _Leave) -> None:
        with self._one_line_errors("written"):
            target = self._path.resolve()
            data = self._bytes()
            self._unchanged_since(read, data)
            if data is not None and not os.access(target, os.W_OK):
                raise PermissionError("it is read-only")
            replacement = self._format.with_changes(data, changes)
            for leftover in target.parent.glob(f".{glob.escape(target.name)}.*.atsp-tmp"):
                leftover.unlink(missing_ok=True)
            copy = target.with_name(f".{target.name}.{os.getpid()}.atsp-tmp")
            try:
                with copy.open("wb") as file:
                    file.write(replacement)
                    file.flush()
                    os.fsync(file.fileno())
                if data is not None:
                    shutil.copymode(target, copy)
                self._unchanged_since(read, self._bytes())
                leave.replace(copy, target)
            finally:
                copy.unlink(missing_ok=True)
            _sync_folder(target.parent)

    def _bytes(self) -> bytes | None:
        """The file's content, None where there is no file."""
        try:
            mode = self._path.stat().st_mode
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(mode):
            raise SheetError("it is not a file", hint="name a file that ends in .xlsx or .csv")
        return self._path.read_bytes()

    def _unchanged_since(self, read: SheetTable | None, data: bytes | None) -> None:
        if read is not None:
            same = data is not None and _revision(data) == read.revision
        else:
            same = data is None or self._format.parse(data) is None
        if not same:
            raise SheetChanged("the file was changed since it was read; nothing was written", hint="read it again")

    @contextmanager
    def _one_line_errors(self, verb: str) -> Iterator[None]:
        try:
            yield
        except SheetError as error:
            error.where = error.where or self.place
            raise
        except PermissionError as error:
            raise SheetError(
                f"the file cannot be {verb}: {error.strerror or error}",
                where=self.place,
                hint="close it where it is open (Excel locks files), or give this user the right to write it",
            ) from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise SheetError(
                f"the file cannot be {verb}: its folder does not exist",
                where=self.place,
                hint="create the folder, or name another under [sheets] file",
            ) from error
        except OSError as error:
            raise SheetError(f"the file cannot be {verb}: {error.strerror or error}", where=self.place) from error


def _revision(data: bytes | None) -> str:
    return hashlib.blake2b(data or b"", digest_size=16).hexdigest()


def _sync_folder(folder: Path) -> None:
    """Make the replacement last through a power cut, where the system lets folders be synced."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def local_sheet(settings: SheetSettings, base: Path) -> SheetGateway | None:
    """The gateway of the configured file (relative to *base*), or None where none of a known kind is configured.

    Raises `ConfigurationError` where the worksheet's name cannot be one.
    """
    if not settings.file:
        return None
    path = base / settings.file
    if path.suffix.lower() == ".xlsx":
        # Reading and writing workbooks takes a library that costs a quarter of a start; most commands need none.
        from ats_adapters.sheets.workbook import Workbook

        return LocalFileSheet(path, Workbook(settings.worksheet))
    if path.suffix.lower() == ".csv":
        return LocalFileSheet(path, DelimitedText())
    return None


@hookimpl
def ats_sheet(settings: SheetSettings) -> SheetGateway | None:
    """The local file, if one is configured."""
    return local_sheet(settings, Path())
