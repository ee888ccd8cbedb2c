"""The built-in vendors have nothing that a third party could not have."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ats_adapters.ats
from ats_adapters.plugins import BUILTIN, Plugins

FOLDER = Path(ats_adapters.ats.__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "vendors.md"
#: What a plugin may build on: docs/reference/plugins.md.
PUBLIC = ("ats_core.domain", "ats_core.errors", "ats_core.ports", "ats_core.provider", "ats_core.settings")
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def imports_of(module: str) -> set[tuple[str, str]]:
    """What a module imports: from where, and which name (empty: the module itself)."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))
    found: set[tuple[str, str]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "", alias.name) for alias in node.names}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_built_in_vendor_imports_only_what_a_third_party_could(module: str) -> None:
    ours = {(where, name) for where, name in imports_of(module) if where.partition(".")[0].startswith("ats_")}
    own = {where for where, _ in ours if where.startswith("ats_adapters.ats.")}
    assert all(where.rpartition(".")[2].startswith(module.partition("_")[0]) for where in own), "another vendor's"
    for where, name in ours:
        if where in own:
            continue
        assert where == "ats_core" or where.startswith(PUBLIC), f"{where} is not public"
        assert not name.startswith("_"), f"{where}.{name} is private"


def test_every_built_in_vendor_is_described() -> None:
    page = PAGE.read_text("utf-8")
    for name in Plugins(found=[]).providers():
        assert f"| name in the configuration | `{name}` |" in page, f"{PAGE.name} has no section of {name}"


def test_every_vendor_module_is_registered_under_its_own_name() -> None:
    vendors = {info.name: info.provides.get("vendors") for info in Plugins(found=[]).overview()}
    registered = {name for name, brought in vendors.items() if brought}
    declaring = {module for module in MODULES if "def ats_providers" in (FOLDER / f"{module}.py").read_text("utf-8")}
    assert registered == declaring
    assert all(vendors[name] == (name,) for name in registered)
    assert registered <= set(BUILTIN)
