"""What a plugin must be to be used: written for this API, and what its hooks return of the right make.

Each check raises `BrokenContract` with the reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from ats_core.hookspecs import API_VERSION
from ats_core.ports import AtsProvider
from ats_core.provider.messages import RateLimit

if TYPE_CHECKING:
    import click

__all__ = ["BrokenContract", "catalog_id", "check_api", "checked_commands", "checked_providers", "checked_settings"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_METHODS = ("recognise", "probe", "read_page")


class BrokenContract(Exception):
    """A plugin is not what its hooks promise, and how."""


def check_api(plugin: object) -> None:
    """That a plugin which says what API it is written for (`ats_api`) is written for this one."""
    wanted = getattr(plugin, "ats_api", None)
    if wanted is not None and wanted != API_VERSION:
        raise BrokenContract(f"it is written for plugin API {wanted!r}, this program has {API_VERSION!r}")


def checked_settings(returned: object) -> type[Any]:
    """The class of a plugin's own settings."""
    if not isinstance(returned, type) or not attrs.has(returned):
        raise BrokenContract(f"ats_settings returned {_make(returned)}, not an attrs class")
    return returned


def checked_providers(returned: Iterable[Any]) -> list[AtsProvider]:
    """The vendors that a plugin brings."""
    providers = _listed(returned, "ats_providers")
    for provider in providers:
        name = getattr(provider, "name", None)
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise BrokenContract(f"a provider is called {name!r}: lower-case letters, digits and _ are accepted")
        missing = [method for method in _METHODS if not callable(getattr(provider, method, None))]
        if missing:
            raise BrokenContract(f"provider {name!r} has no method {missing[0]}")
        if not isinstance(getattr(provider, "limit", None), RateLimit):
            raise BrokenContract(f"provider {name!r} has no limit that is a RateLimit")
    return providers


def checked_commands(returned: Iterable[Any]) -> list[click.Command]:
    """The commands that a plugin adds."""
    import click

    commands = _listed(returned, "ats_commands")
    for command in commands:
        if not isinstance(command, click.Command) or not command.name:
            raise BrokenContract(f"ats_commands returned {_make(command)}, not a click command with a name")
    return commands


def catalog_id(text: object) -> str | None:
    """The id of a catalog, None where it is no TOML text with one."""
    try:
        found = tomllib.loads(text).get("id") if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def _listed(returned: Iterable[Any], hook: str) -> list[Any]:
    if isinstance(returned, str | bytes) or not isinstance(returned, Iterable):
        raise BrokenContract(f"{hook} returned {_make(returned)}, not a list")
    return list(returned)


def _make(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
