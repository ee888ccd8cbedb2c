"""What a plugin can provide: one hook a kind of adapter.

A plugin is a module or object with functions marked `@hookimpl`, named by an entry point of the group
`ats_pipeline`. The built-in adapters are such plugins, and have nothing more. A plugin whose hook raises is reported
with its name and left out; the run goes on.

An implementation takes those of a hook's arguments that it needs. *config* is the plugin's own section of the
configuration, an instance of the class that its `ats_settings` returns; None where it has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pluggy

from ats_core.ports import AtsProvider, DirectorySource, SheetGateway, VendorHttp
from ats_core.settings import DirectorySettings, HttpSettings, SheetSettings

if TYPE_CHECKING:
    import click

__all__ = [
    "API_VERSION",
    "ENTRY_POINT_GROUP",
    "ats_catalogs",
    "ats_commands",
    "ats_directory",
    "ats_providers",
    "ats_settings",
    "ats_sheet",
    "hookimpl",
    "hookspec",
]

ENTRY_POINT_GROUP = "ats_pipeline"
#: What a plugin is written for, and may say so (`ats_api = "1"`). It changes when a plugin that worked would not work
#: any more; that something is added (a hook, an argument, an optional method) changes nothing.
API_VERSION = "1"
hookspec = pluggy.HookspecMarker(ENTRY_POINT_GROUP)
hookimpl = pluggy.HookimplMarker(ENTRY_POINT_GROUP)


@hookspec
def ats_settings() -> type[Any]:  # type: ignore[empty-body]
    """Called once at start, before all others: the attrs class of this plugin's section, `[plugins.NAME]`.

    NAME is the plugin's: that of its entry point. Keys are checked as those of the program are; a field that has no
    default must be configured. `field(repr=False)` keeps a secret out of messages.
    """


@hookspec
def ats_providers(config: Any) -> Iterable[AtsProvider]:  # type: ignore[empty-body]
    """Called once at start: the vendors that this plugin can read. Two of one name are an error."""


@hookspec(firstresult=True)
def ats_directory(settings: DirectorySettings, http: VendorHttp, config: Any) -> DirectorySource | None:
    """Called once for each configured list: its source, or None where `settings.kind` is not this plugin's.

    May raise `ConfigurationError` where the settings are wrong. *http* sends requests under the list's own limits.
    """


@hookspec(firstresult=True)
def ats_sheet(settings: SheetSettings, network: HttpSettings, config: Any) -> SheetGateway | None:
    """Called once where a sheet is configured: its gateway, or None where the settings name no sheet of this kind.

    *network* is how the outside is reached; an implementation that needs none of it leaves the argument out.
    """


@hookspec
def ats_catalogs(config: Any) -> Iterable[str]:  # type: ignore[empty-body]
    """Called once at start: keyword catalogs as TOML text. A catalog's `id` is the name it is asked for by."""


@hookspec
def ats_commands() -> Iterable[click.Command]:  # type: ignore[empty-body]
    """Called when `atsp` is asked for a command that it does not have: commands to add to it. Two of one name are an
    error.
    """
