"""The plugins as the configuration has them: which are disabled, and what each is told in its own section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from ats_adapters.plugins import Plugins
from ats_cli.config import Config
from ats_cli.options import load
from ats_cli.structure import structure
from ats_core.domain.board import ProviderName, Source, SourceStatus
from ats_core.errors import ConfigurationError

__all__ = ["Unread", "adapterless", "enabled_providers", "load_plugins", "plugins_at_hand", "unread_vendors"]


@frozen(kw_only=True)
class Unread:
    """A vendor of which *boards* are stored that nothing reads now, and why."""

    boards: int
    reason: str


def load_plugins(config: Config) -> Plugins:
    """All plugins, each with its section. Raises `ConfigurationError` where one names no plugin or a wrong key."""
    own = config.plugins

    def section(name: str, settings: type[Any]) -> object:
        return structure(settings, own.sections.get(name, {}), own.origin.at(name))

    plugins = Plugins(disabled=own.disabled, sections=section)
    _refuse_strangers(
        plugins, own.disabled, where=own.origin.of("disabled"), what="there is no plugin {!r} to be disabled"
    )
    for name in own.sections:
        where = str(own.origin.at(name))
        _refuse_strangers(plugins, [name], where=where, what="there is no plugin {!r}")
        if name in plugins.names and name not in plugins.configurable:
            raise ConfigurationError(
                f"the plugin {name!r} has no keys of its own", where=where, hint="remove the section"
            )
    return plugins


def plugins_at_hand(config_path: Path | None) -> Plugins:
    """All plugins; where the configuration is wrong, as without one: whoever needs it says what is wrong."""
    try:
        return load_plugins(load(config_path))
    except ConfigurationError:
        return Plugins()


def _refuse_strangers(plugins: Plugins, names: Collection[str], *, where: str, what: str) -> None:
    for name in names:
        if name not in plugins.known:
            hint = f"accepted: {', '.join(plugins.known)}"
            raise ConfigurationError(what.format(name), where=where, hint=hint)


def enabled_providers(config: Config, plugins: Plugins) -> Mapping[ProviderName, Any]:
    """The vendors that plugins bring, less those that the configuration disables.

    A section of a vendor that nobody brings is an error, unless a plugin that may bring it is not in use.
    """
    found = plugins.providers()
    for name in config.providers:
        if name not in found and len(plugins.names) == len(plugins.known):
            raise ConfigurationError(
                f"there is no provider {name!r}", where=f"[providers.{name}]", hint=f"installed: {', '.join(found)}"
            )
    return {name: p for name, p in found.items() if name not in config.providers or config.providers[name].enabled}


def _why_no_adapter(config: Config, plugins: Plugins, name: ProviderName) -> str:
    """Why the boards of a vendor cannot be read; empty where they can."""
    if name not in plugins.providers():
        others = "; ".join(f"{problem.plugin}: {problem.reason}" for problem in plugins.problems)
        return f"no installed plugin reads {name}" + (f" (left out: {others})" if others else "")
    if name in config.providers and not config.providers[name].enabled:
        return f"{name} is disabled in [providers.{name}]"
    return ""


def adapterless(config: Config, plugins: Plugins, sources: Collection[Source]) -> Mapping[ProviderName, str]:
    """The vendors of *sources* whose boards cannot be read now, and why."""
    vendors = sorted({source.board.provider for source in sources})
    return {name: why for name in vendors if (why := _why_no_adapter(config, plugins, name))}


def unread_vendors(config: Config, plugins: Plugins, sources: Collection[Source]) -> Mapping[ProviderName, Unread]:
    """The vendors of the *sources* that are to be read which cannot be, with the number of their boards."""
    active = [source for source in sources if source.status is SourceStatus.ACTIVE]
    boards = Counter(source.board.provider for source in active)
    why = adapterless(config, plugins, active)
    return {name: Unread(boards=boards[name], reason=reason) for name, reason in why.items()}
