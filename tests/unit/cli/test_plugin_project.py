"""The project that `atsp plugin new` writes, and the example that is one."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import pytest

from ats_cli.plugin_project import PluginNames, files_of
from ats_core.errors import ConfigurationError

EXAMPLE = Path(__file__).parents[3] / "examples" / "atsp-acmehire"
#: What tools leave in a project that is worked on.
LEFTOVERS = {"__pycache__", ".pytest_cache", ".hypothesis", ".ruff_cache", ".mypy_cache", ".venv", "dist"}


def test_the_example_is_the_project_as_it_is_written() -> None:
    files = {
        path.relative_to(EXAMPLE).as_posix(): path.read_text("utf-8")
        for path in EXAMPLE.rglob("*")
        if path.is_file() and not LEFTOVERS & set(path.parts)
    }
    assert files == files_of(PluginNames.of("atsp-acmehire"))


@pytest.mark.parametrize(
    ("name", "provider", "names"),
    [
        ("atsp-acmehire", None, ("atsp-acmehire", "atsp_acmehire", "acmehire")),
        ("ats-two-words", None, ("ats-two-words", "ats_two_words", "two_words")),
        ("acmehire", None, ("acmehire", "acmehire", "acmehire")),
        ("hiring-tools", "acme_hire", ("hiring-tools", "hiring_tools", "acme_hire")),
        ("a" * 40, "b" * 30, ("a" * 40, "a" * 40, "b" * 30)),
        ("hiring_tools", None, ("hiring-tools", "hiring_tools", "hiring_tools")),
    ],
)
def test_names_follow_from_that_of_the_distribution(name: str, provider: str | None, names: tuple[str, ...]) -> None:
    made = PluginNames.of(name, provider)
    assert (made.distribution, made.package, made.provider) == names
    files = files_of(made)
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert (project["name"], project["entry-points"]["ats_pipeline"]) == (made.distribution, {made.provider: names[1]})
    for path, text in files.items():
        assert "$" not in path + text
        if path.endswith(".py"):
            ast.parse(text)
            assert max(map(len, text.splitlines())) <= 120
    assert json.loads(files["tests/fixtures/northwind.json"])["provider"] == made.provider


@pytest.mark.parametrize(
    "name",
    ["", "Acme", "1st", "a b", "a--b", "../up", "acme-", "ñu", "a" * 41, "json", "ats-core", "class"],
)
def test_what_cannot_be_a_name_is_said_in_one_line(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        PluginNames.of(name)
    assert "\n" not in str(caught.value)
    assert "take " in str(caught.value)


@pytest.mark.parametrize("provider", ["", "Acme", "acme-hire", "1", "for", "a" * 31])
def test_what_cannot_be_a_vendor_is_said(provider: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be the name of a vendor"):
        PluginNames.of("acmehire", provider)
