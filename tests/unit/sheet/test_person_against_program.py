"""A person and the program on one sheet: whatever the person does, their cells stay and no decision is lost."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.servers.sheets_api import Worksheet
from tests.servers.sheets_in_process import Desk
from tests.unit.sheet.companies_of_the_sheet import NOW, store_company

from ats_adapters.sheets.delimited import DelimitedText
from ats_adapters.sheets.local_file import LocalFileSheet
from ats_core.domain.company import Resolution
from ats_core.domain.identity import CompanyId
from ats_core.domain.run import RunStatus
from ats_core.errors import SheetChanged
from ats_core.runners.feedback import FeedbackRunner
from ats_core.runners.sheets_sync import SheetsSyncRunner
from ats_core.settings import FeedbackSettings, SheetSettings
from ats_core.sheet.cells import still_holds
from ats_core.sheet.columns import ENGLISH, OURS, THEIRS
from ats_core.sheet.projection import project
from ats_core.sheet.table import SheetChanges, SheetTable
from ats_core.testing.clock import FakeClock
from ats_core.testing.event_log import RecordingLog
from ats_core.testing.memory_store import MemoryStore
from ats_core.testing.sheet_gateway import EditedGrid, FakeSheet

NAMES = ("Norte", "Sur", "Este", "Oeste", "Centro")
SETTINGS = SheetSettings(file="leads.xlsx")
OUR_LABELS = {ENGLISH[column] for column in OURS}
THEIR_LABELS = [ENGLISH[column] for column in THEIRS]
LABELS = OUR_LABELS | set(THEIR_LABELS)

#: What the person types, and what of it is a decision.
DECISIONS = {"ACCEPTED": Resolution.ACCEPTED, "rechazado": Resolution.REJECTED, "Pending": Resolution.PENDING}
MEANT = {**DECISIONS, **{value.value: value for value in Resolution}}
RUBBISH = ("", "maybe", "=1+1", "OK", "FP", "12", "call\nthem", "\x00\u202e", "c_nobody")
typed = st.sampled_from((*DECISIONS, *RUBBISH))
far = st.integers(0, 30)


Edit = Callable[[], None]


class Judge:
    """Checks, of every write, that it touched only what is ours; shares no code with the program."""

    ids: frozenset[str] = frozenset()
    grid: Any
    #: Whether a row or column may come to stand before what a person typed further on in the moment of the write.
    takes_any_vacancy = False

    def header(self, grid: list[list[str]]) -> int:
        return next((n for n, cells in enumerate(grid) if "id" in cells and len(LABELS & set(cells)) > 1), 0)

    def first_rows(self, grid: list[list[str]]) -> dict[str, int]:
        head = self.header(grid)
        if head >= len(grid) or "id" not in grid[head]:
            return {}
        column, found = grid[head].index("id"), dict[str, int]()
        for n in range(head + 1, len(grid)):
            key = grid[n][column].strip() if column < len(grid[n]) else ""
            if key in self.ids:
                found.setdefault(key, n)
        return found

    def judge(self, before: list[list[str]]) -> None:
        head, ours = self.header(before), set(self.first_rows(before).values())
        places = [(r, c) for r, cells in enumerate(before) for c, text in enumerate(cells) if text.strip()]
        last_row, last_column = max((r for r, _ in places), default=-1), max((c for _, c in places), default=-1)
        for r, cells in enumerate(self.grid):
            for c, text in enumerate(cells):
                old = before[r][c] if r < len(before) and c < len(before[r]) else ""
                if text == old or (self.takes_any_vacancy and not any(filled(before[r : r + 1]))):
                    continue
                vacant_column = self.takes_any_vacancy and not any(c < len(line) and line[c] for line in before)
                if vacant_column and (r == head or r in ours):
                    continue
                if r > last_row or (c > last_column and (r == head or r in ours)):
                    continue
                label = before[head][c] if c < len(before[head]) else ""
                is_first = c == before[head].index(label)
                assert r in ours, f"row {r} is not ours: {old!r} became {text!r}"
                assert label in OUR_LABELS, f"column {label!r} is not ours: {old!r} became {text!r}"
                assert is_first, f"the second column {label!r} is not ours"


class WatchedSheet(FakeSheet, Judge):
    """A sheet that takes a write only while it is as it was read."""

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        for edit in self.before_write[:1]:
            edit()
        pending, self.before_write = self.before_write[1:], []
        before = [list(cells) for cells in self.grid]
        try:
            await super().write(changes, read=read)
        finally:
            self.before_write = pending
        self.judge(before)


class WatchedFile(EditedGrid[str], Judge):
    """A .csv file that the person edits with a program of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name) / "leads.csv"
        self._gateway = LocalFileSheet(self._path, DelimitedText())
        self.before_write: list[Edit] = []

    place = "the file"

    @property
    def grid(self) -> list[list[str]]:
        return self.lines

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def typed(self, text: str) -> str:
        return text

    def shown(self, cell: str) -> str:
        return cell

    def edited(self) -> None:
        super().edited()
        with self._path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(self.lines)

    def close(self) -> None:
        self._folder.cleanup()

    async def read(self) -> SheetTable | None:
        table = await self._gateway.read()
        if table is not None:
            self.lines[:] = [list(cells) for cells in (table.header, *table.rows)]
        return table

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        for edit in self.before_write[:1]:
            edit()
        self.before_write = self.before_write[1:]
        before = [list(cells) for cells in self.grid]
        await self._gateway.write(changes, read=read)
        await self.read()
        self.judge(before)


