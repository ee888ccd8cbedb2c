"""The labelled set is whole and well labelled, and the benchmark counts as its README says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.scoring_quality import command
from benchmarks.scoring_quality.labelled import (
    BONUS_LANGUAGES,
    CATEGORIES,
    KINDS,
    LANGUAGES,
    SPLITS,
    PartMissing,
    Snippet,
    load,
    load_file,
)
from benchmarks.scoring_quality.measure import counted, judge
from tests.unit.scoring.examples import builtin

from ats_core.domain.match import Field, Hit, Label, Scored


def part(split: str) -> list[Snippet]:
    """The snippets of a split; none while it is being written anew."""
    try:
        return load(split)
    except PartMissing:
        return []


def everything() -> list[Snippet]:
    return [snippet for split in SPLITS for snippet in part(split)]


def written(folder: Path, split: str, languages: tuple[str, ...] = LANGUAGES) -> None:
    for language in languages:
        text = (
            f'[[snippet]]\nid = "{language}-hit-001"\nkind = "hit"\ntitle = "{split} {language}"\nreason = "because"\n'
        )
        (folder / f"{split}.{language}.toml").write_text(text, encoding="utf-8")


def in_total() -> list[Snippet]:
    return [snippet for snippet in everything() if snippet.language not in BONUS_LANGUAGES]


class Finds:
    """A scorer that finds in each text what it is told to."""

    def __init__(self, affirmed: tuple[str, ...] = (), negated: tuple[str, ...] = ()) -> None:
        self._hits = tuple(
            Hit(category=c, keyword="k", field=Field.DESCRIPTION, snippet="[[k]]", points=0.0, negated=c in negated)
            for c in (*affirmed, *negated)
        )

    def score(
        self, *, title: str, department: str, description: str, boilerplate: str = "", language: str | None = None
    ) -> Scored:
        return Scored(score=0.0, label=Label.NONE, top_category=None, hits=self._hits)


def labelled(affirmed: tuple[str, ...] = (), negated: tuple[str, ...] = (), arguable: tuple[str, ...] = ()) -> Snippet:
    return Snippet(
        id="en-hit-001",
        language="en",
        kind="hit",
        title="Analyst",
        affirmed=affirmed,
        negated=negated,
        arguable=arguable,
        reason="because",
    )


def test_a_snippet_belongs_to_the_part_whose_file_it_stands_in(tmp_path: Path) -> None:
    written(tmp_path, "development", (*LANGUAGES, *BONUS_LANGUAGES))
    written(tmp_path, "held_out")

    titles = {split: [snippet.title for snippet in load(split, tmp_path)] for split in SPLITS}

    assert titles == {
        "development": ["development en", "development es", "development ca", "development pt"],
        "held_out": ["held_out en", "held_out es"],
    }


def test_a_part_without_a_file_of_a_main_language_is_missing_as_a_whole(tmp_path: Path) -> None:
    written(tmp_path, "held_out", ("en",))

    with pytest.raises(
        PartMissing, match=r"^[^\n]*'held_out' is not there \(held_out\.es\.toml\)[^\n]*--only development"
    ):
        load("held_out", tmp_path)


def test_ids_are_different_within_a_part_and_texts_everywhere() -> None:
    for split in SPLITS:
        ids = [snippet.id for snippet in part(split)]
        assert len(set(ids)) == len(ids)
    snippets = everything()
    assert len({(s.title, s.department, s.description, s.boilerplate) for s in snippets}) == len(snippets)


def test_the_set_is_large_and_half_spanish_and_every_kind_is_in_both_languages() -> None:
    snippets = in_total()
    spanish = sum(snippet.language == "es" for snippet in snippets)

    assert len(snippets) >= 360
    assert 0.45 <= spanish / len(snippets) <= 0.55
    assert {(s.language, s.kind) for s in snippets} == {(lang, kind) for lang in LANGUAGES for kind in KINDS}


def test_each_category_is_affirmed_fifteen_times_or_more() -> None:
    times = Counter(category for snippet in in_total() for category in snippet.affirmed)
    assert min(times[category] for category in CATEGORIES) >= 15


def test_the_labels_are_categories_of_the_builtin_catalog() -> None:
    assert tuple(category.id for category in builtin().categories) == CATEGORIES


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ('affirmed = ["fx"]', "no category is called 'fx'"),
        ('affirmed = ["treasury"]\nnegated = ["treasury"]', "one label, not two"),
        ("afirmed = []", "afirmed"),
    ],
)
def test_a_wrong_label_is_told_with_file_and_snippet(tmp_path: Path, labels: str, message: str) -> None:
    file = tmp_path / "development.en.toml"
    file.write_text(f'[[snippet]]\nid = "en-hit-001"\nkind = "hit"\ntitle = "A"\nreason = "because"\n{labels}\n')

    with pytest.raises(ValueError, match=r"development\.en\.toml, en-hit-001") as caught:
        load_file(file)

    assert message in str(caught.value)


def test_right_false_missed_and_arguable_finds_are_told_apart() -> None:
    snippet = labelled(affirmed=("treasury", "currency-fx"), arguable=("markets-abroad",))

    counts = counted(judge(Finds(("treasury", "markets-abroad", "cloud-stack")), [snippet]))

    assert (counts.right, counts.false, counts.arguable, counts.affirmed) == (1, 1, 1, 2)
    assert (counts.precision, counts.recall) == (0.5, 0.5)
    assert counts.strict_precision == pytest.approx(1 / 3)


def test_a_negated_category_is_recognised_mistaken_or_not_seen() -> None:
    snippet = labelled(negated=("cloud-stack",))
    whats = {}
    for name, scorer in {
        "recognised": Finds(negated=("cloud-stack",)),
        "mistaken": Finds(("cloud-stack",)),
        "not seen": Finds(),
    }.items():
        judged = judge(scorer, [snippet])
        counts = counted(judged)
        whats[name] = (counts.recognised, counts.mistaken, counts.false, [miss.what for miss in judged[0].misses])

    assert whats == {
        "recognised": (1, 0, 0, []),
        "mistaken": (0, 1, 1, ["negated, taken for a hit"]),
        "not seen": (0, 0, 0, ["negation not seen"]),
    }


def test_a_hit_taken_for_negated_is_missed() -> None:
    judged = judge(Finds(negated=("treasury",)), [labelled(affirmed=("treasury",))])

    assert counted(judged).recall == 0.0
    assert [miss.what for miss in judged[0].misses] == ["hit, taken for negated"]


class Parts:
    """Both parts in a folder; keeps which of them were read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.read: list[str] = []

    def load(self, split: str) -> list[Snippet]:
        self.read.append(split)
        return load(split, self._folder)


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parts:
    parts = Parts(tmp_path)
    monkeypatch.setattr(command, "load", parts.load)
    written(tmp_path, "development")
    return parts


def test_only_development_neither_shows_nor_reads_the_held_out_part(
    parts: Parts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, "held_out")

    command.main(["--only", "development"])

    assert parts.read == ["development"]
    printed = capsys.readouterr().out
    assert printed.startswith("development: ")
    assert "held_out" not in printed


def test_a_run_that_wants_a_missing_part_says_so_in_one_line(parts: Parts, capsys: pytest.CaptureFixture[str]) -> None:
    status = command.main([])

    told = capsys.readouterr()
    assert (status, told.out) == (2, "")
    assert told.err.count("\n") == 1
    assert told.err.startswith("error: ")
    assert "held_out.en.toml, held_out.es.toml" in told.err
    assert parts.read == ["development", "held_out"]


def test_figures_alone_name_no_snippet(parts: Parts, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, "held_out")

    command.main(["--figures", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert parts.read == list(SPLITS)
    assert set(told) >= {"development", "held_out"}
    assert all("misses" not in told[split] for split in SPLITS)
