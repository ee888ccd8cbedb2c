"""Spellings that belong to one language: they are found, and the language changes nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scoring.examples import RULES, rules_scorer

from ats_core.domain.match import Scored
from ats_core.scoring.catalog_format import parse_catalog
from ats_core.scoring.scorer import Scorer
from ats_core.scoring.text import fold

SCORER = rules_scorer()
WORDS = Scorer(
    parse_catalog(
        RULES.replace(
            '"AWS"',
            '"Währungsrisiko(s)", "Überweisung", "col·lecció de deutes", "comerç d\'exportació", "trésorerie", "Adyen"',
        ).replace(
            'cues = ["no", "not", "sin"]\nreach = 2',
            'cues = ["not", "sin"]\nreach = 2\n\n'
            '[[negation.before]]\ncues = ["no"]\nreach = 2\nnot_languages = ["pt", "gl"]',
        ),
        where="words.toml",
    )
)


def keywords(text: str, language: str | None = None, scorer: Scorer = WORDS) -> list[tuple[str, bool]]:
    scored = scorer.score(title="", department="", description=text, language=language)
    return [(hit.keyword, hit.negated) for hit in scored.hits]


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("Währungsrisiko", "Währungsrisiko"),
        ("WÄHRUNGSRISIKOS", "Währungsrisikos"),
        ("Waehrungsrisiko", "Waehrungsrisiko"),
        ("Wa\u0308hrungsrisiko", "Währungsrisiko"),
        ("Wahrungsrisiko", "Währungsrisiko"),
        ("Ueberweisung", "Ueberweisung"),
        ("UEBERWEISUNG", "Ueberweisung"),
    ],
)
def test_umlauts_are_found_as_they_are_without_dots_and_written_out(text: str, keyword: str) -> None:
    assert keywords(text) == keywords(text, "de") == [(keyword, False)]


@pytest.mark.parametrize(
    "text", ["col·lecció de deutes", "COL·LECCIÓ DE DEUTES", "coŀlecció de deutes", "colleccio de deutes"]
)
def test_the_catalan_l_with_its_mark_is_one_letter_of_a_word(text: str) -> None:
    assert keywords(text) == keywords(text, "ca") == [("col·lecció de deutes", False)]


@pytest.mark.parametrize("text", ["col.lecció de deutes", "col•lecció de deutes", "COL.LECCIÓ DE DEUTES"])
def test_only_in_catalan_is_another_sign_taken_for_the_mark(text: str) -> None:
    assert keywords(text, "ca") == [("col·lecció de deutes", False)]
    assert keywords(text) == keywords(text, "es") == []


def test_a_full_stop_without_its_space_parts_words_in_catalan_too() -> None:
    text = "Comptabilitat internacional.La tresoreria. EUR/USD.Lideratge. pàg.l"

    assert fold(text, "ca").hay == fold(text).hay


@pytest.mark.parametrize("sign", ["'", "’", "´", "`", "ʼ", "′"])
def test_whatever_is_typed_for_an_apostrophe_parts_article_and_word(sign: str) -> None:
    assert keywords(f"comerç d{sign}exportació") == [("comerç d'exportació", False)]
    assert keywords(f"chef de l{sign}equipe, tresorerie d{sign}Adyen") == [("trésorerie", False)]


@pytest.mark.parametrize("language", ["pt", "gl"])
def test_a_cue_is_none_in_the_languages_that_its_group_leaves_out(language: str) -> None:
    assert keywords("Experiência no Adyen", language) == [("Adyen", False)]
    assert keywords("Sin Adyen", language) == [("Adyen", True)]
    assert keywords("No experience with Adyen", language) == [("Adyen", True)]


@pytest.mark.parametrize("language", [None, "es", "en", "ca", "it", "fr"])
def test_no_negates_in_every_other_language(language: str | None) -> None:
    assert keywords("Experiencia: no Adyen", language) == [("Adyen", True)]


# Words of the catalog and of negation, without "no", and without two l that a sign could join.
_WORDS = "treasury tesorería FX AWS divisas hedging SWIFT pagos not sin experience, aduanas. export y de CSV\n".split(
    " "
)


@given(
    st.lists(st.sampled_from(_WORDS), max_size=30).map(" ".join),
    st.sampled_from(["es", "en", "ca", "pt", "gl", "fr", "de", "it", "xx"]),
)
def test_the_same_words_score_the_same_in_every_language(text: str, language: str) -> None:
    def score(told: str | None) -> Scored:
        return SCORER.score(title=text[:40], department="", description=text, language=told)

    assert score(language) == score(None)


@given(st.text(alphabet="lLaà·.•ŀß -\u0301", max_size=30), st.sampled_from([None, "ca"]))
def test_every_token_is_found_again_in_the_original_text(text: str, language: str | None) -> None:
    folded = fold(text, language)
    at = last_end = 0

    for token in folded.hay.split():
        at = folded.hay.index(b" %b " % token, at)
        ((start, end),) = folded.spans(at, (token,))
        assert last_end <= start < end <= len(text)
        assert folded.span(at, b" %b " % token) == (start, end)
        last_end, at = end, at + len(token)
