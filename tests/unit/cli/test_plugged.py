"""What the configuration says of plugins: which are disabled, and each one's own keys."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from ats_adapters import plugin_points
from ats_adapters import plugins as plugin_manager
from ats_cli.config import Config, load_config
from ats_cli.main import COMMANDS, cli
from ats_cli.plugged import Unread, adapterless, enabled_providers, load_plugins, unread_vendors
from ats_core import API_VERSION
from ats_core.domain.board import Board, ProviderName, Source, SourceStatus
from ats_core.domain.company import Company, ListedCompany
from ats_core.errors import ConfigurationError
from ats_core.testing.store_suite.examples import a_source, at

HERE = "tests.unit.plugins.third_party"
INSTALLED = ("configured", "breaks", "whole", "old")


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint(name=name, value=f"{HERE}:{name}", group="ats_pipeline") for name in INSTALLED]
    monkeypatch.setattr(plugin_points, "entry_points", lambda group: points)


def config(folder: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    (folder / "atsp.toml").write_text(text, encoding="utf-8")
    return load_config(None, environ or {}, folder=folder)


CONFIGURED = '[plugins.configured]\ntoken = "abcd"\n'


def test_a_plugins_section_is_of_its_own_class_and_the_environment_wins(tmp_path: Path) -> None:
    environ = {"ATSP_PLUGINS__CONFIGURED__PAGES": "5"}
    assert "vendor_abcd_5" in load_plugins(config(tmp_path, CONFIGURED, environ)).providers()
    only_environ = {"ATSP_PLUGINS__CONFIGURED__TOKEN": "1234"}
    assert "vendor_1234_3" in load_plugins(config(tmp_path, "", only_environ)).providers()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CONFIGURED + "pagse = 4", "atsp.toml [plugins.configured]: unknown key 'pagse'; accepted: token, pages"),
        (CONFIGURED + 'pages = "many"', "[plugins.configured]: pages = 'many' is not accepted; write a whole number"),
        ("[plugins.configured]", "[plugins.configured]: token is missing"),
        (CONFIGURED + "[plugins.lever]\nx = 1", "[plugins.lever]: the plugin 'lever' has no keys of its own"),
        (CONFIGURED + "[plugins.nobody]\nx = 1", "[plugins.nobody]: there is no plugin 'nobody'; accepted: lever"),
        ('plugins.disabled = ["nobody", "configured"]', "there is no plugin 'nobody' to be disabled; accepted: lever"),
        ("plugins.disabled = 'lever'", "disabled = 'lever' is not accepted; write [\"name\", \"name\"]"),
        ("plugins.enabled = true", "unknown key 'enabled'; accepted: disabled, and a section [plugins.NAME]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_place_value_and_what_is_accepted(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_plugins(config(tmp_path, text))
    assert told in str(caught.value)


def test_a_secret_of_a_plugin_stands_in_no_message(tmp_path: Path) -> None:
    for text in ("token = 'abc'", "token = ['abc']"):
        with pytest.raises(ConfigurationError) as caught:
            load_plugins(config(tmp_path, f"[plugins.configured]\n{text}"))
        assert "token is not accepted" in str(caught.value)
        assert "abc" not in str(caught.value)


def test_a_section_of_a_plugin_that_is_left_out_or_disabled_stops_nothing(tmp_path: Path) -> None:
    text = '[plugins.old]\nx = 1\n[plugins]\ndisabled = ["configured"]\n[plugins.configured]\nwhatever = true\n'
    plugins = load_plugins(config(tmp_path, text))
    assert "lever" in plugins.providers()
    assert [problem.plugin for problem in plugins.problems] == ["breaks", "old"]


def test_a_section_of_a_vendor_is_an_error_unless_a_plugin_is_not_in_use(tmp_path: Path) -> None:
    speed = "[providers.gone]\nrequests_per_second = 1\n"
    left_out = config(tmp_path, CONFIGURED + speed)
    assert "lever" in enabled_providers(left_out, load_plugins(left_out))
    all_used = config(tmp_path, speed)
    with pytest.raises(ConfigurationError, match="there is no provider 'gone'"):
        enabled_providers(all_used, plugin_manager.Plugins(found=[]))


def source(provider: str, status: SourceStatus = SourceStatus.ACTIVE) -> Source:
    acme = Company.first_met(ListedCompany.of("Acme", "acme.example"), at())
    return evolve(a_source(acme), board=Board(ProviderName(provider), "", "acme"), status=status)


def test_boards_that_nothing_reads_are_told_with_the_reason(tmp_path: Path) -> None:
    found = config(tmp_path, CONFIGURED + "[providers.lever]\nenabled = false\n")
    boards = [source("lever"), source("greenhouse"), source("gone"), source("gone", SourceStatus.REJECTED)]
    plugins = load_plugins(found)
    why = adapterless(found, plugins, boards)
    assert set(why) == {"lever", "gone"}
    assert why[ProviderName("lever")] == "lever is disabled in [providers.lever]"
    assert why[ProviderName("gone")].startswith("no installed plugin reads gone (left out: ")
    assert unread_vendors(found, plugins, boards)[ProviderName("gone")] == Unread(
        boards=1, reason=why[ProviderName("gone")]
    )


def test_commands_of_the_program_are_listed_whatever_plugins_bring(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    points = [EntryPoint(name=name, value=f"{HERE}:{name}", group="ats_pipeline") for name in ("whole", "greets")]
    monkeypatch.setattr(plugin_points, "entry_points", lambda group: points)
    monkeypatch.chdir(tmp_path)
    context = cli.make_context("atsp", ["status"], resilient_parsing=True)
    assert cli.list_commands(context) == sorted(COMMANDS)
    with pytest.raises(ConfigurationError, match="both bring a command 'greet'"):
        cli.get_command(context, "greet")


def test_the_plugins_command_shows_states_and_reasons_and_what_is_wrong_with_the_configuration(tmp_path: Path) -> None:
    config(tmp_path, 'plugins.disabled = ["whole", "nobody"]\n' + CONFIGURED)
    done = CliRunner().invoke(cli, ["plugins", "--json", "--config", str(tmp_path / "atsp.toml")])
    assert done.exit_code == 0, done.output
    assert "there is no plugin 'nobody'" in done.stderr
    config(tmp_path, 'plugins.disabled = ["whole"]\n' + CONFIGURED)
    done = CliRunner().invoke(cli, ["plugins", "--json", "--config", str(tmp_path / "atsp.toml")])
    shown = json.loads(done.stdout)
    assert shown["api"] == API_VERSION
    states = {row["name"]: (row["state"], row["reason"]) for row in shown["plugins"]}
    assert states["whole"] == ("disabled", "disabled by [plugins] disabled")
    assert states["old"][0] == "left_out"
    assert states["breaks"] == ("left_out", "ats_providers failed: RuntimeError: a bug")
    assert states["configured"] == ("in_use", "")
    table = CliRunner().invoke(cli, ["plugins", "--config", str(tmp_path / "atsp.toml")]).stdout
    assert "RuntimeError: a bug" in table
    assert "vendors vendor_abcd_3" in table
