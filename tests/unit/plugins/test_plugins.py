"""Built-in adapters and third parties', through the same hooks; one that breaks is left out with its reason."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest
from tests.unit.runners.small_vendor import SmallVendor

from ats_adapters.plugins import Plugins
from ats_core.errors import ConfigurationError
from ats_core.settings import DirectorySettings, SheetSettings

HERE = "tests.unit.plugins.third_party"


def point(name: str) -> EntryPoint:
    return EntryPoint(name=name, value=f"{HERE}:{name}", group="ats_pipeline")


def test_the_built_in_adapters_come_through_the_same_hooks() -> None:
    plugins = Plugins(found=[])
    assert set(plugins.providers()) >= {"lever", "greenhouse"}
    assert "international-payments" in plugins.catalogs()
    assert plugins.problems == ()


def test_a_third_partys_vendor_catalog_and_command_are_found() -> None:
    plugins = Plugins(found=[point("whole")])
    assert "small" in plugins.providers()
    assert "small" in plugins.catalogs()
    assert "greet" in plugins.commands()


def test_a_plugin_that_does_not_load_is_left_out_and_named() -> None:
    plugins = Plugins(found=[EntryPoint(name="gone", value="no_such_module", group="ats_pipeline"), point("whole")])
    assert "small" in plugins.providers()
    (problem,) = plugins.problems
    assert problem.plugin == "gone"
    assert "no_such_module" in problem.reason


def test_a_plugin_that_takes_the_name_of_another_is_left_out_and_the_other_stays() -> None:
    named_as_ours = EntryPoint(name="lever", value=f"{HERE}:whole", group="ats_pipeline")
    plugins = Plugins(found=[named_as_ours])
    assert "lever" in plugins.providers()
    (problem,) = plugins.problems
    assert "lever" in problem.reason


def test_a_plugin_whose_hook_raises_is_left_out_of_everything() -> None:
    plugins = Plugins(found=[point("breaks")])
    assert "lever" in plugins.providers()
    (problem,) = plugins.problems
    assert (problem.plugin, "a bug" in problem.reason) == ("breaks", True)
    assert "breaks" not in plugins.names


def test_two_plugins_with_one_provider_name_are_an_error_that_names_both() -> None:
    with pytest.raises(ConfigurationError, match="lever and rival both bring a provider 'lever'"):
        Plugins(found=[point("rival")]).providers()


def test_a_directory_of_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="kind 'gopher'"):
        Plugins(found=[]).directory(DirectorySettings(kind="gopher", path="x"), SmallVendor())


def test_a_sheet_that_nobody_writes_is_an_error_and_none_is_none() -> None:
    plugins = Plugins(found=[])
    assert plugins.sheet(SheetSettings()) is None
    with pytest.raises(ConfigurationError, match="Google"):
        plugins.sheet(SheetSettings(spreadsheet_id="abc"))
