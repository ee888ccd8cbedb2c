"""The plugin manager: registers the built-in adapters and whatever entry points bring, through the same hooks.

A plugin that does not load, whose hook raises, or that breaks its contract is left out, with the reason; the others go
on. Two plugins that bring one name are an error where that name is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import Factory, define, frozen

from ats_adapters.ats import (
    ashby,
    bamboohr,
    breezy,
    greenhouse,
    join,
    lever,
    personio,
    pinpoint,
    recruitee,
    rippling,
    smartrecruiters,
    teamtailor,
    workable,
    workday,
)
from ats_adapters.catalogs import builtin as builtin_catalogs
from ats_adapters.directories import kinds
from ats_adapters.plugin_checks import (
    BrokenContract,
    catalog_id,
    check_api,
    checked_commands,
    checked_providers,
    checked_settings,
)
from ats_adapters.plugin_points import installed_points
from ats_adapters.sheets import google, local_file
from ats_core import hookspecs
from ats_core.domain.board import ProviderName
from ats_core.errors import ConfigurationError, one_line
from ats_core.ports import AtsProvider, DirectorySource, SheetGateway, VendorHttp
from ats_core.scoring.catalog_format import CatalogText
from ats_core.settings import DirectorySettings, HttpSettings, SheetSettings

if TYPE_CHECKING:
    import click

__all__ = ["BUILTIN", "PluginInfo", "PluginProblem", "PluginState", "Plugins", "Sections"]

#: Name and module of each adapter that comes with the program.
BUILTIN: Mapping[str, object] = {
    "lever": lever,
    "greenhouse": greenhouse,
    "ashby": ashby,
    "bamboohr": bamboohr,
    "breezy": breezy,
    "join": join,
    "personio": personio,
    "pinpoint": pinpoint,
    "recruitee": recruitee,
    "rippling": rippling,
    "smartrecruiters": smartrecruiters,
    "teamtailor": teamtailor,
    "workable": workable,
    "workday": workday,
    "lists": kinds,
    "local_file": local_file,
    "google_sheets": google,
    "catalogs": builtin_catalogs,
}


_DEFAULT_NETWORK = HttpSettings()

#: Makes the settings of a plugin, of the class that it asks for. Raises `ConfigurationError`.
Sections = Callable[[str, type[Any]], object]


@frozen
class PluginProblem:
    """A plugin that was left out, and why."""

    plugin: str
    reason: str


class PluginState(StrEnum):
    """What became of a plugin."""

    IN_USE = "in_use"
    DISABLED = "disabled"
    LEFT_OUT = "left_out"
    CONFLICT = "conflict"


@frozen(kw_only=True)
class PluginInfo:
    """A plugin, where it is from (None: it came with the program), and what it brings by kind.

    *reason* says why it is not in use, or with which other it conflicts.
    """

    name: str
    distribution: str | None
    version: str | None
    state: PluginState
    reason: str = ""
    provides: Mapping[str, tuple[str, ...]] = Factory(dict)


@define
class _Plugin:
    """A plugin as it stands."""

    name: str
    distribution: str | None = None
    version: str | None = None
    state: PluginState = PluginState.IN_USE
    reason: str = ""
    config: object = None

    @property
    def label(self) -> str:
        return f"{self.name} ({self.distribution} {self.version})" if self.distribution else self.name


class Plugins:
    """All plugins, which of them are in use, and what these provide."""

    def __init__(
        self,
        *,
        builtin: Mapping[str, object] = BUILTIN,
        found: Iterable[EntryPoint] | None = None,
        disabled: Collection[str] = (),
        sections: Sections | None = None,
    ) -> None:
        """*found* defaults to the entry points of group `ats_pipeline` of all installed distributions.

        *disabled* are names of plugins that are not to be used, built-in ones too. *sections* makes the settings of
        those that have any; by default of their own defaults.
        """
        self._manager = pluggy.PluginManager(hookspecs.ENTRY_POINT_GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._plugins: dict[str, _Plugin] = {}
        self._builtin = frozenset(builtin)
        self._others: list[_Plugin] = []
        for name, module in builtin.items():
            self._add(_Plugin(name), lambda module=module: module, disabled)  # type: ignore[misc]
        points, broken = installed_points() if found is None else (found, [])
        for one in broken:
            self._others.append(_Plugin(one.name, one.name, "?", PluginState.LEFT_OUT, one.reason))
        for point in dict.fromkeys(points):
            dist = point.dist
            plugin = _Plugin(point.name, dist.name if dist else None, dist.version if dist else None)
            self._add(plugin, point.load, disabled)
        self._configure(sections or (lambda _, settings: settings()))

    # Loading

    def _add(self, plugin: _Plugin, load: Callable[[], object], disabled: Collection[str]) -> None:
        if plugin.name in self._plugins:
            twin = self._plugins[plugin.name]
            plugin.state, plugin.reason = PluginState.LEFT_OUT, f"another plugin is called so: {twin.label}"
            if twin.name in self._builtin:
                plugin.reason = f"a plugin of the program is called {twin.name}"
            self._others.append(plugin)
            return
        self._plugins[plugin.name] = plugin
        if plugin.name in disabled:
            plugin.state, plugin.reason = PluginState.DISABLED, "disabled by [plugins] disabled"
            return
        try:
            module = load()
            check_api(module)
            self._manager.register(module, plugin.name)
            self._manager.check_pending()
        except KeyboardInterrupt:
            raise
        except BrokenContract as error:
            self._leave_out(plugin.name, str(error))
        except BaseException as error:  # a module may do anything when it is imported, such as end the process
            self._leave_out(plugin.name, f"does not load: {one_line(error)}")

    def _configure(self, sections: Sections) -> None:
        def take(name: str, returned: object) -> None:
            self._plugins[name].config = self._settings(name, checked_settings(returned), sections)

        self._each("ats_settings", take)

    @staticmethod
    def _settings(name: str, settings: type[Any], sections: Sections) -> object:
        try:
            return sections(name, settings)
        except TypeError as error:  # no section, and no default
            raise BrokenContract(f"it needs a section [plugins.{name}]: {error}") from None

    def _leave_out(self, name: str, reason: str) -> None:
        plugin = self._plugins[name]
        plugin.state, plugin.reason = PluginState.LEFT_OUT, reason
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)

    @property
    def names(self) -> tuple[str, ...]:
        """The plugins in use, built-in ones first."""
        return tuple(plugin.name for plugin in self._plugins.values() if plugin.state is PluginState.IN_USE)

    @property
    def known(self) -> tuple[str, ...]:
        """The names of all plugins, in use or not."""
        return tuple(self._plugins)

    @property
    def configurable(self) -> tuple[str, ...]:
        """The names of the plugins in use that have settings of their own."""
        return tuple(impl.plugin_name for impl in self._implementations("ats_settings"))

    @property
    def problems(self) -> tuple[PluginProblem, ...]:
        """The plugins left out so far, and those of which a part was."""
        everyone = (*self._plugins.values(), *self._others)
        return tuple(
            PluginProblem(p.label, p.reason)
            for p in everyone
            if p.reason and p.state in (PluginState.LEFT_OUT, PluginState.IN_USE)
        )

    # Hooks

    def _implementations(self, hook: str) -> list[pluggy.HookImpl]:
        return list(getattr(self._manager.hook, hook).get_hookimpls())

    def _each(self, hook: str, take: Callable[[str, Any], None], **arguments: object) -> None:
        """Call a hook of each plugin, in order of registration, and *take* what it returns, under its name.

        A plugin may raise `ConfigurationError`; whatever else it raises leaves it out.
        """
        for impl in self._implementations(hook):
            name = impl.plugin_name
            given = {**arguments, "config": self._plugins[name].config}
            try:
                take(name, impl.function(*(given[argument] for argument in impl.argnames)))
            except (ConfigurationError, KeyboardInterrupt):
                raise
            except BrokenContract as error:
                self._leave_out(name, str(error))
            except BaseException as error:
                self._leave_out(name, f"{hook} failed: {one_line(error)}")

    def _brought(self, hook: str, check: Callable[[Any], Iterable[tuple[str, Any]]]) -> list[tuple[str, str, Any]]:
        """What plugins bring: by whom, under which name, and the thing."""
        found: list[tuple[str, str, Any]] = []

        def take(plugin: str, returned: Any) -> None:
            brought = list(check(returned))
            twice = [name for name, count in Counter(name for name, _ in brought).items() if count > 1]
            if twice:
                raise BrokenContract(f"{hook} returned two of the name {twice[0]!r}")
            found.extend((plugin, *named) for named in brought)

        self._each(hook, take)
        return found

    def _brought_catalogs(self) -> list[tuple[str, str, Any]]:
        """The catalogs that plugins bring; one that says not even what it is called is left out alone."""
        found: list[tuple[str, str, Any]] = []

        def take(plugin: str, texts: Iterable[Any]) -> None:
            for text in list(texts):
                if (name := catalog_id(text)) is None:
                    self._plugins[plugin].reason = "a catalog of its is no TOML with an id"
                else:
                    found.append((plugin, name, text))

        self._each("ats_catalogs", take)
        return found

    def _one_a_name(self, kind: str, brought: Iterable[tuple[str, str, Any]]) -> dict[str, tuple[str, Any]]:
        """Each thing by its name, with who brings it. Raises `ConfigurationError` where two bring one name."""
        found: dict[str, tuple[str, Any]] = {}
        for plugin, name, thing in brought:
            if name in found:
                first, second = self._plugins[found[name][0]].label, self._plugins[plugin].label
                raise ConfigurationError(
                    f"plugins {first} and {second} both bring a {kind} {name!r}",
                    hint="uninstall one of them, or name it in [plugins] disabled",
                )
            found[name] = plugin, thing
        return found

    def providers(self) -> Mapping[ProviderName, AtsProvider]:
        """The vendors by name; raises `ConfigurationError` where two plugins bring one of the same name."""
        found = self._one_a_name("provider", self._brought("ats_providers", _named_providers))
        return {ProviderName(name): provider for name, (_, provider) in sorted(found.items())}

    def directory(self, settings: DirectorySettings, http: VendorHttp) -> DirectorySource:
        """The source of a configured list; raises `ConfigurationError` where no plugin knows its kind."""
        found: list[DirectorySource | None] = []
        self._each("ats_directory", lambda _, source: found.append(source), settings=settings, http=http)
        sources = [source for source in found if source is not None]
        if not sources:
            raise ConfigurationError(
                f"no installed plugin reads directories of kind {settings.kind!r}",
                where=f"[[directories]] {settings.label}",
                hint=f"kinds that come with the program: {', '.join(kinds.KINDS)}",
            )
        return sources[0]

    def sheet(self, settings: SheetSettings, network: HttpSettings = _DEFAULT_NETWORK) -> SheetGateway | None:
        """The gateway of the configured sheet, reached over *network*; None where none is configured.

        Raises `ConfigurationError` where no plugin can write it.
        """
        if not settings.configured:
            return None
        found: list[SheetGateway | None] = []
        self._each("ats_sheet", lambda _, gateway: found.append(gateway), settings=settings, network=network)
        gateways = [gateway for gateway in found if gateway is not None]
        if not gateways:
            wanted = settings.file or f"the Google spreadsheet {settings.spreadsheet_id}"
            raise ConfigurationError(
                f"no installed plugin writes {wanted}",
                where="[sheets]",
                hint="a local file ends in .xlsx or .csv",
            )
        return gateways[0]

    def catalogs(self) -> Mapping[str, CatalogText]:
        """The keyword catalogs that plugins bring, unread, by id; those of which it cannot be told are left out.

        Raises `ConfigurationError` where two have one id.
        """
        found = self._one_a_name("catalog", self._brought_catalogs())
        return {
            name: CatalogText(text=text, where=f"catalog {name}{self._of_plugin(plugin)}")
            for name, (plugin, text) in found.items()
        }

    def _of_plugin(self, name: str) -> str:
        return "" if name in self._builtin else f" of plugin {self._plugins[name].label}"

    def commands(self, *, reserved: Collection[str] = ()) -> Mapping[str, click.Command]:
        """The commands that plugins add to `atsp`, by name; a plugin that brings a *reserved* one is left out.

        Raises `ConfigurationError` where two bring one of the same name.
        """

        found = self._one_a_name("command", self._brought("ats_commands", lambda r: _named_commands(r, reserved)))
        return {name: command for name, (_, command) in found.items()}

    # For people

    def overview(self, *, reserved: Collection[str] = ()) -> tuple[PluginInfo, ...]:
        """All plugins, what became of each, and what it provides: `vendors`, `directories`, `sheets`, and so on.

        Of kinds whose names only a configuration tells (`directories`, `sheets`) the value is empty. What two bring
        under one name is a conflict of both, and raises nothing here.
        """
        kinds = {
            "vendors": ("provider", self._brought("ats_providers", _named_providers)),
            "catalogs": ("catalog", self._brought_catalogs()),
            "commands": ("command", self._brought("ats_commands", lambda r: _named_commands(r, reserved))),
        }
        provides: dict[str, dict[str, list[str]]] = {name: {} for name in self._plugins}
        for title, (kind, brought) in kinds.items():
            for plugin, name, _ in brought:
                provides[plugin].setdefault(title, []).append(name)
            self._mark_conflicts(kind, brought)
        for title, hook in (("directories", "ats_directory"), ("sheets", "ats_sheet"), ("settings", "ats_settings")):
            for impl in self._implementations(hook):
                provides[impl.plugin_name].setdefault(title, [])
        return tuple(
            PluginInfo(
                name=plugin.name,
                distribution=plugin.distribution,
                version=plugin.version,
                state=plugin.state,
                reason=plugin.reason,
                provides={title: tuple(names) for title, names in provides.get(plugin.name, {}).items()}
                if plugin.state in (PluginState.IN_USE, PluginState.CONFLICT)
                else {},
            )
            for plugin in (*self._plugins.values(), *self._others)
        )

    def _mark_conflicts(self, kind: str, brought: Iterable[tuple[str, str, Any]]) -> None:
        owners: dict[str, list[str]] = {}
        for plugin, name, _ in brought:
            owners.setdefault(name, []).append(plugin)
        for name, those in owners.items():
            if len(those) > 1:
                for plugin in set(those):
                    others = " and ".join(self._plugins[other].label for other in those if other != plugin) or "itself"
                    self._plugins[plugin].state = PluginState.CONFLICT
                    self._plugins[plugin].reason = f"{kind} {name!r} is brought by {others}, too"


def _named_providers(returned: Any) -> list[tuple[str, Any]]:
    return [(provider.name, provider) for provider in checked_providers(returned)]


def _named_commands(returned: Any, reserved: Collection[str]) -> list[tuple[str, Any]]:
    commands = [(command.name or "", command) for command in checked_commands(returned)]
    for name, _ in commands:
        if name in reserved:
            raise BrokenContract(f"it brings a command {name!r}, which is one of atsp's own")
    return commands
