"""Negation, before and behind, in both languages, and where its scope ends."""

from __future__ import annotations

import pytest
from tests.unit.scoring.examples import described, rules_scorer

from ats_core.domain.match import Label

SCORER = rules_scorer()


def negated(text: str) -> bool:
    (hit,) = described(SCORER, text).hits
    return hit.negated


@pytest.mark.parametrize(
    "text",
    [
        "No experience with AWS required",
        "no experience in Java, Go or AWS",
        "Sin experiencia en AWS",
        "No se requiere experiencia previa con AWS",
        "We are not an AWS shop",
        "Sin AWS",
        "no  experience  with AWS",
        "AWS is not required",
        "AWS knowledge not required",
        "AWS no es necesario",
        "no sin AWS",
    ],
)
def test_a_cue_negates_what_it_reaches(text: str) -> None:
    assert negated(text)


@pytest.mark.parametrize(
    "text",
    [
        "No experience required. AWS is what we use",
        "No experience required; AWS is what we use",
        "No experience required!\nAWS is what we use",
        "No experience required\n- AWS",
        "No experience required\u2028AWS",
        "Sin experiencia previa, pero con AWS",
        "No experience in Go but AWS",
        "no se requiere Java sino AWS",
        "sin Java aunque con AWS",
        "not only AWS",
        "No solo AWS",
        "no, AWS it is",
        "no one two three AWS",
        "no experience in one two three four five six AWS",
        "AWS one two three four not required",
        "AWS. Not required: Java",
        "AWS, Java not required",
        "AWS but not required",
        "AWS, no Java",
        "Nº AWS",
        "nothing but AWS",
        "Notable AWS shop",
    ],
)
def test_a_scope_ends_at_punctuation_lines_contrasting_words_and_its_reach(text: str) -> None:
    assert not negated(text)


def test_a_negated_hit_takes_half_of_what_it_would_have_earned() -> None:
    scored = described(SCORER, "treasury. No experience with AWS required.")

    assert [(h.category, h.points, h.negated) for h in scored.hits] == [
        ("treasury", 2.0, False),
        ("cloud", -0.5, True),
    ]
    assert scored.score == 1.5
    assert scored.label is Label.WEAK


def test_a_negated_hit_is_forgotten_where_its_category_is_affirmed_anywhere() -> None:
    scored = SCORER.score(title="no treasury", department="", description="FX. treasury")

    assert [(h.keyword, h.points) for h in scored.hits] == [("FX", 2.0), ("treasury", 2.0)]


def test_a_score_does_not_fall_below_zero_and_the_points_say_so() -> None:
    alone = described(SCORER, "No AWS. No treasury.")
    little = described(SCORER, "aduanas. No AWS. No treasury.")

    assert (alone.score, alone.label, alone.top_category) == (0.0, Label.NONE, None)
    assert [(h.category, h.points, h.negated) for h in alone.hits] == [("treasury", 0.0, True), ("cloud", 0.0, True)]
    assert little.score == 0.0
    assert [h.points for h in little.hits] == [1.0, -0.3, -0.7]


def test_of_two_negated_mentions_the_more_valuable_counts() -> None:
    scored = SCORER.score(title="no treasury", department="", description="FX and cross-border. No treasury.")

    assert [h.points for h in scored.hits] == [2.0, 2.0, -2.0]
