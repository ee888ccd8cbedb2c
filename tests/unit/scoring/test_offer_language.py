"""Which language an offer is written in: as its vendor says, or as its text shows, or not known."""

from __future__ import annotations

import subprocess
import sys

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ats_core.domain.offer import Posting, content_hash
from ats_core.scoring.frequent_words import plain_language
from ats_core.scoring.language import FEWEST_LETTERS, SAMPLE, language_of, stated_language, with_language

PARAGRAPHS = {
    "es": "Buscamos una persona que lleve la facturación y la relación con los bancos, con ganas de aprender.",
    "en": "We are looking for somebody to take care of invoicing and of our banks, and who wants to learn.",
    "ca": "Busquem una persona que porti la facturació i la relació amb els bancs, amb ganes d'aprendre.",
    "pt": "Procuramos uma pessoa que trate da faturação e da relação com os bancos, com vontade de aprender.",
    "fr": "Nous recherchons une personne pour s'occuper de la facturation et de la relation avec les banques.",
    "de": "Wir suchen eine Person, die sich um Rechnungen und die Beziehung zu den Banken kümmert.",
    "it": "Cerchiamo una persona che si occupi della fatturazione e dei rapporti con le banche dell'azienda.",
}


@pytest.mark.parametrize(("language", "text"), PARAGRAPHS.items())
def test_a_paragraph_shows_its_language_whatever_the_title_is_in(language: str, text: str) -> None:
    assert language_of("Senior Backend Engineer", text) == language
    assert language_of("", text.upper()) == language


@pytest.mark.parametrize("language", ["es", "ca", "pt", "fr", "de", "it"])
def test_an_english_paragraph_about_the_company_makes_no_text_english(language: str) -> None:
    own = "\n".join([PARAGRAPHS[language]] * 6)

    assert language_of("Account Executive", f"{PARAGRAPHS['en']}\n{own}") == language
    assert language_of("Account Executive", f"{own}\n{PARAGRAPHS['en']}") == language


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", ""),
        ("Treasury Analyst", ""),
        ("Responsable", "Madrid"),
        ("Office Manager", "12345 67890 " * 40),
        ("", "https://acme.example/12 " * 3),
    ],
)
def test_what_is_too_short_or_no_language_is_not_guessed(title: str, text: str) -> None:
    assert language_of(title, text) is None


@pytest.mark.parametrize(("language", "text"), PARAGRAPHS.items())
def test_frequent_words_settle_only_plain_english_and_spanish(language: str, text: str) -> None:
    words = f"{text} {text}".lower().split()
    of_both = f"{PARAGRAPHS['en']} {PARAGRAPHS['es']} {text}".lower().split()

    assert plain_language(words) == (language if language in ("en", "es") else None)
    assert plain_language(of_both) is None
    assert plain_language([]) is None


def test_a_title_helps_where_the_description_is_short() -> None:
    text = "Con nosotros, en nuestra oficina"

    assert sum(map(str.isalpha, text)) < FEWEST_LETTERS
    assert language_of("Responsable de la gestión de los clientes", text) == "es"


def test_only_a_sample_of_a_long_text_is_looked_at() -> None:
    text = " ".join([PARAGRAPHS["es"]] * 4)
    unseen = text[: SAMPLE // 2] + "x" * 5_000_000 + text[SAMPLE // 2 :]

    assert language_of("", unseen) == "es"


@given(st.text(max_size=400), st.text(max_size=900))
@settings(max_examples=50)
def test_any_text_has_one_language_or_none_and_always_the_same(title: str, text: str) -> None:
    language = language_of(title, text)

    assert language is None or (len(language) == 2 and language.islower())
    assert language_of(title, text) == language


@pytest.mark.parametrize(
    ("stated", "language"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-US", "en"),
        ("pt_BR", "pt"),
        ("zh-Hant-TW", "zh"),
        (" ca ", "ca"),
        ("eng", "en"),
        ("English", "en"),
        ("Spanish", "es"),
        ("Español (España)", "es"),
        ("français", "fr"),
        ("xx", None),
        ("to be defined", None),
        ("Klingon", None),
        ("-", None),
        ("", None),
    ],
)
def test_what_a_vendor_states_is_made_plain(stated: str, language: str | None) -> None:
    assert stated_language(stated) == language


def posting(language: str | None, text: str = PARAGRAPHS["es"]) -> Posting:
    return Posting(provider_offer_id="1", title="Contable", description_text=text, language=language)


def test_what_the_vendor_states_holds_and_the_text_decides_where_it_states_nothing_usable() -> None:
    assert with_language(posting("en-GB")).language == "en"
    assert with_language(posting(None)).language == "es"
    assert with_language(posting("multilingual")).language == "es"
    assert with_language(posting(None, "Madrid")).language is None


def test_nothing_else_of_a_posting_changes_and_the_hash_is_of_what_the_vendor_shows() -> None:
    shown = posting(None)
    told = with_language(shown)

    assert evolve(told, language=None) == shown
    assert content_hash(told) != content_hash(shown)
    assert with_language(told) == told


def test_the_model_is_not_loaded_before_a_text_is_looked_at() -> None:
    program = "import sys, ats_core.scoring.language; print('py3langid' in sys.modules or 'numpy' in sys.modules)"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "False"
