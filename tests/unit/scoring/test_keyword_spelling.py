"""Spellings: optional endings, and what may stand between the tokens of a phrase."""

from __future__ import annotations

import pytest

from ats_core.scoring.spelling import Spelling, variants
from ats_core.scoring.text import fold


def found(spelling: str, text: str) -> bool:
    taken = Spelling.of(spelling)
    folded = fold(text)
    at = folded.hay.find(taken.pattern)
    return at >= 0 and taken.stands(text, folded.spans(at, taken.tokens))


def test_endings_in_brackets_stand_for_both_forms() -> None:
    assert variants("pago(s) internacional(es)") == (
        "pagos internacionales",
        "pagos internacional",
        "pago internacionales",
        "pago internacional",
    )
    assert variants("SEPA") == ("SEPA",)


def test_too_many_endings_are_an_error() -> None:
    with pytest.raises(ValueError, match="64 forms"):
        variants("a(s) b(s) c(s) d(s) e(s) f(s)")


@pytest.mark.parametrize(
    "text",
    [
        "tipo de cambio",
        "TIPO DE CAMBIO",
        "tipo-de-cambio",
        "tipo  de\t\tcambio",
        "tipo de\ncambio",
        "tipo de \r\n cambio",
        "tipo\u00a0de cambio",
        "tipo\u200b de cambio",
        "tipo‑de–cambio",
        "(tipo de cambio).",
    ],
)
def test_a_phrase_is_found_with_any_whitespace_or_one_hyphen_between(text: str) -> None:
    assert found("tipo de cambio", text)


@pytest.mark.parametrize(
    "text",
    [
        "tipo, de cambio",
        "tipo. De cambio",
        "tipo de\n\ncambio",
        "tipo de\n- cambio",
        "tipo - de cambio",
        "tipo/de cambio",
        "prototipo de cambio",
        "tipo de cambios",
        "tipodecambio",
    ],
)
def test_a_phrase_is_not_found_across_signs_paragraphs_list_items_or_inside_words(text: str) -> None:
    assert not found("tipo de cambio", text)


def test_a_sign_of_the_spelling_is_found_as_it_stands_and_as_a_space() -> None:
    assert found("import/export", "Import/Export")
    assert found("import/export", "import export")
    assert not found("import/export", "import & export")
    assert found("d'exportació", "cap d’exportació")


def test_signs_at_the_ends_of_a_spelling_must_stand_in_the_text() -> None:
    assert found("C++", "modern C++ code")
    assert not found("C++", "vitamin C")
    assert found("C", "plain C code")
    assert not found("C", "C++ and C# code")
    assert found(".NET", "a .NET shop")
    assert not found(".NET", "net income")


def test_joined_words_are_another_spelling() -> None:
    assert not found("cross-border", "crossborder")


def test_a_spelling_without_latin_letters_or_with_a_spaced_sign_is_an_error() -> None:
    with pytest.raises(ValueError, match="no Latin letter"):
        Spelling.of("— 日本 —")
    with pytest.raises(ValueError, match="write the sign alone"):
        Spelling.of("R & D")
