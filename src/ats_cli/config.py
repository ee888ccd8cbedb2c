"""Where settings come from: `atsp.toml`, environment over file, flags over environment.

Unknown keys, wrong types and impossible values are `ConfigurationError`s that name the place, the key, the value
and what is accepted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, fields, frozen
from attrs.validators import min_len

from ats_cli.structure import Origin, Variable, structure
from ats_core.errors import ConfigurationError
from ats_core.settings import (
    DirectorySettings,
    DiscoverySettings,
    FeedbackSettings,
    HttpSettings,
    IngestionSettings,
    PipelineSettings,
    ProviderSettings,
    RetentionSettings,
    SheetSettings,
    WebsiteSettings,
)

__all__ = ["CONFIG_NAME", "Config", "DatabaseSettings", "PluginsSettings", "ScoringSettings", "load_config"]

CONFIG_NAME = "atsp.toml"
_PREFIX = "ATSP_"
#: Variables with our prefix that are not keys of the configuration.
_NOT_KEYS = frozenset({"ATSP_CONFIG"})


@frozen(kw_only=True)
class DatabaseSettings:
    """*path* of the SQLite database, from the configuration file's folder."""

    path: str = field(default="atsp.db", validator=min_len(1))


@frozen(kw_only=True)
class ScoringSettings:
    """*catalog*: the id of a catalog that a plugin brings, or the path of a TOML file."""

    catalog: str = field(default="international-payments", validator=min_len(1))


@frozen(kw_only=True)
class PluginsSettings:
    """*disabled*: names of plugins that are not to be used. *sections*: each plugin's own keys, unread, by its name.

    *origin* is where they stand.
    """

    disabled: tuple[str, ...] = ()
    sections: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    origin: Origin = field(factory=lambda: Origin("the environment", ("plugins",)))


@frozen(kw_only=True)
class Config:
    """The whole configuration. *folder* is where relative paths start; *file* is None where there was none."""

    database: DatabaseSettings = field(factory=DatabaseSettings)
    http: HttpSettings = field(factory=HttpSettings)
    directories: tuple[DirectorySettings, ...] = ()
    providers: Mapping[str, ProviderSettings] = field(factory=dict)
    websites: WebsiteSettings = field(factory=WebsiteSettings)
    discovery: DiscoverySettings = field(factory=DiscoverySettings)
    ingestion: IngestionSettings = field(factory=IngestionSettings)
    scoring: ScoringSettings = field(factory=ScoringSettings)
    retention: RetentionSettings = field(factory=RetentionSettings)
    sheets: SheetSettings = field(factory=SheetSettings)
    feedback: FeedbackSettings = field(factory=FeedbackSettings)
    pipeline: PipelineSettings = field(factory=PipelineSettings)
    plugins: PluginsSettings = field(factory=PluginsSettings)
    folder: Path = Path()
    file: Path | None = None

    @property
    def database_path(self) -> Path:
        """Where the database is."""
        return self.folder / self.database.path


#: Sections that hold sections, each of a list, a vendor, or a plugin.
_OF_MANY = frozenset({"directories", "providers", "plugins"})
_SECTIONS = tuple(f.name for f in fields(Config) if f.name not in ("folder", "file"))


