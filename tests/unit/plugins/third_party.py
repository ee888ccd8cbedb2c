"""Plugins as third parties would write them, good and bad."""

from __future__ import annotations

from collections.abc import Iterable

import click
from tests.unit.catalogs import SMALL
from tests.unit.runners.small_vendor import SmallVendor

from ats_core import hookimpl
from ats_core.ports import AtsProvider


class Whole:
    @hookimpl
    def ats_providers(self) -> Iterable[AtsProvider]:
        return [SmallVendor()]

    @hookimpl
    def ats_catalogs(self) -> Iterable[str]:
        return [SMALL]

    @hookimpl
    def ats_commands(self) -> Iterable[click.Command]:
        return [click.Command("greet")]


class Breaks:
    @hookimpl
    def ats_providers(self) -> Iterable[AtsProvider]:
        raise RuntimeError("a bug")


class Rival:
    @hookimpl
    def ats_providers(self) -> Iterable[AtsProvider]:
        return [SmallVendor("lever")]


whole, breaks, rival = Whole(), Breaks(), Rival()
