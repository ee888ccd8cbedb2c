"""Snippets: one clean line of the original, the match marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scoring.examples import described, rules_scorer

from ats_core.scoring.snippet import LENGTH, snippet

SCORER = rules_scorer()


def test_a_short_text_is_shown_whole_as_it_was_written() -> None:
    (hit,) = described(SCORER, "Gestión de Tesorería y caja").hits

    assert hit.snippet == "Gestión de [[Tesorería]] y caja"


def test_a_long_text_is_cut_at_words_and_says_so() -> None:
    text = "Lorem ipsum dolor sit amet, " * 10 + "treasury" + ", consectetur adipiscing elit" * 10

    (hit,) = described(SCORER, text).hits

    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert " [[treasury]]," in hit.snippet
    assert 80 <= len(hit.snippet) <= LENGTH
    assert set(hit.snippet.strip("…").replace("[[", "").replace("]]", "").split()) <= set(text.split())


def test_the_end_of_a_line_is_a_place_to_cut_like_a_space() -> None:
    text = f"{'a' * 40}\nYou run payments and the {'b' * 9} treasury of {'c' * 12} and of\nothers{'d' * 40}"

    (hit,) = described(SCORER, text).hits

    assert hit.snippet == f"…You run payments and the {'b' * 9} [[treasury]] of {'c' * 12} and of…"


def test_lines_and_control_characters_become_spaces_and_foreign_marks_are_taken_out() -> None:
    (hit,) = described(SCORER, "a [[b]]\x00\x1b[31m\n\ntipo \n de cambio\u202e z").hits

    assert hit.snippet == "a [b] [31m [[tipo de cambio]] z"


def test_brackets_beside_a_match_do_not_run_into_the_marks() -> None:
    (hit,) = described(SCORER, "[treasury] [[[[x").hits

    assert hit.snippet == "[ [[treasury]] ] [x"


def test_letters_that_fold_to_several_do_not_shift_the_mark() -> None:
    (hit,) = described(SCORER, "ßßß ﬁ pay\u00adment Straße 🚀 naïve").hits

    assert "[[Straße]]" in hit.snippet


@given(st.text(max_size=300), st.text(min_size=1, max_size=200), st.text(max_size=300))
def test_a_snippet_is_always_one_printable_line_of_bounded_length(before: str, match: str, behind: str) -> None:
    text = before + match + behind

    shown = snippet(text, len(before), len(before) + len(match))

    assert shown.isprintable()
    assert len(shown) <= LENGTH
    assert shown.count("[[") == shown.count("]]") == 1
