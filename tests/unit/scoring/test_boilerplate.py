"""What of a company's texts is boilerplate, and a text without it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ats_core.domain.offer import Posting
from ats_core.scoring.boilerplate import FEWEST_TEXTS, Boilerplate, boilerplate_of
from ats_core.scoring.sketch import TextSketch, sketch_of

ABOUT = "Norbrook moves money across borders for small exporters."
EQUAL = "We decide without regard to origin, age, belief or gender."


def sketch(text: str, language: str | None = None) -> TextSketch:
    return sketch_of(Posting(provider_offer_id="1", title="Analyst", description_text=text, language=language))


def of_texts(*texts: str) -> Boilerplate:
    """The boilerplate of a company with these distinct texts, one offer each."""
    return boilerplate_of([[sketch(text)] for text in texts])


def split(boilerplate: Boilerplate, text: str) -> tuple[str, str]:
    return boilerplate.split(text, sketch(text))


def test_a_passage_of_more_than_half_of_the_texts_is_boilerplate() -> None:
    texts = [f"Role {n} is told here in a sentence.\n{ABOUT}" for n in range(3)]

    assert split(of_texts(*texts, EQUAL), texts[0]) == ("Role 0 is told here in a sentence.\n", ABOUT)
    assert split(of_texts(*texts, EQUAL, "Another", "One more"), texts[0]) == (texts[0], "")


def test_with_few_texts_nothing_is_boilerplate() -> None:
    texts = [f"Role {n} is told here in a sentence.\n{ABOUT}" for n in range(FEWEST_TEXTS)]

    assert of_texts(*texts[:-1]) == Boilerplate()
    assert of_texts(*texts) != Boilerplate()


def test_one_job_in_twenty_cities_is_one_text() -> None:
    job = [sketch(f"You will run the treasury of our office in City{n}.\n{ABOUT}") for n in range(20)]
    others = [[sketch(f"Role {n} is told here in a sentence.\n{EQUAL}")] for n in range(3)]

    found = boilerplate_of([job, *others])

    assert found.within(job[0]) == ""
    assert found.within(others[0][0]) != ""


def test_a_passage_stands_in_a_text_when_any_of_its_offers_has_it() -> None:
    texts = [[sketch(f"Role {n}"), sketch(f"Role {n}\n{ABOUT}")] for n in range(FEWEST_TEXTS)]

    assert split(boilerplate_of(texts), ABOUT) == ("", ABOUT)


def test_each_language_has_its_own_majority() -> None:
    spanish = [[sketch(f"Puesto {n}\nMovemos dinero entre países para quien exporta.", "es")] for n in range(4)]
    english = [[sketch(f"Role {n}\n{ABOUT}", "en")] for n in range(7)]

    found = boilerplate_of(spanish + english)

    assert split(found, ABOUT)[1] == ABOUT
    assert split(found, "Movemos dinero entre países para quien exporta.")[0] == ""
    assert boilerplate_of(spanish[:3] + english).within(spanish[0][0]) == ""


def test_headings_and_short_items_stay_where_they_are() -> None:
    texts = [f"About us\n{ABOUT}\n- SEPA\nRole {n} is told here in a sentence." for n in range(5)]

    own, common = split(of_texts(*texts), texts[0])

    assert own == "About us\n- SEPA\nRole 0 is told here in a sentence."
    assert common == f"{ABOUT}\n"


def test_a_sentence_within_a_line_is_taken_out_and_its_neighbours_stay_apart() -> None:
    boilerplate = of_texts(*(f"Role {n} of this company and not another.\n{ABOUT}" for n in range(4)))

    assert split(boilerplate, f"You trade currencies. {ABOUT} You report to the CFO.") == (
        "You trade currencies. You report to the CFO.",
        f"{ABOUT} ",
    )


def test_the_digest_tells_which_passages_of_the_text_are_boilerplate() -> None:
    one = of_texts(*(f"Role {n} of this company.\n{ABOUT}" for n in range(4)))
    both = of_texts(*(f"Role {n} of this company.\n{ABOUT}\n{EQUAL}" for n in range(4)))

    assert one.within(sketch(f"Analyst\n{ABOUT}")) == both.within(sketch(f"{ABOUT}\nCook")) != ""
    assert both.within(sketch(f"{ABOUT}\n{EQUAL}")) == both.within(sketch(f"{EQUAL}\n{ABOUT}\n{ABOUT}"))
    assert both.within(sketch(f"{ABOUT}\n{EQUAL}")) != one.within(sketch(f"{ABOUT}\n{EQUAL}"))
    assert one.within(sketch(EQUAL)) == ""


LINES = st.lists(st.sampled_from(["", "short", ABOUT, EQUAL, f"{ABOUT} {EQUAL}", "Wow! A line of one company alone. "]))
TEXTS = st.lists(LINES.map("\n".join), min_size=1, max_size=7)


@given(TEXTS, st.data())
def test_splitting_loses_and_adds_nothing_and_the_order_of_texts_does_not_matter(
    texts: list[str], data: st.DataObject
) -> None:
    found = of_texts(*texts)

    assert found == of_texts(*data.draw(st.permutations(texts)))
    for text in texts:
        own, common = split(found, text)
        assert sorted(own + common) == sorted(text)
        assert (common == "") == (found.within(sketch(text)) == "")
        assert found.passages.isdisjoint(sketch(own).passages)
        assert split(found, own) == (own, "")


def test_a_text_that_was_changed_under_its_sketch_is_all_its_own() -> None:
    boilerplate = of_texts(*(f"Role {n} of this company.\n{ABOUT}" for n in range(4)))

    assert boilerplate.split(ABOUT, sketch(f"Role 9\n{ABOUT}")) == (ABOUT, "")
