"""Where settings come from, and that every wrong one is named with its place and what is accepted."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from ats_cli.config import Config, load_config
from ats_core.errors import ConfigurationError
from ats_core.settings import TimeWindow, duration


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    (folder / "atsp.toml").write_text(text, encoding="utf-8")
    return load_config(None, environ or {}, folder=folder)


def test_without_a_file_every_key_has_its_default(tmp_path: Path) -> None:
    config = load_config(None, {}, folder=tmp_path)
    assert config.file is None
    assert config.database_path == tmp_path / "atsp.db"
    assert config.ingestion.interval == timedelta(hours=20)


def test_a_whole_file_is_read_and_paths_start_at_its_folder(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
        [database]
        path = "data/leads.db"
        [[directories]]
        kind = "csv"
        path = "list.csv"
        encoding = "own key of the kind"
        [providers.lever]
        requests_per_second = 2
        [feedback]
        window = "22:00-06:00"
        timezone = "Europe/Madrid"
        [sheets]
        file = "leads.xlsx"
        """,
    )
    assert config.database_path == tmp_path / "data/leads.db"
    (directory,) = config.directories
    assert (directory.path, directory.label) == (str(tmp_path / "list.csv"), "list.csv")
    assert directory.options == {"encoding": "own key of the kind"}
    assert config.providers["lever"].requests_per_second == 2.0
    assert config.feedback.window == TimeWindow(time(22), time(6))
    assert config.sheets.file == str(tmp_path / "leads.xlsx")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = {
        "ATSP_INGESTION__CONCURRENCY": "3",
        "ATSP_SHEETS__WORKSHEET": "2026",
        "ATSP_PROVIDERS__LEVER__ENABLED": "false",
        "ATSP_HTTP__CONNECT_TO": '{"*" = "http://127.0.0.1:1"}',
        "ATSP_DIRECTORIES": '[{kind = "csv", path = "other.csv"}]',
        "GOOGLE_SHEETS_SPREADSHEET_ID": "abc",
    }
    config = load(tmp_path, "[ingestion]\nconcurrency = 9", environ)
    assert config.ingestion.concurrency == 3
    assert config.sheets.worksheet == "2026"
    assert config.sheets.spreadsheet_id == "abc"
    assert config.providers["lever"].enabled is False
    assert config.http.connect_to == {"*": "http://127.0.0.1:1"}
    assert config.directories[0].label == "other.csv"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ingestion]\nintervall = '1h'", "atsp.toml [ingestion]: unknown key 'intervall'; accepted: interval, "),
        ("[ingest]", "atsp.toml: unknown section 'ingest'; accepted: database, "),
        ("ingestion = 3", "ingestion = 3 is not a section"),
        ("[ingestion]\ninterval = 'soon'", "interval = 'soon': 'soon' is not a duration such as 90s"),
        ("[ingestion]\ninterval = 20", "interval = 20 is not accepted; write a duration"),
        ("[ingestion]\nconcurrency = 0", "concurrency = 0: "),
        ("[ingestion]\nconcurrency = true", "concurrency = True is not accepted; write a whole number"),
        ("[ingestion]\nconcurrency = '4'", "write a whole number"),
        ("[http]\nallow_private_networks = 1", "write true or false"),
        ("[http]\ntimeout = '0s'", "timeout must be longer than nothing"),
        ("[feedback]\ntimezone = 'Mars/Base'", "'Mars/Base' is not a time zone"),
        ("[feedback]\nwindow = 'noon'", "'noon' is not a window"),
        ("[providers.lever]\nburst = 0", "atsp.toml [providers.lever]: burst = 0"),
        ("[providers]\nlever = 1", "write [providers.lever]"),
        ("[directories]\nkind = 'csv'", "with two brackets"),
        ("[[directories]]\npath = 'a'", "kind is missing"),
        ("[[directories]]\nkind = 'csv'\npath = 'a'\nurl = 'b'", "both path and url"),
        ("[[directories]]\nkind = 'csv'\npath = 'https://lists.example/a.csv'", "write url in place of path"),
        ("[sheets]\nfile = 'a.xlsx'\nspreadsheet_id = 'b'", "keep one of them"),
        ("[database]\npath = ''", "path"),
        ("[ingestion]\ninterval = '99999999d'", "longer than ten years"),
        ("[feedback]\nwindow = '03:00+02:00-06:00'", "names a time zone"),
        ("[pipeline]\nlease = '2d'", "lease must be a day at the most"),
        ("[sheets]\nminimum_score = 11", "minimum_score = 11"),
        ('[sheets]\nfile = "a\\u0000.xlsx"', "NUL"),
        ("not toml", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load(tmp_path, text)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value).replace(text, "")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "ATSP_INGESTION__CONCURRENCY",
            "many",
            "environment variable ATSP_INGESTION__CONCURRENCY: concurrency = 'many'",
        ),
        ("ATSP_INGESTIONS__CONCURRENCY", "3", "names no key"),
        ("ATSP_INGESTION", "3", "names no key"),
        ("ATSP_INGESTION__SPEED", "3", "ATSP_INGESTION__SPEED: unknown key 'speed'"),
        ("ATSP_PROVIDERS__LEVER", "x", "providers.lever = 'x' is not a section"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load(tmp_path, "", {variable: value})
    assert said in str(raised.value)


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load_config(Path("other.toml"), {}, folder=tmp_path)
    with pytest.raises(ConfigurationError, match="no such file"):
        load_config(None, {"ATSP_CONFIG": "other.toml"}, folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("1d12h", 129600), ("0s", 0), ("1.5h", 5400), ("2 w", 1209600)]
)
def test_durations(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["11000w", "99999999d", "9" * 400 + "s"])
def test_a_duration_beyond_ten_years_is_refused_before_a_time_overflows(text: str) -> None:
    with pytest.raises(ValueError, match="longer than ten years"):
        duration(text)


