"""What counts as a hit: whole tokens, fields, addresses, capitals, the words around, one hit a category."""

from __future__ import annotations

import pytest
from tests.unit.scoring.examples import RULES, described, rules_scorer

from ats_core.domain.match import Field, Label, Scored
from ats_core.scoring.catalog_format import parse_catalog
from ats_core.scoring.scorer import Scorer

SCORER = rules_scorer()


def keywords(text: str) -> list[str]:
    return [hit.keyword for hit in described(SCORER, text).hits if not hit.negated]


def test_a_text_without_keywords_scores_nothing() -> None:
    nothing = Scored(score=0.0, label=Label.NONE, top_category=None, hits=())

    assert SCORER.score(title="Cook", department="Kitchen", description="We cook.") == nothing
    assert SCORER.score(title="", department="", description="") == nothing


@pytest.mark.parametrize("text", ["treasuryman", "pretreasury", "treasury2", "awsome", "laws", "divisar", "xfx"])
def test_a_part_of_a_word_is_no_hit(text: str) -> None:
    assert keywords(text) == []


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("Responsable de TESORERÍA", "tesorería"),
        ("Responsable de tesoreria", "tesorería"),
        ("Gestio\u0301n de tesoreri\u0301a", "tesorería"),
        ("los tipos de cambio", "tipos de cambio"),
        ("mercado de divisas", "divisas"),
        ("STRASSE", "Straße"),
        ("coeur", "cœur"),
        ("naive", "naïve"),
        ("We trade EUR/USD.", "EUR/USD"),
        ("Head of R&D", "R&D"),
        ("treasury", "treasury"),
    ],
)
def test_case_diacritics_and_ligatures_do_not_matter(text: str, keyword: str) -> None:
    assert keywords(text) == [keyword]


@pytest.mark.parametrize(
    "text",
    [
        "See https://acme.example/treasury/aws for more",
        "see HTTP://treasury.example",
        "www.treasury.example",
        "write to treasury@acme.example",
        "write to jobs@treasury.acme.example, please",
        "mailto:treasury@acme.example",
        "treasury.io is a site",
        "(acme.com/treasury)",
        "see treasury.our-company.example, or ask",
        "[apply](https://acme.example/?q=aws&r=treasury)",
    ],
)
def test_addresses_are_not_searched(text: str) -> None:
    assert keywords(text) == []


@pytest.mark.parametrize(
    "text",
    ["Treasury.We pay well", "treasury.Gestionar", "e.g.treasury", "AWS/treasury", "node.js,treasury", "@treasury"],
)
def test_a_missing_space_or_a_lone_sign_makes_no_address(text: str) -> None:
    assert "treasury" in [k.lower() for k in keywords(text)]


def ruled(entry: str) -> Scorer:
    return Scorer(parse_catalog(RULES.replace('cloud = ["AWS"]', f"cloud = [{entry}]"), where="rules.toml"))


@pytest.mark.parametrize("text", ["You run our shops on Shop.de and Shop.co.uk.", "Shop.de, Bol", "sold on shop.de"])
def test_a_host_that_is_the_name_of_a_business_is_found_where_it_stands_alone(text: str) -> None:
    scorer = ruled('{ term = "Shop.de", aliases = ["Shop.co.uk"] }')

    assert [hit.category for hit in described(scorer, text).hits] == ["cloud"]


@pytest.mark.parametrize("text", ["https://shop.de", "me@shop.de", "www.shop.de", "shop.de/jobs", "our.shop.de"])
def test_a_host_within_an_address_is_no_name(text: str) -> None:
    scorer = ruled('{ term = "Shop.de", aliases = ["Shop.co.uk"] }')

    assert described(scorer, text).hits == ()


@pytest.mark.parametrize(
    ("title", "found"), [("Structural Welder", []), ("WELDERS", []), ("Cloud Engineer", ["AWS"]), ("", ["AWS"])]
)
def test_a_word_in_the_title_tells_that_a_keyword_means_something_else(title: str, found: list[str]) -> None:
    scorer = ruled('{ term = "AWS", not_titled = ["welder(s)"] }')

    hits = scorer.score(title=title, department="", description="An AWS certificate and a welder's mask.").hits

    assert [hit.keyword for hit in hits] == found


def test_a_hit_beside_an_address_counts() -> None:
    assert keywords("treasury: https://acme.example/x") == ["treasury"]
    assert keywords("treasury(https://acme.example/x)") == ["treasury"]


