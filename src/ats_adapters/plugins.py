"""The plugin manager: registers the built-in adapters and whatever entry points bring, through the same hooks.

A plugin that fails to load or whose hook raises is kept out, with the reason in `Plugins.problems`; the others go on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import frozen

from ats_adapters.ats import greenhouse, lever
from ats_adapters.catalogs import builtin as builtin_catalogs
from ats_adapters.directories import files
from ats_adapters.sheets import local_file
from ats_core import hookspecs
from ats_core.domain.board import ProviderName
from ats_core.errors import AtsError, ConfigurationError, one_line
from ats_core.ports import AtsProvider, DirectorySource, SheetGateway, VendorHttp
from ats_core.scoring.catalog_format import CatalogText
from ats_core.settings import DirectorySettings, SheetSettings

if TYPE_CHECKING:
    import click

__all__ = ["BUILTIN", "PluginProblem", "Plugins"]

#: Name and module of each adapter that comes with the program.
BUILTIN: Mapping[str, object] = {
    "lever": lever,
    "greenhouse": greenhouse,
    "csv": files,
    "local_file": local_file,
    "catalogs": builtin_catalogs,
}


@frozen
class PluginProblem:
    """A plugin that was left out, and why."""

    plugin: str
    reason: str


class Plugins:
    """All plugins that could be loaded, and what they provide."""

    def __init__(self, *, builtin: Mapping[str, object] = BUILTIN, found: Iterable[EntryPoint] | None = None) -> None:
        """*found* defaults to the entry points of group `ats_pipeline` of all installed distributions."""
        self._manager = pluggy.PluginManager(hookspecs.ENTRY_POINT_GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._problems: list[PluginProblem] = []
        self._builtin = frozenset(builtin)
        for name, plugin in builtin.items():
            self._manager.register(plugin, name)
        for point in entry_points(group=hookspecs.ENTRY_POINT_GROUP) if found is None else found:
            self._load(point)

    def _load(self, point: EntryPoint) -> None:
        name = f"{point.name} ({point.dist.name} {point.dist.version})" if point.dist else point.name
        try:
            self._manager.register(point.load(), name)
        except Exception as error:
            self._problems.append(PluginProblem(name, f"does not load: {one_line(error)}"))
            return
        try:
            self._manager.check_pending()
        except Exception as error:
            self._left_out(name, f"does not load: {one_line(error)}")

    def _left_out(self, name: str, reason: str) -> None:
        self._problems.append(PluginProblem(name, reason))
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)

    @property
    def names(self) -> tuple[str, ...]:
        """The plugins in use, built-in ones first."""
        return tuple(name for name, plugin in self._manager.list_name_plugin() if plugin is not None)

    @property
    def problems(self) -> tuple[PluginProblem, ...]:
        """The plugins left out so far."""
        return tuple(self._problems)

    def _each(self, hook: str, take: Callable[[str, Any], None], **arguments: object) -> None:
        """Call a hook of each plugin, in order of registration, and *take* what it returns, under its name."""
        for impl in list(getattr(self._manager.hook, hook).get_hookimpls()):
            try:
                result = impl.function(*(arguments[name] for name in impl.argnames))
                take(impl.plugin_name, result)
            except AtsError:
                raise
            except Exception as error:
                self._left_out(impl.plugin_name, f"{hook} failed: {one_line(error)}")

    def providers(self) -> Mapping[ProviderName, AtsProvider]:
        """The vendors by name; raises `ConfigurationError` where two plugins bring one of the same name."""
        found: dict[ProviderName, AtsProvider] = {}
        owner: dict[ProviderName, str] = {}

        def take(plugin: str, providers: Iterable[AtsProvider]) -> None:
            for provider in list(providers):
                if provider.name in found:
                    raise ConfigurationError(
                        f"plugins {owner[provider.name]} and {plugin} both bring a provider {provider.name!r}",
                        hint="uninstall one of them",
                    )
                found[provider.name], owner[provider.name] = provider, plugin

        self._each("ats_providers", take)
        return dict(sorted(found.items()))

    def directory(self, settings: DirectorySettings, http: VendorHttp) -> DirectorySource:
        """The source of a configured list; raises `ConfigurationError` where no plugin knows its kind."""
        found: list[DirectorySource | None] = []
        self._each("ats_directory", lambda _, source: found.append(source), settings=settings, http=http)
        sources = [source for source in found if source is not None]
        if not sources:
            raise ConfigurationError(
                f"no installed plugin reads directories of kind {settings.kind!r}",
                where=f"[[directories]] {settings.label}",
                hint="kinds that come with the program: csv",
            )
        return sources[0]

    def sheet(self, settings: SheetSettings) -> SheetGateway | None:
        """The gateway of the configured sheet, None where none is configured.

        Raises `ConfigurationError` where no plugin can write it.
        """
        if not settings.configured:
            return None
        found: list[SheetGateway | None] = []
        self._each("ats_sheet", lambda _, gateway: found.append(gateway), settings=settings)
        gateways = [gateway for gateway in found if gateway is not None]
        if not gateways:
            wanted = settings.file or f"the Google spreadsheet {settings.spreadsheet_id}"
            raise ConfigurationError(
                f"no installed plugin writes {wanted}",
                where="[sheets]",
                hint="a local file ends in .xlsx or .csv; Google Sheets needs a plugin",
            )
        return gateways[0]

    def catalogs(self) -> Mapping[str, CatalogText]:
        """The keyword catalogs that plugins bring, unread, by id; those of which it cannot be told are left out.

        Raises `ConfigurationError` where two have one id.
        """
        found: dict[str, CatalogText] = {}

        def take(plugin: str, texts: Iterable[str]) -> None:
            for text in list(texts):
                catalog_id = _catalog_id(text)
                if catalog_id is None:
                    problem = PluginProblem(plugin, "a catalog of its is no TOML with an id")
                    if problem not in self._problems:
                        self._problems.append(problem)
                    continue
                if catalog_id in found:
                    raise ConfigurationError(f"two plugins bring a catalog {catalog_id!r}; the second is {plugin}")
                name = f"catalog {catalog_id}" + ("" if plugin in self._builtin else f" of plugin {plugin}")
                found[catalog_id] = CatalogText(text=text, where=name)

        self._each("ats_catalogs", take)
        return found

    def commands(self) -> Mapping[str, click.Command]:
        """The commands that plugins add to `atsp`, by name; the first of one name counts."""
        found: dict[str, click.Command] = {}

        def take(plugin: str, commands: Iterable[click.Command]) -> None:
            for command in list(commands):
                found.setdefault(command.name or plugin, command)

        self._each("ats_commands", take)
        return found


def _catalog_id(text: str) -> str | None:
    try:
        catalog_id = tomllib.loads(text).get("id")
    except (ValueError, RecursionError):
        return None
    return catalog_id if isinstance(catalog_id, str) else None
