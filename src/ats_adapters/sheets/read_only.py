"""A sheet that is read but never written: for dry runs."""

from __future__ import annotations

from ats_core.ports import SheetGateway
from ats_core.sheet.table import SheetChanges, SheetTable

__all__ = ["ReadOnlySheet"]


class ReadOnlySheet:
    """Passes reading on to another gateway, and takes changes without writing them."""

    def __init__(self, gateway: SheetGateway) -> None:
        self._gateway = gateway

    @property
    def place(self) -> str:
        """Where the sheet is."""
        return self._gateway.place

    async def read(self) -> SheetTable | None:
        """The worksheet as it is."""
        return await self._gateway.read()

    async def write(self, changes: SheetChanges, *, read: SheetTable | None) -> None:
        """Write nothing."""
