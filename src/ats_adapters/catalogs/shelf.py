"""Finds catalogs by name: those that plugins bring, and files; and for each the one that it extends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ats_core.errors import ConfigurationError
from ats_core.scoring.catalog_format import CatalogText, Reading, read_catalog

__all__ = ["LARGEST", "Shelf"]

#: The size of a catalog's file at most, in bytes: some hundred thousand spellings.
LARGEST = 8_000_000


class Shelf:
    """The catalogs that can be named: *brought* by plugins, by id, and TOML files."""

    def __init__(self, brought: Mapping[str, CatalogText]) -> None:
        self._brought = brought

    @property
    def brought(self) -> Mapping[str, CatalogText]:
        """The catalogs that plugins bring, by id."""
        return self._brought

    def document(self, name: str, folder: Path) -> CatalogText:
        """The catalog of this id, or in this file, a relative path starting from *folder*.

        Raises `ConfigurationError` where there is none, or its file cannot be read.
        """
        if name in self._brought:
            return self._brought[name]
        path = folder / name
        if not name.endswith(".toml") and not path.exists():
            raise ConfigurationError(
                "there is no such catalog", hint=f"write one of {', '.join(self._brought)}, or the path of a .toml file"
            )
        return CatalogText(text=_text(path), where=os.path.normpath(path), folder=str(path.parent))

    def base(self, name: str, extending: CatalogText) -> CatalogText:
        """The catalog that `extends = "name"` means in another; paths are relative to the file in which it stands."""
        if name not in self._brought and extending.folder is None:
            raise ConfigurationError("there is no such catalog", hint=f"it can extend {', '.join(self._brought)}")
        return self.document(name, Path(extending.folder or ""))

    def read(self, document: CatalogText) -> Reading:
        """Read a catalog with those that it extends."""
        return read_catalog(document, self.base)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ConfigurationError(f"larger than {LARGEST // 1_000_000} MB: that is no catalog", where=str(path))
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError("not UTF-8 text", where=str(path), hint="save it as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"the catalog cannot be read: {error.strerror}", where=str(path)) from None
    except ValueError:  # a NUL in its name
        raise ConfigurationError("no file is called so", where=repr(str(path))) from None
