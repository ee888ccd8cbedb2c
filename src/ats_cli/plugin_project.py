"""A plugin project as `atsp plugin new` writes it: what it may be called, and its files."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping
from importlib.resources import files
from string import Template

from attrs import frozen

from ats_core.errors import ConfigurationError

__all__ = ["PluginNames", "files_of"]

_LONGEST, _LONGEST_VENDOR = 40, 30
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_PROVIDER = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_OURS = frozenset({"ats_core", "ats_adapters", "ats_cli"})
#: Where each template goes; the names in the paths are those of `PluginNames`.
_FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "__init__.py": "src/$package/__init__.py",
    "vendor.py": "src/$package/vendor.py",
    "py.typed": "src/$package/py.typed",
    "test_vendor.py": "tests/test_$package.py",
    "northwind.json": "tests/fixtures/northwind.json",
}


@frozen(kw_only=True)
class PluginNames:
    """What a plugin is called: its *distribution* (for pip), its *package* (for Python), its vendor (*provider*)."""

    distribution: str
    package: str
    provider: str

    @classmethod
    def of(cls, name: str, provider: str | None = None) -> PluginNames:
        """The names that follow from the distribution's; the vendor's is the rest of it behind `atsp-` or `ats-`.

        Raises `ConfigurationError`.
        """
        if not _NAME.fullmatch(name) or len(name) > _LONGEST:
            raise ConfigurationError(
                f"{name[:80]!r} cannot be the name of a plugin",
                hint=f"take up to {_LONGEST} lower-case letters and digits, with - between words: atsp-acmehire",
            )
        package = name.replace("-", "_")
        if package in sys.stdlib_module_names or package in _OURS or keyword.iskeyword(package):
            raise ConfigurationError(f"Python would take {package!r} for something else", hint="take another name")
        vendor = re.sub(r"^atsp?_(?=[a-z])", "", package) if provider is None else provider
        if not _PROVIDER.fullmatch(vendor) or len(vendor) > _LONGEST_VENDOR or keyword.iskeyword(vendor):
            raise ConfigurationError(
                f"{vendor[:80]!r} cannot be the name of a vendor",
                where="--provider",
                hint=f"take up to {_LONGEST_VENDOR} lower-case letters and digits, with _ between words",
            )
        return cls(distribution=name.replace("_", "-"), package=package, provider=vendor)

    @property
    def words(self) -> Mapping[str, str]:
        """What stands for the names in the templates."""
        return {
            "distribution": self.distribution,
            "package": self.package,
            "provider": self.provider,
            "constant": self.provider.upper(),
            "title": self.provider.replace("_", " ").title(),
            "domain": f"{self.provider.replace('_', '-')}.example",
        }


def files_of(names: PluginNames) -> Mapping[str, str]:
    """The text of each file of the project, by its path in the project's folder."""
    folder = files("ats_cli") / "templates" / "plugin"
    return {
        Template(path).substitute(names.words): Template(
            (folder / f"{template}.tmpl").read_text(encoding="utf-8")
        ).substitute(names.words)
        for template, path in _FILES.items()
    }
