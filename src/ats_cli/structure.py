"""Turns a table of plain values into a settings class, or says in one line what is wrong and what is accepted."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import cattrs
from attrs import NOTHING, Factory, evolve, field, fields, frozen

from ats_core.errors import ConfigurationError
from ats_core.settings import TimeWindow, duration

__all__ = ["Origin", "Variable", "structure"]

T = TypeVar("T")


@frozen(repr=False)
class Variable:
    """The value of an environment variable: text for a key that wants text, TOML for any other."""

    text: str

    def __repr__(self) -> str:
        return repr(self.text)

    def as_toml(self) -> Any:
        """The value that the text writes, or the text itself where it writes none: `4`, `true`, `{a = "b"}`, `20h`."""
        try:
            return tomllib.loads(f"value = {self.text}")["value"]
        except tomllib.TOMLDecodeError:
            return self.text


@frozen
class Origin:
    """Where values are from, for messages: a file, a section of it, and variables that override single keys."""

    source: str
    path: tuple[str, ...] = ()
    overrides: Mapping[tuple[str, ...], str] = field(default=Factory(dict))

    def at(self, *steps: str) -> Origin:
        """A section further in."""
        return evolve(self, path=(*self.path, *steps))

    def overridden(self, path: tuple[str, ...], variable: str) -> Origin:
        """The same, with the value at *path* from an environment variable."""
        return evolve(self, overrides={**self.overrides, path: variable})

    def of(self, key: str) -> str:
        """Where the value of *key* in this section is from."""
        variable = self.overrides.get((*self.path, key))
        return f"environment variable {variable}" if variable else str(self)

    def __str__(self) -> str:
        return f"{self.source} [{'.'.join(self.path)}]" if self.path else self.source


def _exactly(*accepted: type) -> Any:
    """A hook that takes values of these types as they are and converts nothing: `"4"` is not a number."""

    def hook(value: Any, target: Any) -> Any:
        if type(value) not in accepted:
            raise TypeError
        return target(value)

    return hook


def _text(value: Any, _: Any) -> str:
    if type(value) is not str:
        raise TypeError
    if "\0" in value:
        raise ValueError("no text of the configuration holds a NUL character")
    return value


def _timezone(value: Any, _: Any) -> tzinfo:
    if not isinstance(value, str):
        raise TypeError
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone such as Europe/Madrid or UTC") from None


def _parsed(parse: Any) -> Any:
    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, str):
            raise TypeError
        return parse(value)

    return hook


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_structure_hook(bool, _exactly(bool))
    converter.register_structure_hook(int, _exactly(int))
    converter.register_structure_hook(float, _exactly(int, float))
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(timedelta, _parsed(duration))
    converter.register_structure_hook(TimeWindow, _parsed(TimeWindow.parse))
    converter.register_structure_hook(tzinfo, _timezone)
    return converter


_CONVERTER = _converter()
_IN_WORDS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "timedelta": 'a duration such as "20h" or "30d"',
    "TimeWindow": 'a window such as "03:00-06:00", or "always"',
    "tzinfo": 'a time zone such as "Europe/Madrid"',
}


def structure(target: type[T], raw: Mapping[str, Any], origin: Origin) -> T:
    """Build *target*, an attrs class, from *raw*; raises `ConfigurationError` at the first wrong key."""
    hints = get_type_hints(target)
    accepted = [f.name for f in fields(target)]  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in accepted:
            raise ConfigurationError(
                f"unknown key {key!r}", where=origin.of(key), hint=f"accepted: {', '.join(accepted)}"
            )
        is_secret = not getattr(fields(target), key).repr  # type: ignore[arg-type]
        values[key] = _value(key, value, hints[key], origin, is_secret=is_secret)
    missing = [f.name for f in fields(target) if f.default is NOTHING and f.name not in values]  # type: ignore[arg-type]
    if missing:
        raise ConfigurationError(f"{missing[0]} is missing", where=str(origin), hint=f"write {missing[0]} = ...")
    try:
        return target(**values)
    except ValueError as error:
        secrets = frozenset(f.name for f in fields(target) if not f.repr)  # type: ignore[arg-type]
        raise _impossible(values, error, origin, secrets=secrets) from None


def _value(key: str, value: Any, hint: Any, origin: Origin, *, is_secret: bool) -> Any:
    if isinstance(value, Variable):
        value = value.text if _words(hint) == _IN_WORDS["str"] else value.as_toml()
    elif isinstance(value, dict):
        value = {name: item.text if isinstance(item, Variable) else item for name, item in value.items()}
    if is_secret:
        return _secret(key, value, hint, origin)
    try:
        if get_origin(hint) is tuple and not isinstance(value, list):  # a text is not a list of its letters
            raise TypeError
        return _CONVERTER.structure(value, hint)
    except ValueError as error:
        raise ConfigurationError(f"{key} = {value!r}: {error}", where=origin.of(key)) from None
    except Exception as error:  # cattrs groups what its hooks raise
        raise ConfigurationError(
            f"{key} = {value!r} is not accepted", where=origin.of(key), hint=f"write {_words(hint)}"
        ) from error


def _secret(key: str, value: Any, hint: Any, origin: Origin) -> Any:
    """The value of a key that messages do not show."""
    try:
        return _CONVERTER.structure(value, hint)
    except Exception:
        raise ConfigurationError(f"{key} is not accepted", where=origin.of(key), hint=f"write {_words(hint)}") from None


def _words(hint: Any) -> str:
    """What a type takes, in words."""
    one_of = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    wanted = next(member for member in one_of if member is not NoneType)
    if get_origin(wanted) is tuple:
        return 'a list of text values, such as ["a", "b"]'
    return _IN_WORDS.get("" if get_origin(wanted) else wanted.__name__, "a table of text values")


def _impossible(
    values: Mapping[str, Any], error: ValueError, origin: Origin, *, secrets: frozenset[str]
) -> ConfigurationError:
    """An error of an attrs validator: its message names the field and the bound."""
    message = str(error.args[0] if error.args else error)
    key = next((name for name in values if f"'{name}'" in message or message.startswith(name)), "")
    if key in secrets:
        return ConfigurationError(f"{key} is not accepted", where=origin.of(key))
    shown = f"{key} = {values[key]!r}: " if key else ""
    return ConfigurationError(f"{shown}{message}", where=origin.of(key) if key else str(origin))
