"""What an offer says in short: passages by their letters, the title without places, the same bytes everywhere."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ats_core.domain.offer import Posting
from ats_core.scoring.sketch import TextSketch, cut, letters, shortened, sketch_of


def sketch(text: str, title: str = "Analyst", **other: object) -> TextSketch:
    return sketch_of(Posting(provider_offer_id="1", title=title, description_text=text, **other))  # type: ignore[arg-type]


def plainly(text: str) -> str:
    """The letters and digits of a text by the letter of the rule, slowly."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in parts if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", "", plain)


# Letters of many scripts, and the signs by which the fast way and the slow way could part.
TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("aZ9 .!?\n\tñçüßæøœªº½µ_-–’…™🚀e\u0301\u00ad\u200b東\ud800"))
)


def test_case_diacritics_and_punctuation_make_no_other_passage() -> None:
    one = sketch("Gestión de divisas, y más. Pagos!\n- Inglés")
    other = sketch("gestion de DIVISAS – y ma\u0301s\nPAGOS\ninglés;")

    assert (one.passages, one.lengths) == (other.passages, other.lengths)
    assert list(one.lengths) == [20, 5, 6]


def test_a_passage_is_a_line_or_a_sentence_of_it() -> None:
    assert cut("We pay well. Really! In v2.5 too\n\n- SEPA") == [
        "We pay well.",
        "Really!",
        "In v2.5 too",
        "",
        "- SEPA",
    ]
    assert list(sketch("One. Two\n\nOne").lengths) == [3, 3, 0, 3]
    first, _, _, last = sketch("One. Two\n\nOne").passages
    assert first == last


@given(TEXTS)
@example("Curaçao – ‘naïve’ cœur")
@example("½ day, 3 m²")
def test_letters_are_what_the_rule_says_whichever_way_is_taken(text: str) -> None:
    passages = [passage.decode("utf-8", "surrogatepass") for passage in letters(text).split(b"\n")]

    assert passages == [plainly(passage) for passage in cut(text)]


@given(TEXTS, TEXTS)
def test_texts_of_equal_letters_have_equal_fingerprints_and_others_have_not(one: str, other: str) -> None:
    def fingerprint(text: str) -> str:
        return shortened(Posting(provider_offer_id="1", title="Analyst", description_text=text)).fingerprint

    assert (fingerprint(one) == fingerprint(other)) == (plainly(one) == plainly(other))
    assert fingerprint(one) == fingerprint(" ".join(one))


@given(TEXTS, TEXTS)
def test_a_passage_is_the_same_whatever_stands_beside_it(one: str, other: str) -> None:
    together = sketch(f"{one}\n{other}")

    assert together.passages == sketch(one).passages + sketch(other).passages
    assert together.lengths == sketch(one).lengths + sketch(other).lengths
    assert len(together.passages) == len(cut(f"{one}\n{other}"))


@given(TEXTS, st.text(min_size=1), st.none() | st.text())
def test_a_sketch_comes_back_from_its_bytes(text: str, title: str, language: str | None) -> None:
    made = sketch(text, title, language=language)

    assert TextSketch.from_bytes(made.to_bytes()) == made


@pytest.mark.parametrize("spoilt", [b"", b"\x01", b"\x02", b"\x03", b"\xff" * 40])
def test_what_was_not_written_by_this_version_is_no_sketch(spoilt: bytes) -> None:
    whole = sketch("One. Two").to_bytes()

    assert TextSketch.from_bytes(spoilt) is None
    assert TextSketch.from_bytes(whole[:-1]) is None
    assert TextSketch.from_bytes(b"\x01" + whole[1:]) is None


def test_stored_sketches_stay_readable() -> None:
    made = sketch("Pagos.\nSEPA", "Técnico/a, Madrid", locations=("Madrid, ES",), language="es-ES")

    assert made.to_bytes().hex() == (
        "0209000202000000" "7465636e69636f2061" "6573"  # form, sizes, "tecnico a", "es"
        "ea602c1c9b8ca129" "809eaee9a5cd867b" "0500" "0400"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "places", "said"),
    [
        ("Sales Manager (Madrid)", ("Madrid, Spain",), "sales manager"),
        ("Sales Manager – San Sebastián", ("Donostia / San Sebastián",), "sales manager"),
        ("Sales Manager", ("Madrid",), "sales manager"),
        ("Madrid", ("Madrid",), "madrid"),
        ("Head of Berlin", (), "head of berlin"),
    ],
)
def test_a_title_is_taken_without_the_postings_own_places(title: str, places: tuple[str, ...], said: str) -> None:
    assert sketch("", title, locations=places).title == said
