"""Which postings of a company repeat each other: equal words, or nearly the same text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scoring.examples import NIGHT, offer

from ats_core.domain.identity import OfferId
from ats_core.domain.offer import Posting
from ats_core.scoring.reposts import OWN, fingerprint, link_reposts, same_texts
from ats_core.scoring.sketch import sketch_of

ABOUT = """About us
Norbrook moves money across borders for eleven thousand small exporters, in forty currencies.
We are 240 people in four offices, and we still know each other by name.
What we offer
- Private health insurance for you and your family
- 25 days of holiday and a budget for learning
- Hybrid work from an office that is worth the way
Norbrook is an equal opportunity employer. We decide without regard to origin, age, belief or gender."""

TREASURY = """The role
You will run our daily cash position and the FX hedges of the group from {city}.
You report to the CFO and work with four banks in Spain, Germany and the United Kingdom.
- Forecast cash flows by currency, a quarter ahead, and explain the differences afterwards
- Negotiate spreads and limits with our banks, and see that the contracts are kept
- Automate the month-end reporting together with the data team
You have four years in treasury or on a trading desk, and you write clear English."""

KITCHEN = """The role
You will cook lunch for the colleagues of our office in {city}, from Monday to Friday.
- Plan the menu of the week with what the market has
- Order from our suppliers, and keep the store and the kitchen as clean as you would at home
You have cooked for a hundred people before, and you like to talk to those who eat."""


def posting(title: str, text: str, **other: object) -> Posting:
    return Posting(provider_offer_id=str(other.pop("id", "1")), title=title, description_text=text, **other)  # type: ignore[arg-type]


def groups(*postings: Posting) -> list[list[str]]:
    """The postings' names (their places, from 0) by what they say; each was seen a day after the one before."""
    offers = [
        offer(f"o_{n:03}", fingerprint=fingerprint(p), first_seen_at=NIGHT + timedelta(days=n))
        for n, p in enumerate(postings)
    ]
    sketches = {o.id: sketch_of(p) for o, p in zip(offers, postings, strict=True)}
    return [[str(int(o.id[2:])) for o in same] for same in same_texts(reversed(offers), sketches)]


def test_the_same_letters_have_the_same_fingerprint_wherever_and_whenever_they_stand() -> None:
    first = posting("Analista de Tesorería", "Gestión de divisas.\n- Pagos")
    again = posting(
        "ANALISTA de tesoreri\u0301a ", "gestión  de divisas – pagos", id="2", locations=("Madrid",), published_at=NIGHT
    )

    assert fingerprint(first) == fingerprint(again)


def test_fingerprints_in_databases_stay_what_they_were() -> None:
    of_words = fingerprint(posting("Analista de Tesorería", "Gestión de divisas.\n- Pagos"))

    assert of_words == "651c1b864c169a3d938bece6826ea646"


@pytest.mark.parametrize(
    ("title", "text"),
    [("Analista", "Pagos y divisas"), ("Analista II", "Pagos"), ("Analista Pagos", ""), ("", "Analista Pagos")],
)
def test_other_words_have_another_fingerprint(title: str, text: str) -> None:
    assert fingerprint(posting(title or "-", text)) != fingerprint(posting("Analista", "Pagos"))


def test_postings_without_a_description_are_told_apart_by_their_title() -> None:
    assert fingerprint(posting("Driver", "")) == fingerprint(posting("driver", " \n", id="2"))
    assert groups(posting("Driver", ""), posting("Cook", ""), posting("Driver II", ""), posting("driver", "")) == [
        ["0", "3"],
        ["1"],
        ["2"],
    ]


def test_texts_in_other_scripts_are_told_apart() -> None:
    assert fingerprint(posting("営業", "東京")) != fingerprint(posting("営業", "大阪"))
    assert fingerprint(posting("x\ud800", "\udfff")) == fingerprint(posting("x\ud800", "\udfff"))


ORIGINAL = posting("Treasury Analyst", f"{TREASURY.format(city='Madrid')}\n{ABOUT}")


@pytest.mark.parametrize(
    "again",
    [
        posting("Treasury Analyst", f"{TREASURY.format(city='Barcelona')}\n{ABOUT}"),
        posting("Treasury Analyst (Porto)", f"{TREASURY.format(city='Porto')}\n{ABOUT}", locations=("Porto, PT",)),
        posting("Treasury Analyst – Remote", f"{TREASURY.format(city='Madrid')}\n{ABOUT}"),
        posting("Treasury Analyst", f"{TREASURY.format(city='Madrid')}\nSalary: 42.000 – 51.000 EUR a year\n{ABOUT}"),
        posting("Treasury Analyst", f"Posted on 3 March 2026\n{TREASURY.format(city='Madrid')}\n{ABOUT}"),
        posting("Treasury Analyst", ORIGINAL.description_text.replace("afterwards", "aftewards")),
        posting("Treasury Analyst", ORIGINAL.description_text.replace("240 people", "260 people")),
        posting("Treasury Analyst", f"{ABOUT}\n{TREASURY.format(city='Madrid')}"),
    ],
    ids=["city", "city in the title", "remark in the title", "salary", "date", "typo", "number", "other order"],
)
def test_a_posting_put_up_again_with_small_changes_is_a_repost(again: Posting) -> None:
    assert fingerprint(again) != fingerprint(ORIGINAL)
    assert groups(ORIGINAL, again) == [["0", "1"]]