@pytest.mark.parametrize("text", ["", "5", "h", "-1h", "1y", "1h!", "9e9w"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        duration(text)


@pytest.mark.parametrize(
    ("window", "moment", "inside"),
    [("03:00-06:00", time(3), True), ("03:00-06:00", time(6), False), ("22:00-06:00", time(1), True),
     ("22:00-06:00", time(12), False), ("always", time(12), True)],
)  # fmt: skip
def test_windows_hold_from_their_start_up_to_their_end(window: str, moment: time, inside: bool) -> None:
    assert TimeWindow.parse(window).holds(moment) is inside


def test_a_list_is_due_after_its_interval_a_file_always_and_anything_else_every_night(tmp_path: Path) -> None:
    lists = """
        [[directories]]
        kind = "csv"
        path = "a.csv"
        [[directories]]
        kind = "csv"
        url = "https://lists.example/a.csv"
        [[directories]]
        kind = "csv"
        path = "b.csv"
        interval = "7d"
        """
    intervals = [directory.effective_interval for directory in load(tmp_path, lists).directories]
    assert intervals == [timedelta(), timedelta(hours=20), timedelta(days=7)]


def test_a_list_is_another_when_it_is_configured_otherwise_but_not_when_its_folder_moved(tmp_path: Path) -> None:
    def definition(entry: str, folder: str = "here") -> str:
        (tmp_path / folder).mkdir(exist_ok=True)
        return (
            load(tmp_path / folder, f"[[directories]]\nkind = 'csv'\nname = 'fairs'\n{entry}").directories[0].definition
        )

    first = definition("path = 'a.csv'\ncolumns = ['x']")
    assert first == definition("path = 'a.csv'\ncolumns = ['x']\ninterval = '7d'", folder="there")
    assert (
        len({first, definition("path = 'b.csv'\ncolumns = ['x']"), definition("path = 'a.csv'\ncolumns = ['y']")}) == 3
    )
    assert "secret" not in definition("url = 'https://lists.example/?key=secret'")
