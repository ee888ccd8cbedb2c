"""What a plugin can provide: one hook a kind of adapter.

A plugin is a module or object with functions marked `@hookimpl`, named by an entry point of the group
`ats_pipeline`. The built-in adapters are such plugins, and have nothing more. A hook that raises is reported with
the plugin's name and left out; the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

from ats_core.ports import AtsProvider, DirectorySource, SheetGateway, VendorHttp
from ats_core.settings import DirectorySettings, SheetSettings

if TYPE_CHECKING:
    import click

__all__ = [
    "ENTRY_POINT_GROUP",
    "ats_catalogs",
    "ats_commands",
    "ats_directory",
    "ats_providers",
    "ats_sheet",
    "hookimpl",
    "hookspec",
]

ENTRY_POINT_GROUP = "ats_pipeline"
hookspec = pluggy.HookspecMarker(ENTRY_POINT_GROUP)
hookimpl = pluggy.HookimplMarker(ENTRY_POINT_GROUP)


@hookspec
def ats_providers() -> Iterable[AtsProvider]:  # type: ignore[empty-body]
    """Called once at start: the vendors that this plugin can read. Two of one name are an error."""


@hookspec(firstresult=True)
def ats_directory(settings: DirectorySettings, http: VendorHttp) -> DirectorySource | None:
    """Called once for each configured list: its source, or None where `settings.kind` is not this plugin's.

    May raise `ConfigurationError` where the settings are wrong. *http* sends requests under the list's own limits.
    """


@hookspec(firstresult=True)
def ats_sheet(settings: SheetSettings) -> SheetGateway | None:
    """Called once where a sheet is configured: its gateway, or None where the settings name no sheet of this kind."""


@hookspec
def ats_catalogs() -> Iterable[str]:  # type: ignore[empty-body]
    """Called once at start: keyword catalogs as TOML text. A catalog's `id` is the name it is asked for by."""


@hookspec
def ats_commands() -> Iterable[click.Command]:  # type: ignore[empty-body]
    """Called once at start: commands to add to `atsp`."""
