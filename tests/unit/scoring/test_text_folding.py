"""Folding: deterministic on every letter, and always with a way back to the original text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.scoring.text import fold

# Letters, marks, ligatures, spaces and signs that take different ways through the folding.
HARD = st.text(alphabet="aZñÑçéüßæÆœøłİıŞﬁ𝗧Ａ\u0301\u0303\u00ad\u200b\u00a0 \t\r\n-–.,?¿º²я日🚀\ud800", max_size=60)


def words(text: str) -> list[str]:
    return fold(text).hay.decode("ascii").split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gestión de TESORERÍA", ["gestion", "de", "tesoreria"]),
        ("España, Año, pingüino", ["espana", "ano", "pinguino"]),
        ("façade ÇA", ["facade", "ca"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("ẞ groß", ["ss", "gross"]),
        ("cœur Æther þing", ["coeur", "aether", "thing"]),
        ("İstanbul ISPARTA ılık", ["istanbul", "isparta", "ilik"]),
        ("ﬁnance ﬂow", ["finance", "flow"]),
        ("𝗧𝗿𝗲𝗮𝘀𝘂𝗿𝘆 Ｔｒｅａｓｕｒｙ", ["treasury", "treasury"]),
        ("Łódź Đorđe søster", ["lodz", "dorde", "soster"]),
        ("pay\u00adment", ["payment"]),
        ("we’re – “ready” 🚀 now…", ["we", "re", "ready", "now"]),
        ("S/4HANA B2B 3.5", ["s", "4hana", "b2b", "3", "5"]),
        ("日本語 Россия", []),
        ("", []),
    ],
)
def test_words_lose_case_and_diacritics_and_nothing_else(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_an_ordinal_sign_is_no_letter_so_that_nº_does_not_read_no() -> None:
    assert words("Nº de IVA, 1ª vez, m²") == ["n", "de", "iva", "1", "vez", "m"]


@given(st.text(alphabet=st.characters(max_codepoint=0x24F, categories=["L", "Zs", "Po"]), max_size=40))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))


@given(HARD | st.text(max_size=60))
def test_folded_text_is_lower_case_ascii_tokens_between_spaces(text: str) -> None:
    hay = fold(text).hay

    assert hay.startswith(b" ")
    assert hay.endswith(b" ")
    assert all(chr(byte) in "abcdefghijklmnopqrstuvwxyz0123456789 " for byte in hay)


@given(HARD | st.text(max_size=60))
def test_folding_what_was_folded_changes_nothing(text: str) -> None:
    assert words(fold(text).hay.decode("ascii")) == words(text)


@given(st.lists(HARD, min_size=1, max_size=4))
def test_every_token_is_found_again_in_the_original_text(parts: list[str]) -> None:
    text = "  ".join(parts)
    folded = fold(text)
    tokens = folded.hay.split()
    at = 0
    last_end = 0

    for token in tokens:
        at = folded.hay.index(b" %b " % token, at)
        ((start, end),) = folded.spans(at, (token,))

        assert last_end <= start < end <= len(text)
        assert fold(text[start:end]).hay.split() == [token]
        last_end, at = end, at + len(token)


def test_positions_may_be_asked_for_in_any_order() -> None:
    folded = fold("aws  and aws\n\nor AWS")
    starts = [0, folded.hay.rindex(b" aws "), folded.hay.index(b" aws ", 1), 0]

    spans = [folded.spans(start, (b"aws",))[0] for start in starts]

    assert spans == [(0, 3), (17, 20), (9, 12), (0, 3)]