def load_config(path: Path | None, environ: Mapping[str, str], *, folder: Path) -> Config:
    """The configuration of the file *path*, else of `ATSP_CONFIG`, else of `atsp.toml` in *folder* if it is there.

    A file that was named must exist.
    """
    named = path or (Path(environ["ATSP_CONFIG"]) if environ.get("ATSP_CONFIG") else None)
    file = folder / named if named else folder / CONFIG_NAME
    if named is None and not file.exists():
        return _config({}, Origin("the environment"), environ, folder=folder, file=None)
    return _config(_read(file), Origin(str(named or CONFIG_NAME)), environ, folder=file.parent, file=file)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigurationError("there is no such file", where=str(file), hint="`atsp init` writes one") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"not valid TOML: {error}", where=str(file)) from None
    except UnicodeDecodeError:
        raise ConfigurationError("not UTF-8 text", where=str(file), hint="save it as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"cannot be read: {error.strerror}", where=str(file)) from None


def _config(
    raw: dict[str, Any], origin: Origin, environ: Mapping[str, str], *, folder: Path, file: Path | None
) -> Config:
    _refuse_unknown(raw, _SECTIONS, origin, kind="section")
    origins = _overlay(raw, environ, origin)
    tables = {name: _table(raw, name, origins) for name in _SECTIONS if name not in _OF_MANY}
    return Config(
        database=structure(DatabaseSettings, tables["database"], origins.at("database")),
        http=structure(HttpSettings, tables["http"], origins.at("http")),
        directories=tuple(_directories(raw.get("directories", []), origins, folder)),
        providers=_providers(_table(raw, "providers", origins), origins),
        websites=structure(WebsiteSettings, tables["websites"], origins.at("websites")),
        discovery=structure(DiscoverySettings, tables["discovery"], origins.at("discovery")),
        ingestion=structure(IngestionSettings, tables["ingestion"], origins.at("ingestion")),
        scoring=structure(ScoringSettings, tables["scoring"], origins.at("scoring")),
        retention=structure(RetentionSettings, tables["retention"], origins.at("retention")),
        sheets=_sheets(tables["sheets"], origins, environ, folder),
        feedback=structure(FeedbackSettings, tables["feedback"], origins.at("feedback")),
        pipeline=structure(PipelineSettings, tables["pipeline"], origins.at("pipeline")),
        plugins=_plugins(_table(raw, "plugins", origins), origins.at("plugins")),
        folder=folder,
        file=file,
    )


def _refuse_unknown(raw: Mapping[str, Any], accepted: tuple[str, ...], origin: Origin, *, kind: str) -> None:
    for key in raw:
        if key not in accepted:
            raise ConfigurationError(
                f"unknown {kind} {key!r}", where=str(origin), hint=f"accepted: {', '.join(accepted)}"
            )


def _table(raw: Mapping[str, Any], name: str, origin: Origin) -> dict[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{name} = {table!r} is not a section", where=str(origin), hint=f"write [{name}]")
    return table


def _overlay(raw: dict[str, Any], environ: Mapping[str, str], origin: Origin) -> Origin:
    """Put `ATSP_SECTION__KEY` values over the file's; returns where each value is from."""
    origins = origin
    for variable in sorted(environ):
        if not variable.startswith(_PREFIX) or variable in _NOT_KEYS or not environ[variable]:
            continue
        section, *rest = variable.removeprefix(_PREFIX).lower().split("__")
        if section not in _SECTIONS or not (rest or section == "directories"):
            raise ConfigurationError(
                "names no key of the configuration",
                where=f"environment variable {variable}",
                hint=f"write ATSP_SECTION__KEY, with a section of: {', '.join(_SECTIONS)}",
            )
        table = raw
        for step in [section, *rest][:-1]:
            table = table.setdefault(step, {})
            if not isinstance(table, dict):
                raise ConfigurationError("names a key inside a plain value", where=f"environment variable {variable}")
        table[[section, *rest][-1]] = Variable(environ[variable])
        origins = origins.overridden((section, *rest), variable)
    return origins


def _directories(raw: Any, origins: Origin, folder: Path) -> list[DirectorySettings]:
    if isinstance(raw, Variable):
        raw = raw.as_toml()
    if not isinstance(raw, list):
        raise ConfigurationError(
            "directories is not a list of lists", where=str(origins), hint="write [[directories]], with two brackets"
        )
    found = []
    for number, entry in enumerate(raw, start=1):
        origin = origins.at(f"directories no. {number}")
        if not isinstance(entry, dict):
            raise ConfigurationError(f"{entry!r} is not a section", where=str(origin), hint="write [[directories]]")
        known = {f.name for f in fields(DirectorySettings)} - {"options"}
        own = {key: value for key, value in entry.items() if key not in known}
        settings = structure(DirectorySettings, {k: v for k, v in entry.items() if k in known}, origin)
        if settings.path is not None and settings.url is not None:
            raise ConfigurationError("both path and url are given", where=str(origin), hint="keep one of them")
        if settings.path is not None and settings.path.startswith(("http://", "https://")):
            raise ConfigurationError(
                f"path = {settings.path!r} is a URL", where=str(origin), hint="write url in place of path"
            )
        resolved = str(folder / settings.path) if settings.path else None
        found.append(evolve(settings, name=settings.label, path=resolved, options=own))
    return found


def _providers(raw: Mapping[str, Any], origins: Origin) -> dict[str, ProviderSettings]:
    found = {}
    for name, entry in raw.items():
        origin = origins.at("providers", name)
        if not isinstance(entry, dict):
            raise ConfigurationError(
                f"providers.{name} = {entry!r} is not a section", where=str(origins), hint=f"write [providers.{name}]"
            )
        found[name] = structure(ProviderSettings, entry, origin)
    return found


def _plugins(raw: Mapping[str, Any], origin: Origin) -> PluginsSettings:
    """What is said of plugins; their own sections are read by who knows what they accept."""
    disabled = raw.get("disabled", [])
    if isinstance(disabled, Variable):
        disabled = disabled.as_toml()
    if not isinstance(disabled, list) or not all(isinstance(name, str) for name in disabled):
        raise ConfigurationError(
            f"disabled = {disabled!r} is not accepted", where=origin.of("disabled"), hint='write ["name", "name"]'
        )
    sections = {name: entry for name, entry in raw.items() if name != "disabled"}
    for name, entry in sections.items():
        if not isinstance(entry, dict):
            raise ConfigurationError(
                f"unknown key {name!r}", where=origin.of(name), hint="accepted: disabled, and a section [plugins.NAME]"
            )
    return PluginsSettings(disabled=tuple(disabled), sections=sections, origin=origin)


def _sheets(raw: dict[str, Any], origins: Origin, environ: Mapping[str, str], folder: Path) -> SheetSettings:
    spreadsheet = environ.get("GOOGLE_SHEETS_SPREADSHEET_ID")
    if spreadsheet:
        raw = {**raw, "spreadsheet_id": spreadsheet}
    settings = structure(SheetSettings, raw, origins.at("sheets"))
    if settings.spreadsheet_id and settings.file:
        raise ConfigurationError(
            "both spreadsheet_id and file are given", where=str(origins.at("sheets")), hint="keep one of them"
        )
    return evolve(settings, file=str(folder / settings.file)) if settings.file else settings
