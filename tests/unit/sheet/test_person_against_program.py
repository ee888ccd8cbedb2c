"""A person and the program on one sheet: whatever the person does, their cells stay and no decision is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import anyio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.unit.sheet.companies_of_the_sheet import NOW, store_company

from ats_core.domain.company import Resolution
from ats_core.domain.identity import CompanyId
from ats_core.domain.run import RunStatus
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
from ats_core.testing.sheet_gateway import FakeSheet

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


class WatchedSheet(FakeSheet):
    """Checks, of every write, that it touched only what is ours: the judge, who shares no code with the program."""

    ids: frozenset[str] = frozenset()

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        edits = list(self.before_write[:1])
        for edit in edits:
            edit()
        self.before_write = self.before_write[1:]
        before = [list(cells) for cells in self.grid]
        pending, self.before_write = self.before_write, []
        try:
            await super().write(changes, read=read)
        finally:
            self.before_write = pending
        self.judge(before)

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
        filled = [(r, c) for r, cells in enumerate(before) for c, text in enumerate(cells) if text.strip()]
        last_row, last_column = max((r for r, _ in filled), default=-1), max((c for _, c in filled), default=-1)
        for r, cells in enumerate(self.grid):
            for c, text in enumerate(cells):
                old = before[r][c] if r < len(before) and c < len(before[r]) else ""
                if text == old or r > last_row or (c > last_column and (r == head or r in ours)):
                    continue
                label = before[head][c] if c < len(before[head]) else ""
                is_first = c == before[head].index(label)
                assert r in ours, f"row {r} is not ours: {old!r} became {text!r}"
                assert label in OUR_LABELS, f"column {label!r} is not ours: {old!r} became {text!r}"
                assert is_first, f"the second column {label!r} is not ours"


class PersonAgainstProgram(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.sheet = WatchedSheet()
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

    def sync(self) -> None:
        self.clock.advance(timedelta(hours=1))
        runner = SheetsSyncRunner(self.store, self.sheet, self.clock, RecordingLog(), SETTINGS)
        before = self.resolutions()
        counted = self.count_of_ids()
        report = anyio.run(runner.run_once)
        assert self.resolutions() == before
        if report.status is RunStatus.COMPLETED:
            self.check_rows(counted)

    def count_of_ids(self) -> dict[str, int]:
        texts = [text.strip() for cells in self.sheet.grid for text in cells]
        return {key: texts.count(key) for key in self.sheet.ids}

    def check_rows(self, counted: dict[str, int]) -> None:
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
            assert self.count_of_ids()[key] <= max(counted[key], 1) + len(self.sheet.before_write)

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
        self.sync()
        self.sheet.before_write = []

    # What the person does.

    @property
    def head(self) -> int:
        return self.sheet.header(self.sheet.grid)

    @property
    def height(self) -> int:
        return len(self.sheet.grid)

    @property
    def width(self) -> int:
        return max(map(len, self.sheet.grid))

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
        if not self.sheet.exists:
            return
        steps: list[Callable[[], None]] = [self.sync, self.feedback, self.sync]
        for step in steps:
            step()
        grid, changes = [list(cells) for cells in self.sheet.grid], self.store.changes
        self.feedback()
        self.sync()
        assert self.sheet.grid == grid
        assert self.store.changes == changes


PersonAgainstProgram.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
TestPersonAgainstProgram = PersonAgainstProgram.TestCase
