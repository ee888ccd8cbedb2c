"""Every gateway to a sheet keeps the same contract."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
from tests.servers.sheets_in_process import Desk

from ats_adapters.sheets.google.sheet import GoogleSheet
from ats_adapters.sheets.local_file import local_sheet
from ats_core.ports import SheetGateway
from ats_core.settings import SheetSettings
from ats_core.testing.sheet_gateway import FakeSheet
from ats_core.testing.sheet_suite import SheetGatewaySuite


def local(folder: Path, name: str) -> SheetGateway:
    gateway = local_sheet(SheetSettings(file=name), folder)
    assert gateway is not None
    return gateway


class TestFakeSheet(SheetGatewaySuite):
    def gateway(self, folder: Path) -> SheetGateway:
        return FakeSheet()

    def type_as_person(self, gateway: SheetGateway, row: int, column: int, text: str) -> None:
        assert isinstance(gateway, FakeSheet)
        gateway.type(row, column, text)


class TestWorkbookFile(SheetGatewaySuite):
    def gateway(self, folder: Path) -> SheetGateway:
        return local(folder, "leads.xlsx")

    def type_as_person(self, gateway: SheetGateway, row: int, column: int, text: str) -> None:
        book = openpyxl.load_workbook(gateway.place)
        book["Companies"].cell(row, column).value = text
        book.save(gateway.place)


class TestDelimitedFile(SheetGatewaySuite):
    def gateway(self, folder: Path) -> SheetGateway:
        return local(folder, "leads.csv")

    def type_as_person(self, gateway: SheetGateway, row: int, column: int, text: str) -> None:
        with Path(gateway.place).open(encoding="utf-8-sig", newline="") as file:
            rows = [list(cells) for cells in csv.reader(file)]
        rows.extend([] for _ in range(row - len(rows)))
        rows[row - 1].extend([""] * (column - len(rows[row - 1])))
        rows[row - 1][column - 1] = text
        with Path(gateway.place).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)


class TestGoogleSheet(SheetGatewaySuite):
    def gateway(self, folder: Path) -> SheetGateway:
        self.desk = Desk()
        return self.desk.gateway()

    def type_as_person(self, gateway: SheetGateway, row: int, column: int, text: str) -> None:
        assert isinstance(gateway, GoogleSheet)
        self.desk.book.tab("Companies").type(row, column, text)
