"""What [sheets] can say of words, and of who gets a row, and how a mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ats_cli.config import Config, load_config
from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField
from ats_core.errors import ConfigurationError
from ats_core.sheet.columns import COLUMN_ORDER, ENGLISH, SPANISH, Column
from ats_core.sheet.decisions import CODES, ENGLISH_WORDS, SPANISH_WORDS
from ats_core.sheet.projection import RowOrder


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    (folder / "atsp.toml").write_text(text, encoding="utf-8")
    return load_config(None, environ or {}, folder=folder)


def test_language_labels_words_and_rows_are_read(tmp_path: Path) -> None:
    sheets = load(
        tmp_path,
        """
        [sheets]
        file = "leads.xlsx"
        language = "es"
        hide_resolutions = ["REJECTED", "already_customer"]
        order = "newest"
        [sheets.labels]
        score = "nota"
        [sheets.resolutions]
        REJECTED = "Perdida"
        [sheets.model_feedback]
        FP = "Exagerado"
        """,
    ).sheets
    assert sheets.file == str(tmp_path / "leads.xlsx")
    assert (sheets.wording.labels[Column.SCORE], sheets.wording.labels[Column.NOTES]) == ("nota", "notas")
    assert sheets.wording.words.of(FeedbackField.RESOLUTION, "REJECTED") == "Perdida"
    assert sheets.wording.words.of(FeedbackField.MODEL_FEEDBACK, "FP") == "Exagerado"
    assert sheets.hidden == {Resolution.REJECTED, Resolution.ALREADY_CUSTOMER}
    assert sheets.row_order is RowOrder.NEWEST


def test_each_of_it_can_come_from_the_environment(tmp_path: Path) -> None:
    environ = {
        "ATSP_SHEETS__LANGUAGE": "es",
        "ATSP_SHEETS__LABELS__SCORE": "nota",
        "ATSP_SHEETS__RESOLUTIONS__REJECTED": "Perdida",
        "ATSP_SHEETS__HIDE_RESOLUTIONS": '["REJECTED"]',
    }
    sheets = load(tmp_path, '[sheets]\nlabels = { notes = "apuntes" }', environ).sheets
    assert (sheets.wording.labels[Column.SCORE], sheets.wording.labels[Column.NOTES]) == ("nota", "apuntes")
    assert sheets.wording.words.of(FeedbackField.RESOLUTION, "REJECTED") == "Perdida"
    assert sheets.hidden == {Resolution.REJECTED}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('language = "fr"', "language = 'fr': language must be one of en, es"),
        ('labels = { sore = "x" }', "labels names 'sore', which is no column; accepted: id, company, website"),
        ('labels = { score = "company" }', "labels calls both company and score"),
        ("labels = { score = 3 }", "write a table of text values"),
        ('labels = "score"', "write a table of text values"),
        ('resolutions = { LOST = "x" }', "resolutions names 'LOST', which is no value of it; accepted: PENDING, "),
        ('model_feedback = { FP = "ok" }', "'ok' would mean both OK and FP"),
        ('hide_resolutions = ["LOST"]', "hide_resolutions holds 'LOST'; accepted: PENDING, IN_PROGRESS"),
        ('hide_resolutions = "REJECTED"', "write a list of text values"),
        ('order = "best"', "order = 'best': order must be one of score, name, newest, activity"),
        ("maximum_rows = 0", "maximum_rows"),
        ("minimum_score = 11", "minimum_score"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_is_accepted(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        load(tmp_path, f"[sheets]\n{text}\n")
    assert told in str(error.value)
    assert "atsp.toml [sheets]" in str(error.value)


def test_the_reference_names_every_column_and_word_in_both_languages() -> None:
    reference = (Path(__file__).parents[3] / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    table = reference.partition("## The sheet's columns and words")[2]
    rows = [f"| `{column}` | {ENGLISH[column]} | {SPANISH[column]} |" for column in COLUMN_ORDER]
    for kind, codes in CODES.items():
        rows += [f"| `{code}` | {ENGLISH_WORDS[kind][code]} | {SPANISH_WORDS[kind][code]} |" for code in codes]
    assert [line for line in table.splitlines() if line.startswith("| `")] == rows