class WatchedGoogle(Judge):
    """A Google spreadsheet, which takes any write at any time: the person edits just before Google carries it out."""

    place = "the spreadsheet"
    takes_any_vacancy = True

    def __init__(self) -> None:
        self.desk = Desk()
        self._gateway = self.desk.gateway()
        self.before_write: list[Edit] = []

    @property
    def exists(self) -> bool:
        return any(sheet.title == "Companies" for sheet in self.desk.book.sheets)

    @property
    def grid(self) -> list[list[str]]:
        return self.tab.grid if self.exists else []

    @property
    def tab(self) -> Worksheet:
        return self.desk.book.tab("Companies")

    def __getattr__(self, name: str) -> Any:
        """What a person does is done to the worksheet."""
        return getattr(self.tab, name)

    async def read(self) -> SheetTable | None:
        return await self._gateway.read()

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        before: list[list[list[str]]] = []

        def meanwhile() -> None:
            for edit in self.before_write[:1]:
                edit()
            self.before_write = self.before_write[1:]
            before.append(self.grid)

        self.desk.book.before_write = [meanwhile]
        try:
            await self._gateway.write(changes, read=read)
        except SheetChanged:
            assert filled(self.grid) == filled(before[0])
            raise
        finally:
            self.desk.book.before_write = []
        assert [sheet.title for sheet in self.desk.book.sheets] == ["Sheet1", "Companies"]
        self.judge(before[0])


def filled(grid: list[list[str]]) -> list[list[str]]:
    """Without trailing emptiness."""
    lines = [cells[: max((n for n, text in enumerate(cells, 1) if text), default=0)] for cells in grid]
    return lines[: max((n for n, cells in enumerate(lines, 1) if cells), default=0)]


def _row(machine: PersonAgainstProgram, row: int) -> int:
    return machine.head + 2 + row % max(1, machine.height - machine.head - 1)


def _delete_column(machine: PersonAgainstProgram, column: int) -> None:
    c = 1 + column % machine.width
    if machine.sheet.cell(machine.head + 1, c) != "id" and machine.width > 3:
        machine.sheet.delete_column(c)


#: What changes where things stand, done in the moment between reading and writing.
EDITS: Mapping[str, Callable[[PersonAgainstProgram, int, int], object]] = {
    "sort": lambda m, row, column: m.sheet.sort(1 + column % m.width, header_row=m.head + 1, descending=bool(row % 2)),
    "insert a row": lambda m, row, column: m.sheet.insert_row(_row(m, row), ["", "mine"]),
    "delete a row": lambda m, row, column: m.height > m.head + 1 and m.sheet.delete_row(_row(m, row)),
    "copy a row": lambda m, row, column: m.height > m.head + 1 and m.sheet.copy_row(_row(m, row), _row(m, column)),
    "insert a column": lambda m, row, column: m.sheet.insert_column(1 + column % (m.width + 1), ["", "mine"]),
    "move a column": lambda m, row, column: m.sheet.move_column(1 + column % m.width, 1 + row % m.width),
    "delete a column": lambda m, row, column: _delete_column(m, column),
    "type below": lambda m, row, column: m.sheet.type(m.height + 1, 1 + column % (m.width + 1), "mine"),
    "type beside": lambda m, row, column: m.sheet.type(_row(m, row), m.width + 1, "mine"),
}


