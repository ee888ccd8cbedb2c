"""`atsp catalog` as a process: what is there, what is wrong, what a text is worth and why."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.e2e.program import ATSP, atsp, clean_environment

POSTING = "You'll run FX hedging and cross-border payments. AWS not required.\n"


def tried(folder: Path, *arguments: str) -> dict[str, Any]:
    done = atsp("catalog", "try", *arguments, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def added_up(scored: dict[str, Any]) -> float:
    points: list[float] = [part["points"] for part in (*scored["hits"], *scored["synergies"])]
    return round(sum(points), 1)


def test_the_list_names_the_built_in_catalogs_and_marks_the_configured_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "engineering-growth"\nid = "mine"\nversion = "3"\n')
    (tmp_path / "atsp.toml").write_text('[scoring]\ncatalog = "mine.toml"\n')

    rows = json.loads(atsp("catalog", "list", "--json", cwd=tmp_path).stdout)
    table = atsp("catalog", "list", cwd=tmp_path).stdout

    assert [(row["catalog"], row["in_use"]) for row in rows] == [
        ("international-payments", False),
        ("engineering-growth", False),
        ("base-languages", False),
        ("mine.toml", True),
    ]
    assert [row["layer"] for row in rows] == [False, False, True, False]
    assert rows[3]["version"].startswith("mine@3/engineering-growth@1.1/base-languages@1.1+")
    assert (rows[1]["spellings"], rows[1]["categories"]) == (rows[3]["spellings"], rows[3]["categories"])
    assert any("  base-languages " in line and "words for" in line for line in table.splitlines())
    assert "* " in next(line for line in table.splitlines() if "mine.toml" in line)


def test_a_sound_catalog_is_said_to_be_so(tmp_path: Path) -> None:
    for named in ((), ("international-payments",), ("engineering-growth",)):
        done = atsp("catalog", "check", *named, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "can be used" in done.stdout
        assert "0 errors, 0 warnings" in done.stdout
    done = atsp("catalog", "check", "base-languages", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "can be extended: 0 errors, 0 warnings" in done.stdout


def test_everything_wrong_with_a_catalog_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'extends = "international-payments"\nid = "mine"\nversion = "1"\n'
        "[labels]\nstrong = 11\n"
        '[remove]\ncategories = ["no-such"]\n'
        '[keywords]\ntreasury = ["of the", { term = "vault", within = 3 }]\n'
    )

    done = atsp("catalog", "check", "mine.toml", cwd=tmp_path)
    value = json.loads(atsp("catalog", "check", "mine.toml", "--json", cwd=tmp_path).stdout)

    assert done.returncode == 2
    told = done.stdout.splitlines()
    assert [line.split(": ")[:2] for line in told[:-1]] == [
        ["error", "mine.toml, line 5"],
        ["error", "mine.toml, line 7"],
        ["error", "mine.toml, line 9"],
        ["warning", "mine.toml, line 9"],
    ]
    assert told[-1] == "mine.toml cannot be used: 3 errors, 1 warning"
    assert [(e["line"], e["key"]) for e in value["errors"]] == [
        (5, "labels.strong"),
        (7, "remove.categories"),
        (9, "keywords.treasury"),
    ]


def test_a_text_is_scored_and_the_points_add_up(tmp_path: Path) -> None:
    (tmp_path / "posting.txt").write_text(POSTING)

    scored = tried(tmp_path, "posting.txt", "--title", "Treasury Analyst")
    shown = atsp("catalog", "try", "posting.txt", "--title", "Treasury Analyst", cwd=tmp_path).stdout

    assert scored["label"] == "strong"
    assert added_up(scored) == scored["score"]
    assert {hit["category"]: hit["negated"] for hit in scored["hits"]}["cloud-stack"] is True
    assert all(set(hit) == {"category", "keyword", "field", "snippet", "points", "negated"} for hit in scored["hits"])
    points = [float(line.split()[0]) for line in shown.splitlines() if line[:7].strip().startswith(("+", "-"))]
    assert round(sum(points), 1) == scored["score"]
    assert f"{scored['score']:6.1f}  strong" in shown
    assert "[[Treasury Analyst]]  (treasury analyst, title)" in shown


def test_a_text_comes_from_a_pipe_is_scored_under_another_catalog_and_with_boilerplate(tmp_path: Path) -> None:
    (tmp_path / "about.txt").write_text("We are an AI-first company with data pipelines.")

    done = subprocess.run(
        [ATSP, "catalog", "try", "-", "--catalog", "engineering-growth", "--boilerplate", "about.txt", "--json"],
        cwd=tmp_path,
        env=clean_environment(),
        input="Kubernetes on AWS",
        capture_output=True,
        text=True,
        check=True,
    )
    scored = json.loads(done.stdout)

    assert scored["catalog_version"].startswith("engineering-growth@")
    assert {hit["category"]: hit["field"] for hit in scored["hits"]} == {
        "platform": "description",
        "cloud": "description",
        "data": "boilerplate",
        "ai": "boilerplate",
    }
    assert [synergy["categories"] for synergy in scored["synergies"]] == [["cloud", "platform"]]
    assert added_up(scored) == scored["score"]


def test_what_is_no_text_or_no_catalog_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "latin").write_bytes("Tesorería".encode("latin-1"))
    (tmp_path / "empty").write_bytes(b"")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(100_000_000)

    for arguments, said in (
        (("try", "binary"), "binary: not text"),
        (("try", "latin"), "latin: not UTF-8 text"),
        (("try", "empty"), "empty: there is nothing to score"),
        (("try", "huge"), "huge: larger than 1000 kB"),
        (("try", "empty", "--catalog", "huge"), "huge: larger than 8 MB"),
        (("try", "nope"), "nope"),
        (("check", "binary"), "binary: not UTF-8 text"),
        (("check", "huge"), "huge: larger than 8 MB"),
        (("check", "."), "the catalog cannot be read"),
        (("check", "nope"), "there is no such catalog"),
    ):
        done = atsp("catalog", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
