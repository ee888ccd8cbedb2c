"""Reads the options of a `[[directories]]` entry: known keys, right types, or one clear `ConfigurationError`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ats_adapters.directories.columns import ROLES, ColumnNames
from ats_adapters.directories.selectors import Selector
from ats_core.errors import ConfigurationError
from ats_core.settings import DirectorySettings

__all__ = ["Options"]


class Options:
    """The kind's own keys of one configured list. Each is taken once; `refuse_others` tells of what was not taken."""

    def __init__(self, settings: DirectorySettings, *, defaults: Mapping[str, Any] | None = None) -> None:
        """*defaults* are what the kind brings; a configured key counts in their place, in a table key by key."""
        self.where = f"[[directories]] {settings.label}"
        self.kind = settings.kind
        self._left: dict[str, Any] = {**(defaults or {}), **settings.options}
        for key, brought in (defaults or {}).items():
            if isinstance(brought, dict) and isinstance(own := settings.options.get(key), dict):
                self._left[key] = {**brought, **own}
        self._taken: list[str] = []

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self.error(f"{key} = {value!r} is not a text", "")
        return value.strip()

    def number(self, key: str, default: int, *, least: int) -> int:
        """A whole number of at least *least*."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.error(f"{key} = {value!r} is not a whole number of at least {least}", "")
        return value

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self._take(key, list(default))
        if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
            raise self.error(f"{key} = {value!r} is not a list of texts", f'write {key} = ["…"]')
        return tuple(value)

    def table(self, key: str) -> Mapping[str, Any]:
        """A table; empty where there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self.error(f"{key} = {value!r} is not a table", f'write {key} = {{ website = "…" }}')
        return value

    def column_names(self, key: str) -> ColumnNames:
        """What the columns (or fields) are called: a table from `name`, `website`, `careers`, `listing` to names."""
        table = self.table(key)
        configured: dict[str, tuple[str, ...]] = {}
        for role, names in table.items():
            if role not in ROLES:
                raise self.error(f"unknown key {key}.{role}", f"accepted: {', '.join(ROLES)}")
            listed = [names] if isinstance(names, str) else names
            if not isinstance(listed, list) or not listed or not all(isinstance(n, str) and n.strip() for n in listed):
                raise self.error(
                    f"{key}.{role} = {names!r} names no column", f'write {role} = "…" or {role} = ["…", "…"]'
                )
            configured[role] = tuple(listed)
        return ColumnNames.with_configured(configured)

    def selector(self, key: str) -> Selector | None:
        """A CSS selector; None where there is none. An empty one takes away what the kind brings."""
        text = self.text(key)
        return self._selector(key, text) if text else None

    def selectors(self, key: str, roles: Sequence[str]) -> Mapping[str, Selector]:
        """A table from some of *roles* to CSS selectors; those that are empty are left out."""
        found = {}
        for role, text in self.table(key).items():
            if role not in roles:
                raise self.error(f"unknown key {key}.{role}", f"accepted: {', '.join(roles)}")
            if not isinstance(text, str):
                raise self.error(f"{key}.{role} = {text!r} is not a text", "")
            if text.strip():
                found[role] = self._selector(f"{key}.{role}", text)
        return found

    def _selector(self, key: str, text: str) -> Selector:
        try:
            return Selector.of(text)
        except ValueError as error:
            raise self.error(
                f"{key}: {error}", 'write a CSS selector, or one with an attribute: "a.site@href"'
            ) from None

    def preset(self, key: str) -> str:
        """What the kind brings for a key that all lists have; empty where it brings nothing."""
        return str(self._left.pop(key, ""))

    def refuse_others(self) -> None:
        """Raise `ConfigurationError` where a key was given that the kind does not have."""
        if self._left:
            own = ", ".join(self._taken)
            raise self.error(
                f"unknown key: {', '.join(sorted(self._left))}",
                f"accepted are kind, path or url, name, interval, requests_per_second{', ' + own if own else ''}",
            )

    def error(self, what: str, hint: str) -> ConfigurationError:
        """What is wrong with the entry."""
        return ConfigurationError(what, where=self.where, hint=hint)

    def _take(self, key: str, default: Any) -> Any:
        self._taken.append(key)
        return self._left.pop(key, default)