class PersonAgainstProgram(RuleBasedStateMachine):
    make_sheet: Callable[[], Any] = WatchedSheet

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.sheet: Any = type(self).make_sheet()
        self.clock = FakeClock(NOW)
        self.score = 5.0

    @initialize()
    def begin(self) -> None:
        ids = [store_company(self.store, name, 5.0).id for name in NAMES[:4]]
        ids.append(store_company(self.store, NAMES[4], None).id)
        self.sheet.ids = frozenset(ids)
        self.sync()

    # What the program does.

    def resolutions(self) -> dict[CompanyId, Resolution]:
        with self.store.read() as work:
            return {s.company.id: s.company.resolution for s in work.reports.companies()}

    def sync(self, *, copies: int = 0, unseen: bool = False) -> None:
        self.clock.advance(timedelta(hours=1))
        runner = SheetsSyncRunner(self.store, self.sheet, self.clock, RecordingLog(), SETTINGS)
        before = self.resolutions()
        counted = self.count_of_ids()
        report = anyio.run(runner.run_once)
        assert self.resolutions() == before
        if report.status is RunStatus.COMPLETED and not unseen:
            self.check_rows(counted, copies)

    def count_of_ids(self) -> dict[str, int]:
        texts = [text.strip() for cells in self.sheet.grid for text in cells]
        return {key: texts.count(key) for key in self.sheet.ids}

    def check_rows(self, counted: dict[str, int], copies: int) -> None:
        """Every company with metrics has one row that is ours, holding the right values; we doubled nobody's."""
        rows, head = self.sheet.first_rows(self.sheet.grid), self.sheet.header(self.sheet.grid)
        with self.store.read() as work:
            summaries = work.reports.companies()
        for summary in summaries:
            key = summary.company.id
            if summary.metrics is None and key not in rows:
                continue
            wanted = project(summary, {}).ours
            for column in OURS:
                shown = self.sheet.cell(rows[key] + 1, self.sheet.grid[head].index(ENGLISH[column]) + 1)
                assert still_holds(shown, wanted[column]), (column, shown, wanted[column])
            assert self.count_of_ids()[key] <= max(counted[key], 1) + copies

    def feedback(self) -> None:
        self.clock.advance(timedelta(hours=1))
        before, grid = self.resolutions(), [list(cells) for cells in self.sheet.grid]
        runner = FeedbackRunner(self.store, self.sheet, self.clock, RecordingLog(), SETTINGS, FeedbackSettings())
        report = anyio.run(runner.run_once)
        if report.failures:
            assert self.resolutions() == before
            return
        head, rows = self.sheet.header(grid), self.sheet.first_rows(grid)
        for key, resolution in self.resolutions().items():
            shown = ""
            if key in rows:
                column = grid[head].index("resolution")
                shown = grid[rows[key]][column] if column < len(grid[rows[key]]) else ""
            assert resolution is MEANT.get(shown, before[key])

    @rule()
    def program_syncs(self) -> None:
        self.sync()

    @rule()
    def program_reads_feedback(self) -> None:
        self.feedback()

    @rule(name=st.sampled_from(NAMES))
    def company_changes(self, name: str) -> None:
        self.score += 0.1
        store_company(self.store, name, round(self.score, 1))

    @rule(row=far, column=far, text=typed)
    def person_types_while_the_program_writes(self, row: int, column: int, text: str) -> None:
        self.company_changes("Sur")
        self.sheet.before_write = [lambda: self.type_below_header(row, column, text)]
        # What is typed over a cell of ours that was right is seen by the next sync at the latest.
        self.sync(unseen=True)
        self.sheet.before_write = []
        self.sync()

    @rule(row=far, column=far, edit=st.sampled_from([*EDITS]))
    def person_moves_things_while_the_program_writes(self, row: int, column: int, edit: str) -> None:
        self.company_changes("Sur")
        self.company_changes("Este")
        self.sheet.before_write = [lambda: EDITS[edit](self, row, column)]
        # What was right and is deleted in that moment comes back with the next sync; what was moved is right in this.
        self.sync(copies=1, unseen=edit.startswith("delete"))
        self.sheet.before_write = []
        self.sync()

    # What the person does.

    @property
    def head(self) -> int:
        return int(self.sheet.header(self.sheet.grid))

    @property
    def height(self) -> int:
        return len(self.sheet.grid)

    @property
    def width(self) -> int:
        return max(len(line) for line in list[list[str]](self.sheet.grid))

    def type_below_header(self, row: int, column: int, text: str) -> None:
        self.sheet.type(self.head + 2 + row % (self.height - self.head + 2), 1 + column % (self.width + 2), text)

    @rule(row=far, column=far, text=typed)
    def person_types_anywhere(self, row: int, column: int, text: str) -> None:
        self.type_below_header(row, column, text)

    @rule(row=far, label=st.sampled_from(THEIR_LABELS), text=typed)
    def person_decides(self, row: int, label: str, text: str) -> None:
        if label in self.sheet.grid[self.head] and self.height > self.head + 1:
            row = self.head + 2 + row % (self.height - self.head - 1)
            self.sheet.type(row, self.sheet.grid[self.head].index(label) + 1, text)

    @rule(column=far, descending=st.booleans())
    def person_sorts(self, column: int, descending: bool) -> None:
        self.sheet.sort(1 + column % self.width, header_row=self.head + 1, descending=descending)

    @rule(column=far)
    def person_sorts_one_column_alone(self, column: int) -> None:
        c = column % self.width
        body = self.sheet.grid[self.head + 1 :]
        texts = sorted(cells[c] if c < len(cells) else "" for cells in body)
        for n, text in enumerate(texts):
            self.sheet.type(self.head + 2 + n, c + 1, text)

    @rule(row=far, text=typed)
    def person_inserts_a_row(self, row: int, text: str) -> None:
        self.sheet.insert_row(self.head + 2 + row % (self.height - self.head), ["", text])

    @precondition(lambda self: self.head < 6)
    @rule(text=st.sampled_from(["", "Leads of June"]))
    def person_puts_a_title_above(self, text: str) -> None:
        self.sheet.insert_row(1, ["", text])

    @precondition(lambda self: self.height > self.head + 1)
    @rule(row=far)
    def person_deletes_a_row(self, row: int) -> None:
        self.sheet.delete_row(self.head + 2 + row % (self.height - self.head - 1))

    @precondition(lambda self: self.head + 1 < self.height < 14)
    @rule(row=far, before=far)
    def person_copies_a_row(self, row: int, before: int) -> None:
        body = self.height - self.head - 1
        self.sheet.copy_row(self.head + 2 + row % body, self.head + 2 + before % body)

    @rule(before=far, text=typed)
    def person_inserts_a_column(self, before: int, text: str) -> None:
        self.sheet.insert_column(1 + before % (self.width + 1), [""] * (self.head + 1) + [text])

    @rule(column=far, before=far)
    def person_moves_a_column(self, column: int, before: int) -> None:
        self.sheet.move_column(1 + column % self.width, 1 + before % self.width)

    @rule(column=far)
    def person_deletes_a_column(self, column: int) -> None:
        c = 1 + column % self.width
        if self.sheet.cell(self.head + 1, c) != "id" and self.width > 3:
            self.sheet.delete_column(c)

    @property
    def has_rows(self) -> bool:
        return any(text.strip() for cells in self.sheet.grid[self.head + 1 :] for text in cells)

    @precondition(lambda self: self.has_rows)
    @rule()
    def person_breaks_the_header_and_mends_it(self) -> None:
        column, head = self.sheet.grid[self.head].index("id") + 1, self.head + 1
        self.sheet.type(head, column, "key")
        grid, changes = [list(cells) for cells in self.sheet.grid], self.store.changes
        self.sync()
        self.feedback()
        assert (self.sheet.grid, self.store.changes) == (grid, changes)
        self.sheet.type(head, column, "id")

    @invariant()
    def header_is_found(self) -> None:
        assert not self.sheet.grid or "id" in self.sheet.grid[self.head]

    def teardown(self) -> None:
        """Left alone, the two agree at once, and then nothing moves any more."""
        if self.sheet.exists:
            self.settle()
        if isinstance(self.sheet, WatchedFile):
            self.sheet.close()

    def settle(self) -> None:
        steps: list[Callable[[], None]] = [self.sync, self.feedback, self.sync]
        for step in steps:
            step()
        grid, changes = [list(cells) for cells in self.sheet.grid], self.store.changes
        self.feedback()
        self.sync()
        assert self.sheet.grid == grid
        assert self.store.changes == changes


class PersonAgainstFile(PersonAgainstProgram):
    make_sheet = WatchedFile


class PersonAgainstGoogle(PersonAgainstProgram):
    make_sheet = WatchedGoogle


PersonAgainstProgram.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestPersonAgainstProgram = PersonAgainstProgram.TestCase
PersonAgainstFile.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestPersonAgainstFile = PersonAgainstFile.TestCase
PersonAgainstGoogle.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestPersonAgainstGoogle = PersonAgainstGoogle.TestCase
