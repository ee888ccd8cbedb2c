"""What categories earn for standing together, and how much the boilerplate of a company's postings counts."""

from __future__ import annotations

import pytest
from tests.unit.scoring.examples import RULES, tenths

from ats_core.domain.match import Field, Scored, Synergy
from ats_core.scoring.catalog_format import parse_catalog
from ats_core.scoring.scorer import Scorer

SYNERGIES = """
[synergies.money-abroad]
categories = ["fx", "payments"]
points = 0.5

[synergies.proxies]
categories = ["cloud", "growth"]
points = 0.3
"""


def scorer(*, boilerplate: float = 0.5) -> Scorer:
    fields = "description = 1.0"
    return Scorer(
        parse_catalog(
            RULES.replace(fields, f"{fields}\nboilerplate = {boilerplate}") + SYNERGIES, where="synergies.toml"
        )
    )


def scored(description: str, *, title: str = "", boilerplate: str = "", weight: float = 0.5) -> Scored:
    return scorer(boilerplate=weight).score(
        title=title, department="", description=description, boilerplate=boilerplate
    )


BOTH = Synergy(categories=("fx", "payments"), points=0.5)


def test_categories_shown_together_earn_their_points_once() -> None:
    found = scored("FX, cross-border. FX, cross-border.")

    assert found.synergies == (BOTH,)
    assert found.score == 4.5


def test_a_category_alone_earns_none() -> None:
    assert scored("FX desk").synergies == ()


def test_a_negated_category_earns_none() -> None:
    found = scored("Cross-border. No experience with FX")

    assert found.synergies == ()
    assert found.score == 1.0


def test_the_fields_in_which_they_stand_do_not_matter() -> None:
    assert scored("FX", title="Cross-border").synergies == (BOTH,)


def test_capped_categories_earn_theirs_beyond_the_cap() -> None:
    found = scored("AWS and HubSpot")

    assert [hit.points for hit in found.hits] == [0.8, 0.7]
    assert found.synergies == (Synergy(categories=("cloud", "growth"), points=0.3),)
    assert found.score == 1.8


def test_what_is_above_ten_takes_from_hits_and_synergies_alike() -> None:
    found = scored("export, AWS, HubSpot", title="FX cross-border treasury")

    assert found.score == 10.0
    assert tenths(found) == 100
    assert all(synergy.points < rule for synergy, rule in zip(found.synergies, (0.5, 0.3), strict=True))


def test_a_penalty_takes_from_what_synergies_earned_too() -> None:
    found = scored("FX, cross-border. No experience with AWS")

    assert [hit.points for hit in found.hits] == [2.0, 2.0, -0.5]
    assert found.score == 4.0


def test_boilerplate_weighs_what_the_catalog_says() -> None:
    found = scored("A desk.", boilerplate="We do FX.")

    assert [(hit.field, hit.points, hit.snippet) for hit in found.hits] == [(Field.BOILERPLATE, 1.0, "We do [[FX]].")]


def test_boilerplate_of_no_weight_does_not_count_for_or_against() -> None:
    found = scored("No experience with AWS. Treasury.", boilerplate="We do FX on AWS.", weight=0)

    assert [(hit.category, hit.points) for hit in found.hits] == [("treasury", 2.0), ("cloud", -0.5)]


def test_boilerplate_weighs_half_of_the_description_where_the_catalog_says_nothing() -> None:
    assert parse_catalog(RULES, where="rules").fields.of(Field.BOILERPLATE) == 0.5
    lighter = RULES.replace("description = 1.0", "description = 0.4")
    assert parse_catalog(lighter, where="rules").fields.of(Field.BOILERPLATE) == 0.2


def test_a_category_shown_only_by_the_boilerplate_makes_no_synergy() -> None:
    found = scored("Cross-border.", boilerplate="We do FX.")

    assert found.synergies == ()
    assert found.score == 3.0


@pytest.mark.parametrize("own", ["exchange", "FX"])
def test_a_category_that_the_offer_itself_shows_makes_one_also_where_the_boilerplate_shows_it_better(own: str) -> None:
    found = scored(f"Cross-border {own}.", boilerplate="We do FX.", weight=1)

    assert found.synergies == (BOTH,)
