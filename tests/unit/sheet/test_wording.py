from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField, ModelFeedback
from ats_core.sheet.columns import COLUMN_ORDER, ENGLISH, SPANISH, Column, Labels, find_columns, label_key
from ats_core.sheet.decisions import NotUnderstood
from ats_core.sheet.wording import IN_ENGLISH, LANGUAGES, Wording, wording_of

RESOLUTION, MODEL, NOTES = FeedbackField
SPANISH_SHEET = LANGUAGES["es"]
label_texts = st.text("abcdeéñ ", min_size=3, max_size=8).map(str.strip).filter(bool)


def spanish(**own: dict[str, str]) -> Wording:
    return wording_of("es", own.get("labels", {}), own.get("resolutions", {}), own.get("model_feedback", {}))


@pytest.mark.parametrize("labels", [ENGLISH, SPANISH])
def test_every_column_has_a_label_of_its_own_in_both_languages(labels: Labels) -> None:
    assert set(labels) == set(COLUMN_ORDER)
    assert len({label_key(label) for label in labels.values()}) == len(COLUMN_ORDER)


def test_no_label_of_one_language_means_another_column_in_the_other() -> None:
    meant: dict[str, Column] = {}
    for labels in (ENGLISH, SPANISH):
        for column, label in labels.items():
            assert meant.setdefault(label_key(label), column) is column


@given(own=st.dictionaries(st.sampled_from(COLUMN_ORDER), label_texts), order=st.permutations(COLUMN_ORDER))
def test_columns_are_found_by_configured_labels_whatever_they_are_and_wherever_they_stand(
    own: dict[Column, str], order: list[Column]
) -> None:
    for language in LANGUAGES:
        try:
            labels = wording_of(language, {c.value: text for c, text in own.items()}, {}, {}).labels
        except ValueError:
            continue  # two are called alike
        assert find_columns([labels[c] for c in order], labels) == {c: n for n, c in enumerate(order, 1)}


@pytest.mark.parametrize(("written", "configured"), [(ENGLISH, SPANISH), (SPANISH, ENGLISH)])
def test_a_sheet_in_the_other_language_is_found_and_none_of_its_columns_doubled(
    written: Labels, configured: Labels
) -> None:
    assert len(find_columns(list(written.values()), configured)) == len(COLUMN_ORDER)


def test_the_configured_label_goes_before_those_of_the_languages() -> None:
    labels = wording_of("en", {"score": "nota"}, {}, {}).labels
    assert find_columns(["score", "nota", "puntuación"], labels) == {Column.SCORE: 2}
    assert find_columns(["puntuacion", "score"], labels) == {Column.SCORE: 2}
    assert find_columns(["Puntuacion"], labels) == {Column.SCORE: 1}


def test_a_label_that_was_given_to_another_column_is_no_longer_the_first_ones() -> None:
    labels = wording_of("en", {"score": "activity", "activity": "moves"}, {}, {}).labels
    assert find_columns(["activity", "moves"], labels) == {Column.SCORE: 1, Column.ACTIVITY: 2}
    assert find_columns(["activity"], labels) == {Column.SCORE: 1}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [*Resolution, *ModelFeedback])
def test_codes_are_understood_in_every_language_and_so_is_what_is_written_for_them(
    language: str, value: Resolution | ModelFeedback
) -> None:
    kind = RESOLUTION if isinstance(value, Resolution) else MODEL
    words = LANGUAGES[language].words
    for text in (value.value, value.lower(), words.of(kind, value), words.of(kind, value).upper()):
        assert words.understood(kind, f" {text} ") == value


def test_words_of_ones_own_are_written_offered_and_understood_beside_the_others() -> None:
    own = spanish(resolutions={"rejected": "Perdida", "ALREADY_CUSTOMER": "Descartada"}, model_feedback={"FP": "No"})
    assert own.words.of(RESOLUTION, "REJECTED") == "Perdida"
    assert own.choices[Column.RESOLUTION] == (
        "Pendiente", "En curso", "Alto interés", "Aceptada", "Perdida", "Descartada",
    )  # fmt: skip
    for text, value in {"PÉRDIDA": "REJECTED", "Rechazado": "REJECTED", "descartada": "ALREADY_CUSTOMER"}.items():
        assert own.words.understood(RESOLUTION, text) == value
    assert own.words.understood(MODEL, "no") == "FP"
    assert own.words.understood(NOTES, "no") == "no"


def test_words_of_another_alphabet_are_words() -> None:
    words = wording_of("en", {}, {"REJECTED": "Отказ"}, {}).words
    assert words.understood(RESOLUTION, "ОТКАЗ") == "REJECTED"


@pytest.mark.parametrize("text", ["REJECTED?", "¿rechazada?", "accepted ??", "rejected？"])
def test_a_question_is_no_decision(text: str) -> None:
    with pytest.raises(NotUnderstood):
        IN_ENGLISH.words.understood(RESOLUTION, text)
    own = wording_of("en", {}, {"in_progress": "Who asks?"}, {})
    assert own.words.understood(RESOLUTION, "Who asks?") == Resolution.IN_PROGRESS


def test_what_is_not_understood_is_told_in_the_sheets_words() -> None:
    with pytest.raises(NotUnderstood) as error:
        SPANISH_SHEET.words.understood(MODEL, "quizá\n")
    assert SPANISH_SHEET.trouble(MODEL, error.value) == (
        "valoración del modelo: 'quizá' no es ninguno de Correcto, Falso positivo, Falso negativo"
    )


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"labels": {"sore": "nota"}}, "labels names 'sore', which is no column; accepted: id, company, "),
        ({"labels": {"score": "Empresa"}}, "labels calls both company and score"),
        ({"labels": {"score": ""}}, "labels.score = '' is not one line"),
        ({"labels": {"score": "=1"}}, "labels.score = '=1' is not one line"),
        ({"labels": {"score": "a\nb"}}, "is not one line"),
        ({"labels": {"score": "a" * 101}}, "labels.score is longer than 100"),
        ({"resolutions": {"LOST": "Perdida"}}, "resolutions names 'LOST', which is no value of it; accepted: PENDING"),
        ({"resolutions": {"REJECTED": "Aceptada"}}, "resolutions: 'Aceptada' would mean both ACCEPTED and REJECTED"),
        ({"resolutions": {"REJECTED": "pending"}}, "resolutions: 'pending' would mean both PENDING and REJECTED"),
        ({"resolutions": {"REJECTED": "a, b"}}, "holds a comma"),
        ({"resolutions": {"REJECTED": "a" * 41}}, "resolutions.REJECTED is longer than 40"),
        ({"model_feedback": {"FP": "-"}}, "model_feedback.FP = '-' is not one line"),
    ],
)
def test_words_that_cannot_be_used_are_told_with_what_can(own: dict[str, dict[str, str]], told: str) -> None:
    with pytest.raises(ValueError, match=r"labels|resolutions|model_feedback") as error:
        spanish(**own)
    assert told in str(error.value)


def test_all_words_of_a_drop_down_fit_into_one_formula_of_a_workbook() -> None:
    longest = {value.value: f"{n}{'x' * 39}" for n, value in enumerate(Resolution)}
    words = wording_of("en", {}, longest, {}).words.accepted(RESOLUTION)
    assert len(",".join(words)) <= 255


def test_the_status_is_empty_where_nothing_was_said() -> None:
    assert IN_ENGLISH.status(None) == ""
    assert SPANISH_SHEET.status(None, elsewhere=[(RESOLUTION, "REJECTED")]) == (
        "decidido en una fila unida: resolución Descartada"
    )
