"""Catalogs by name: those that plugins bring, files, and what a file extends."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tests.unit.catalogs import SMALL

from ats_adapters.catalogs.shelf import LARGEST, Shelf
from ats_adapters.plugins import Plugins
from ats_cli.catalogs import configured_catalog, named_catalog
from ats_cli.config import Config, ScoringSettings
from ats_core import hookimpl
from ats_core.errors import ConfigurationError

PLUGINS = Plugins(found=[])


def extending(base: str, catalog_id: str = "mine") -> str:
    return f'extends = "{base}"\nid = "{catalog_id}"\nversion = "1"\n'


def test_the_built_in_catalogs_are_there_by_their_ids() -> None:
    assert list(PLUGINS.catalogs()) == ["international-payments", "engineering-growth", "base-languages"]
    assert named_catalog("engineering-growth", PLUGINS, folder=Path()).id == "engineering-growth"


def test_the_configured_file_is_relative_to_the_configuration_and_extends_relative_to_itself(tmp_path: Path) -> None:
    (tmp_path / "catalogs" / "base").mkdir(parents=True)
    (tmp_path / "catalogs" / "base" / "small.toml").write_text(SMALL)
    (tmp_path / "catalogs" / "mine.toml").write_text(extending("base/small.toml"))
    config = Config(folder=tmp_path, scoring=ScoringSettings(catalog="catalogs/mine.toml"))

    assert configured_catalog(config, PLUGINS).version.startswith("mine@1/small@1+")


def test_a_file_extends_a_built_in_catalog_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("\ufeff" + extending("international-payments"), encoding="utf-8")

    catalog = named_catalog("mine.toml", PLUGINS, folder=tmp_path)

    assert catalog.version.startswith("mine@1/international-payments@")


def test_files_that_extend_each_other_in_a_circle_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(extending("./sub/../b.toml", "a"))
    (tmp_path / "b.toml").write_text(extending("a.toml", "b"))
    (tmp_path / "sub").mkdir()

    with pytest.raises(ConfigurationError, match=r"goes in a circle: .*a\.toml extends .*b\.toml extends .*a\.toml"):
        named_catalog("a.toml", PLUGINS, folder=tmp_path)


def test_a_circle_through_links_ends(tmp_path: Path) -> None:
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a.toml").write_text(extending("again/a.toml", "a"))

    with pytest.raises(ConfigurationError, match="goes in a circle"):
        named_catalog("a.toml", PLUGINS, folder=tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "not UTF-8 text; save it as UTF-8"),
        (b"x" * (LARGEST + 1), "larger than 8 MB"),
        (b"\0", "not valid TOML"),
        (b"", "id is missing"),
    ],
)
def test_a_file_that_is_no_catalog_is_one_clear_error(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "bad.toml").write_bytes(content)

    with pytest.raises(ConfigurationError) as caught:
        named_catalog("bad.toml", PLUGINS, folder=tmp_path)

    assert said in str(caught.value)
    assert "bad.toml" in str(caught.value)


def test_what_is_not_there_names_what_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="'nope': there is no such catalog; write one of international-pay"):
        named_catalog("nope", PLUGINS, folder=tmp_path)
    with pytest.raises(ConfigurationError, match=r"\[scoring\]: catalog = 'nope'"):
        configured_catalog(Config(folder=tmp_path, scoring=ScoringSettings(catalog="nope")), PLUGINS)
    with pytest.raises(ConfigurationError, match=r"nope\.toml: the catalog cannot be read: No such file"):
        named_catalog("nope.toml", PLUGINS, folder=tmp_path)
    (tmp_path / "mine.toml").write_text(extending("nope.toml"))
    with pytest.raises(ConfigurationError, match=r"mine\.toml, line 1: extends is 'nope\.toml': .*cannot be read"):
        named_catalog("mine.toml", PLUGINS, folder=tmp_path)
    (tmp_path / "nul.toml").write_text(extending("a\\u0000b.toml"))
    with pytest.raises(ConfigurationError, match=r"nul\.toml, line 1: .*no file is called so"):
        named_catalog("nul.toml", PLUGINS, folder=tmp_path)


class Brings:
    """A plugin with catalogs that extend a built-in one, a file, and that cannot be read."""

    @hookimpl
    def ats_catalogs(self) -> list[str]:
        return [extending("engineering-growth", "theirs"), extending("x.toml", "lost"), "id = ", "name = 'no id'"]


brings = Brings()


def test_a_plugins_catalog_extends_others_by_their_ids_only_and_a_broken_one_is_left_out() -> None:
    plugins = Plugins(found=[EntryPoint(name="brings", value=f"{__name__}:brings", group="ats_pipeline")])

    shelf = Shelf(plugins.catalogs())

    assert {"theirs", "lost"} <= shelf.brought.keys()
    assert [(p.plugin, p.reason) for p in plugins.problems] == [("brings", "a catalog of its is no TOML with an id")]
    assert (
        shelf.read(shelf.brought["theirs"])
        .or_raise()
        .version.startswith("theirs@1/engineering-growth@1.1/base-languages@")
    )
    with pytest.raises(ConfigurationError, match=r"catalog lost of plugin brings, line 1: .*it can extend internat"):
        shelf.read(shelf.brought["lost"]).or_raise()
