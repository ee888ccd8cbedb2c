"""Names in a list that are made to do harm: to a terminal, to a sheet, to whoever reads the database."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

from openpyxl import load_workbook
from tests.e2e.desk import Desk
from tests.servers.threads import running

from ats_adapters.sandbox import SandboxServer, World

NAMES = (
    "\x1b[31mRed\x1b[0m Company",
    "\x1b]0;title\x07Title Company",
    "Nothing\x00Inside",
    "Right\u202eto left",
    "Zero\u200bwidth\ufeff joined",
    "Two\r\nlines",
    "Tab\tbed",
    "C1\x9b31m",
    '=HYPERLINK("https://evil.example","Click")',
    "+1-800-COMPANY",
    "@SUM(A1:A9)",
    "'; DROP TABLE companies; --",
    "<script>alert(1)</script>",
    "L" * 100_000,
    "Ñandú 株式会社 🚀",
)
NAMELESS = ("\x07\x1b\u202e", "\u200b\u200b", "---")


def test_hostile_names_are_one_clean_line_everywhere_and_text_in_the_sheet(tmp_path: Path) -> None:
    world = World.crowd(companies=len(NAMES), postings=40, text=0)
    with running(SandboxServer(world)) as server:
        desk = Desk.before(tmp_path / "desk", world)
        path = desk.folder / "companies.csv"
        header, *good = csv.reader(path.read_text(encoding="utf-8").splitlines())
        with path.open("w", encoding="utf-8", newline="") as file:
            hostile = [(name, website) for name, (_, website) in zip(NAMES, good, strict=True)]
            csv.writer(file).writerows([header, *hostile, *((name, "") for name in NAMELESS)])
        desk.configure(server.base_url, {"sheets": {"file": "leads.xlsx"}})
        summary = desk.run(status=(0, 4))

    (directory, discovery) = summary["runners"][:2]
    assert directory["counters"]["records"] == len(NAMES) + len(NAMELESS)
    assert directory["counters"]["rejected"] == len(NAMELESS) == len(directory["rejected"])
    assert discovery["counters"]["looked"] == len(NAMES)

    stored = [name for (name,) in desk.rows("SELECT name FROM companies")]
    shown = [desk.atsp(*command).stdout for command in (("companies",), ("status",), ("runs", "show", "1"))]
    told = [*stored, *directory["rejected"]]
    for text in told + ["".join(out.splitlines()) for out in shown]:
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")], ascii(text)
    assert max(map(len, stored)) <= 300
    assert NAMES[-1] in stored

    sheet = load_workbook(desk.folder / "leads.xlsx").active
    assert sheet is not None
    assert '=HYPERLINK("https://evil.example","Click")' in {cell.value for row in sheet.iter_rows() for cell in row}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "b"}
