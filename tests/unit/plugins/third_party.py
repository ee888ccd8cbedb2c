"""Plugins as third parties would write them, good and bad."""

from __future__ import annotations

from collections.abc import Iterable

import click
from attrs import field, frozen
from tests.unit.catalogs import SMALL
from tests.unit.runners.small_vendor import SmallVendor

from ats_core import hookimpl
from ats_core.ports import AtsProvider
from ats_core.provider.messages import RateLimit


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


class TwinOfCatalog:
    @hookimpl
    def ats_catalogs(self) -> Iterable[str]:
        return [SMALL]


class Greets:
    @hookimpl
    def ats_commands(self) -> Iterable[click.Command]:
        return [click.Command("greet")]


class TakesRun:
    @hookimpl
    def ats_commands(self) -> Iterable[click.Command]:
        return [click.Command("run")]


class Ends:
    @hookimpl
    def ats_providers(self) -> Iterable[AtsProvider]:
        raise SystemExit(3)


class Old:
    ats_api = "0"

    @hookimpl
    def ats_providers(self) -> Iterable[AtsProvider]:
        return [SmallVendor()]


class Current(Old):
    ats_api = "1"


class Unfinished:
    """A vendor without a method that it must have."""

    name = "unfinished"
    limit = RateLimit()

    def recognise(self, url: str) -> None:
        return None

    def probe(self, board: object) -> None:
        return None


class BringsUnfinished:
    @hookimpl
    def ats_providers(self) -> list[object]:
        return [Unfinished()]


class BringsBadName:
    @hookimpl
    def ats_providers(self) -> list[AtsProvider]:
        return [SmallVendor("Not A Name")]


class BringsNothing:
    @hookimpl
    def ats_providers(self) -> None:
        return None


class Misspells:
    @hookimpl
    def ats_provider(self) -> Iterable[AtsProvider]:
        return [SmallVendor()]


class AsksTooMuch:
    @hookimpl
    def ats_providers(self, database: object) -> Iterable[AtsProvider]:
        return [SmallVendor()]


def _long(_: object, attribute: object, value: str) -> None:
    if len(value) < 4:
        raise ValueError("token must be 4 characters at the least")


@frozen(kw_only=True)
class Own:
    """The settings of a plugin: *token* must be configured, and is never shown."""

    token: str = field(repr=False, validator=_long)
    pages: int = 3


class Configured:
    @hookimpl
    def ats_settings(self) -> type[Own]:
        return Own

    @hookimpl
    def ats_providers(self, config: Own) -> Iterable[AtsProvider]:
        return [SmallVendor(f"vendor_{config.token}_{config.pages}")]


class BadSettings:
    @hookimpl
    def ats_settings(self) -> type[object]:
        return dict


whole, breaks, rival = Whole(), Breaks(), Rival()
twin, greets, takes_run, ends, old, current = TwinOfCatalog(), Greets(), TakesRun(), Ends(), Old(), Current()
unfinished, bad_name, nothing, misspells = BringsUnfinished(), BringsBadName(), BringsNothing(), Misspells()
asks_too_much, configured, bad_settings = AsksTooMuch(), Configured(), BadSettings()


class Twice:
    """Brings two vendors of one name."""

    @hookimpl
    def ats_providers(self) -> list[SmallVendor]:
        return [SmallVendor(), SmallVendor()]


class Speechless(Exception):
    """An error that fails at saying what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


class Mute:
    """Raises an error that cannot be printed."""

    @hookimpl
    def ats_providers(self) -> list[SmallVendor]:
        raise Speechless


twice = Twice()
mute = Mute()
