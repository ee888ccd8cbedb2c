"""Reposts: equal texts under new ids, linked to the earliest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scoring.examples import NIGHT, offer

from ats_core.domain.metrics import ScoredOffer
from ats_core.domain.offer import Posting
from ats_core.scoring.reposts import fingerprint, link_reposts


def posting(title: str, text: str, **other: object) -> Posting:
    return Posting(provider_offer_id=str(other.pop("id", "1")), title=title, description_text=text, **other)  # type: ignore[arg-type]


def test_the_same_words_have_the_same_fingerprint_wherever_and_whenever_they_stand() -> None:
    first = posting("Analista de Tesorería", "Gestión de divisas.\n- Pagos")
    again = posting(
        "ANALISTA de tesoreri\u0301a ", "gestión  de divisas – pagos", id="2", locations=("Madrid",), published_at=NIGHT
    )

    assert fingerprint(first) == fingerprint(again)


@pytest.mark.parametrize(
    ("title", "text"),
    [("Analista", "Pagos y divisas"), ("Analista II", "Pagos"), ("Analista Pagos", ""), ("", "Analista Pagos")],
)
def test_other_words_have_another_fingerprint(title: str, text: str) -> None:
    assert fingerprint(posting(title or "-", text)) != fingerprint(posting("Analista", "Pagos"))


def test_postings_without_a_description_are_told_apart_by_their_title() -> None:
    assert fingerprint(posting("Driver", "")) == fingerprint(posting("driver", " \n", id="2"))
    assert fingerprint(posting("Driver", "")) != fingerprint(posting("Cook", ""))


def test_texts_in_other_scripts_are_told_apart() -> None:
    assert fingerprint(posting("営業", "東京")) != fingerprint(posting("営業", "大阪"))
    assert fingerprint(posting("x\ud800", "\udfff")) == fingerprint(posting("x\ud800", "\udfff"))


def test_the_earliest_of_equal_offers_is_the_original_and_ids_break_ties() -> None:
    later = NIGHT + timedelta(days=1)
    offers = [
        offer("o_c", fingerprint="same", first_seen_at=later),
        offer("o_b", fingerprint="same"),
        offer("o_a", fingerprint="same", first_seen_at=later, closed_at=later),
        offer("o_d", fingerprint="same"),
        offer("o_e", fingerprint="other"),
    ]

    assert link_reposts(offers) == {
        "o_b": (None, 3),
        "o_d": ("o_b", 0),
        "o_a": ("o_b", 0),
        "o_c": ("o_b", 0),
        "o_e": (None, 0),
    }


OFFERS = st.lists(
    st.builds(
        lambda n, print_, days: offer(f"o_{n}", fingerprint=print_, first_seen_at=NIGHT + timedelta(days=days)),
        st.integers(0, 50),
        st.sampled_from("abc"),
        st.integers(0, 3),
    ),
    unique_by=lambda o: o.id,
)


@given(OFFERS.flatmap(lambda offers: st.tuples(st.just(offers), st.permutations(offers))))
def test_the_order_of_offers_does_not_matter_and_every_offer_has_its_place(
    both: tuple[list[ScoredOffer], list[ScoredOffer]],
) -> None:
    offers, shuffled = both

    linked = link_reposts(offers)

    assert linked == link_reposts(shuffled)
    assert linked.keys() == {o.id for o in offers}
    repeats = [original for original, _ in linked.values() if original is not None]
    assert all(linked[original] == (None, repeats.count(original)) for original in repeats)
    assert len(offers) - len(repeats) == len({o.fingerprint for o in offers})
