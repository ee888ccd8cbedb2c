"""Built-in adapters and third parties', through the same hooks; one that breaks is left out with its reason."""

from __future__ import annotations

from importlib.metadata import Distribution, EntryPoint
from pathlib import Path

import pytest
from tests.unit.runners.small_vendor import SmallVendor

from ats_adapters.plugin_points import installed_points
from ats_adapters.plugins import Plugins, PluginState
from ats_core.domain.board import ProviderName
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
    with pytest.raises(ConfigurationError, match=r"no installed plugin writes leads\.ods"):
        plugins.sheet(SheetSettings(file="leads.ods"))


# What is left out, and why


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ends", "ats_providers failed: SystemExit: 3"),
        ("old", "it is written for plugin API '0', this program has '1'"),
        ("unfinished", "provider 'unfinished' has no method read_page"),
        ("bad_name", "a provider is called 'Not A Name': lower-case letters, digits and _ are accepted"),
        ("nothing", "ats_providers returned nothing, not a list"),
        ("misspells", "unknown hook 'ats_provider'"),
        ("asks_too_much", "database"),
        ("bad_settings", "ats_settings returned a type, not an attrs class"),
        ("configured", "it needs a section [plugins.configured]"),
    ],
)
def test_a_plugin_that_breaks_its_contract_is_left_out_with_the_reason(name: str, reason: str) -> None:
    plugins = Plugins(found=[point(name), point("whole")])
    assert "small" in plugins.providers()
    (problem,) = plugins.problems
    assert problem.plugin == name
    assert reason in problem.reason
    assert name not in plugins.names


def test_a_module_that_ends_the_process_when_it_is_imported_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ats_that_exits.py").write_text("raise SystemExit('I do not like it here')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    plugins = Plugins(found=[EntryPoint(name="exits", value="ats_that_exits", group="ats_pipeline")])
    assert "lever" in plugins.providers()
    (problem,) = plugins.problems
    assert problem.reason == "does not load: SystemExit: I do not like it here"


def test_a_plugin_that_is_written_for_this_api_is_used() -> None:
    assert "small" in Plugins(found=[point("current")]).providers()


# Names that two bring


def test_two_plugins_with_one_catalog_or_one_command_are_an_error_that_names_both() -> None:
    with pytest.raises(ConfigurationError, match="whole and twin both bring a catalog 'small'"):
        Plugins(found=[point("whole"), point("twin")]).catalogs()
    with pytest.raises(ConfigurationError, match="whole and greets both bring a command 'greet'"):
        Plugins(found=[point("whole"), point("greets")]).commands()


def test_a_plugin_with_a_command_of_the_program_is_left_out() -> None:
    plugins = Plugins(found=[point("takes_run"), point("greets")])
    assert set(plugins.commands(reserved={"run"})) == {"greet"}
    assert "'run'" in plugins.problems[0].reason


def test_the_overview_shows_a_conflict_at_both_and_raises_nothing() -> None:
    states = {info.name: info for info in Plugins(found=[point("rival")]).overview()}
    assert states["lever"].state is states["rival"].state is PluginState.CONFLICT
    assert states["lever"].reason == "provider 'lever' is brought by rival, too"
    assert states["greenhouse"].state is PluginState.IN_USE


def test_a_conflict_ends_where_one_of_the_two_is_disabled() -> None:
    lever = ProviderName("lever")
    assert isinstance(Plugins(found=[point("rival")], disabled=["lever"]).providers()[lever], SmallVendor)
    assert not isinstance(Plugins(found=[point("rival")], disabled=["rival"]).providers()[lever], SmallVendor)


# What is switched off, and what is told


def test_a_disabled_plugin_brings_nothing_built_in_or_not() -> None:
    plugins = Plugins(found=[point("whole"), point("breaks")], disabled=["whole", "lever", "breaks"])
    assert not {"small", "lever"} & plugins.providers().keys()
    assert plugins.problems == ()
    states = {info.name: (info.state, info.reason) for info in plugins.overview()}
    assert states["lever"] == states["whole"] == (PluginState.DISABLED, "disabled by [plugins] disabled")


def test_the_overview_says_what_each_plugin_provides() -> None:
    provides = {info.name: info.provides for info in Plugins(found=[point("whole")]).overview()}
    assert provides["whole"] == {"vendors": ("small",), "catalogs": ("small",), "commands": ("greet",)}
    assert provides["local_file"] == {"sheets": ()}


def test_a_plugin_is_given_its_own_section() -> None:
    plugins = Plugins(found=[point("configured")], sections=lambda name, settings: settings(token=name, pages=7))
    assert "vendor_configured_7" in plugins.providers()


@pytest.mark.parametrize("name", ["twice", "mute"])
def test_a_plugin_that_cannot_be_understood_is_left_out_and_the_others_stay(name: str) -> None:
    plugins = Plugins(found=[point(name)])
    assert "lever" in plugins.providers()
    assert [problem.plugin for problem in plugins.problems] == [name]


def written(folder: Path, name: str, entry_points: bytes) -> Distribution:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_bytes(entry_points)
    return Distribution.at(info)


@pytest.mark.parametrize("broken", [b"[ats_pipeline]\nno_equals_sign\n", b"\xff\xfe[ats_pipeline]\nx = y:z\n"])
def test_a_distribution_whose_entry_points_are_garbled_costs_no_other_its_plugins(
    tmp_path: Path, broken: bytes
) -> None:
    whole = written(tmp_path, "whole-vendor", f"[ats_pipeline]\nwhole = {HERE}:whole\n".encode())
    points, garbled = installed_points([written(tmp_path, "garbled", broken), whole])
    assert [found.name for found in points] == ["whole"]
    assert [one.name for one in garbled] == ["garbled"]
    assert "\n" not in garbled[0].reason


def test_the_program_starts_with_a_garbled_distribution_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "garbled", b"[ats_pipeline]\nno_equals_sign\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins = Plugins()
    assert "lever" in plugins.providers()
    assert [info.distribution for info in plugins.overview() if info.name == "garbled"] == ["garbled"]
    assert any(problem.plugin == "garbled (garbled ?)" for problem in plugins.problems)