def test_title_counts_more_than_department_and_department_more_than_description() -> None:
    scores = [
        SCORER.score(title="treasury", department="", description="").score,
        SCORER.score(title="", department="treasury", description="").score,
        SCORER.score(title="", department="", description="treasury").score,
    ]

    assert scores == [4.0, 3.0, 2.0]


def test_a_category_has_one_hit_the_most_valuable() -> None:
    scored = SCORER.score(title="Exchange desk", department="", description="FX, divisas and the exchange")

    assert [(h.category, h.keyword, h.field, h.points) for h in scored.hits] == [
        ("fx", "exchange", Field.TITLE, 2.0),
    ]
    assert described(SCORER, "exchange of FX").hits[0].keyword == "FX"


def test_of_equal_value_the_earlier_is_shown() -> None:
    assert keywords("the tipo de cambio, then FX") == ["tipo de cambio"]
    assert keywords("FX, then the tipo de cambio") == ["FX"]


def test_capitals_are_asked_for_only_where_the_catalog_says_so() -> None:
    assert keywords("SWIFT payments") == ["SWIFT"]
    assert keywords("swift payments") == []
    assert keywords("Swift payments") == []
    assert keywords("aws") == ["AWS"]


def test_a_keyword_that_needs_words_is_found_only_near_one_in_the_same_sentence() -> None:
    assert keywords("We code in SWIFT") == []
    assert keywords("payments by the SWIFT network") == ["SWIFT"]
    assert keywords("SWIFT and all other payments") == ["SWIFT"]
    assert keywords("pagos con SWIFT") == ["SWIFT"]
    assert keywords("SWIFT one two three four five payments") == []
    assert keywords("We code in SWIFT. Payments too") == []
    assert keywords("SWIFT\npayments") == []
    assert keywords("SWIFT, e.g. payments") == ["SWIFT"]


def test_a_keyword_is_not_found_near_words_that_it_must_not_have_whatever_lies_between() -> None:
    assert keywords("SWIFT payments, Kotlin") == []
    assert keywords("Kotlin.\nSWIFT payments") == []
    assert keywords("export data to CSV") == []
    assert keywords("CSV export") == []
    assert keywords("exportar a Francia") == ["exportar"]
    assert keywords("export of fine wines, and data") == ["export"]


def test_hits_are_ordered_by_points_then_as_the_catalog_orders_categories() -> None:
    scored = described(SCORER, "AWS, aduanas, treasury, cross-border and FX")

    assert [h.category for h in scored.hits] == ["fx", "payments", "treasury", "trade", "cloud"]
    assert scored.top_category == "fx"
    assert scored.score == 8.0
    assert scored.label is Label.STRONG


def test_weak_proxies_together_earn_no_more_than_their_cap() -> None:
    scored = described(SCORER, "AWS and HubSpot")

    assert scored.score == 1.5
    assert [(h.category, h.points) for h in scored.hits] == [("cloud", 0.8), ("growth", 0.7)]


def test_the_score_ends_at_ten_and_the_points_with_it() -> None:
    scored = SCORER.score(title="FX, cross-border treasury", department="", description="export, AWS")

    assert scored.score == 10.0
    assert [h.points for h in scored.hits] == [2.9, 2.9, 2.8, 0.7, 0.7]


def test_labels_follow_the_thresholds_of_the_catalog() -> None:
    labels = [
        described(SCORER, text).label for text in ("exchange", "x", "FX", "FX, aduanas", "FX, treasury, SWIFT payments")
    ]

    assert labels == [Label.WEAK, Label.NONE, Label.WEAK, Label.MEDIUM, Label.STRONG]


def test_a_long_posting_full_of_rejected_matches_is_decided_too() -> None:
    hostile = "SWIFT no. " * 20_000 + "treasury@acme.example " * 20_000 + "FX"

    assert keywords(hostile) == ["FX"]


def test_a_forbidden_phrase_that_holds_the_keyword_itself_forbids_it() -> None:
    scorer = Scorer(
        parse_catalog(
            RULES.replace(
                'cloud = ["AWS"]', 'cloud = [{ term = "vault", not_near = ["US vault", "vault of the bank"] }]'
            ),
            where="vault",
        )
    )

    assert described(scorer, "US vault").hits == ()
    assert described(scorer, "the vault of the bank").hits == ()
    assert described(scorer, "a vault").score == 1.0
    assert described(scorer, "US and vault").score == 1.0