@pytest.mark.parametrize(
    "other",
    [
        posting("Cook", f"{KITCHEN.format(city='Madrid')}\n{ABOUT}"),
        posting("Treasury Analyst", f"{KITCHEN.format(city='Madrid')}\n{ABOUT}"),
        posting("Cook", ORIGINAL.description_text),
        posting("Treasury Analyst", ABOUT),
        posting("Analista de tesorería", f"{TREASURY.format(city='Madrid')}\nSobre nosotros"),
    ],
    ids=["role", "text under the same title", "title over the same text", "no role told", "half of it"],
)
def test_another_role_is_no_repost_however_much_of_the_boilerplate_it_shares(other: Posting) -> None:
    assert groups(ORIGINAL, other) == [["0"], ["1"]]


def test_texts_that_share_only_what_many_others_have_are_not_the_same() -> None:
    """Two postings of one title, boilerplate but for one sentence: what is boilerplate shows once there are many."""

    def clerk(city: str) -> Posting:
        return posting("Clerk", f"You work in {city}.\n{ABOUT}")

    others = [posting(f"Role{n}", f"{n} duties.\n{ABOUT}") for n in range(OWN)]

    assert groups(*others[1:], clerk("Lugo"), clerk("Vigo"))[-1] == [str(OWN - 1), str(OWN)]
    assert groups(*others, clerk("Lugo"), clerk("Vigo"))[-2:] == [[str(OWN)], [str(OWN + 1)]]


def test_a_repeat_is_close_to_its_original_and_not_only_to_another_repeat() -> None:
    lines = [f"- Duty number {n} of this posting, told in a sentence of its own" for n in range(20)]
    changed = [f"- Task number {n} of the posting as it was changed later, in other words" for n in range(20)]

    def after(changes: int) -> Posting:
        return posting("Analyst", "\n".join(changed[:changes] + lines[changes:]))

    assert groups(after(0), after(2), after(4), after(6)) == [["0", "1"], ["2", "3"]]


def test_offers_without_a_sketch_repeat_only_equal_ones() -> None:
    offers = [offer("o_1", fingerprint="a"), offer("o_2", fingerprint="b"), offer("o_3", fingerprint="a")]

    assert [[o.id for o in same] for same in same_texts(offers, {OfferId("o_2"): sketch_of(ORIGINAL)})] == [
        ["o_1", "o_3"],
        ["o_2"],
    ]


def test_the_earliest_of_equal_offers_is_the_original_and_ids_break_ties() -> None:
    later = NIGHT + timedelta(days=1)
    offers = [
        offer("o_c", fingerprint="same", first_seen_at=later),
        offer("o_b", fingerprint="same"),
        offer("o_a", fingerprint="same", first_seen_at=later, closed_at=later),
        offer("o_d", fingerprint="same"),
        offer("o_e", fingerprint="other"),
    ]

    assert link_reposts(same_texts(offers, {})) == {
        "o_b": (None, 3),
        "o_d": ("o_b", 0),
        "o_a": ("o_b", 0),
        "o_c": ("o_b", 0),
        "o_e": (None, 0),
    }


TITLES = st.sampled_from(["Analyst", "Senior Analyst", "Cook", "Analyst Madrid"])
PASSAGES = st.sampled_from([f"passage {n} of about the same length" for n in range(9)])
POSTINGS = st.builds(
    lambda title, passages, id_: posting(title, "\n".join(passages), id=id_),
    TITLES,
    st.lists(PASSAGES, max_size=9),
    st.integers(0, 99),
)
SEEN = st.lists(st.tuples(POSTINGS, st.integers(0, 3)), max_size=12, unique_by=lambda seen: seen[0].provider_offer_id)


@given(SEEN, st.data())
def test_neither_the_order_of_offers_nor_later_ones_change_what_is_repeated(
    seen: list[tuple[Posting, int]], data: st.DataObject
) -> None:
    offers = [
        offer(f"o_{p.provider_offer_id}", fingerprint=fingerprint(p), first_seen_at=NIGHT + timedelta(days=days))
        for p, days in seen
    ]
    sketches = {o.id: sketch_of(p) for o, (p, _) in zip(offers, seen, strict=True)}

    found = same_texts(offers, sketches)
    linked = link_reposts(found)

    assert found == same_texts(data.draw(st.permutations(offers)), sketches)
    assert sorted(o.id for same in found for o in same) == sorted(o.id for o in offers)
    repeats = [original for original, _ in linked.values() if original is not None]
    assert all(linked[original] == (None, repeats.count(original)) for original in repeats)
    of_prints: dict[str, set[object]] = {}
    for same in found:
        for one in same:
            of_prints.setdefault(one.fingerprint, set()).add(same[0].id)
    assert all(len(originals) == 1 for originals in of_prints.values())
    earlier = [o for o in offers if o.first_seen_at < NIGHT + timedelta(days=2)]
    before = link_reposts(same_texts(earlier, sketches))
    assert {o.id: before[o.id][0] for o in earlier} == {o.id: linked[o.id][0] for o in earlier}
