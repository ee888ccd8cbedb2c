"""The catalog format: what is read, and what every mistake is answered with."""

from __future__ import annotations

import pytest
from tests.unit.scoring.examples import RULES, builtin, rules

from ats_core.domain.match import Field
from ats_core.errors import ConfigurationError
from ats_core.scoring.catalog_format import CatalogText, parse_catalog, read_catalog


def line_of(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def mistakes(old: str, new: str) -> tuple[list[str], str]:
    """The messages for the rules with one thing replaced, and the text that was read."""
    assert RULES.count(old) == 1, old
    text = RULES.replace(old, new)
    reading = read_catalog(CatalogText(text=text, where="mine.toml"))
    assert reading.catalog is None
    messages = [str(problem) for problem in reading.errors]
    assert all(message.startswith("mine.toml") and "\n" not in message for message in messages)
    with pytest.raises(ConfigurationError) as caught:
        parse_catalog(text, where="mine.toml")
    assert str(caught.value).startswith(messages[0])
    return messages, text


def test_a_catalog_is_read_whole() -> None:
    catalog = rules()

    assert (catalog.id, catalog.name) == ("rules", "Every rule once")
    assert list(catalog.category_names) == ["fx", "payments", "treasury", "trade", "cloud", "growth"]
    assert catalog.category_names["fx"] == "Foreign exchange"
    assert catalog.fields.of(Field.DEPARTMENT) == 1.5
    assert catalog.categories[4].tier.cap == 1.5
    swift = catalog.categories[1].keywords[1]
    assert (swift.term, swift.as_written, swift.within) == ("SWIFT", True, 4)
    assert (swift.needs, swift.not_near) == (("payment(s)", "pagos"), ("Kotlin",))
    assert catalog.categories[3].keywords[0].not_near == ("data", "CSV", "javascript")
    assert [group.reach for group in catalog.negation.before] == [6, 2]
    assert catalog.keyword_count == 21


def test_the_version_names_id_declared_version_and_content() -> None:
    version = rules().version
    other = parse_catalog(RULES.replace("points = 2.0", "points = 2.1"), where="x").version
    noted = parse_catalog("# a note\n" + RULES, where="x").version

    assert version.startswith("rules@1+")
    assert len(version) == len("rules@1+") + 8
    assert other.startswith("rules@1+")
    assert other != version
    assert noted == version


def test_broken_toml_names_file_and_line() -> None:
    (message,), _ = mistakes('id = "rules"', 'id = "rules')

    assert "mine.toml, line 2: not valid TOML" in message


def test_toml_that_no_reader_bears_is_one_line() -> None:
    for hostile in ("a = " + "[" * 100_000, "a = " + "9" * 5000, "a = 2026-99-99", "\0", "a = '\x1b'", ""):
        reading = read_catalog(CatalogText(text=hostile, where="mine.toml"))
        assert reading.catalog is None
        assert all(len(str(problem)) < 1000 and "\n" not in str(problem) for problem in reading.errors)


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ('version = "1"', "version = 1", "version =", ["version is 1", "accepted: letters, digits and dots"]),
        ('id = "rules"', 'id = "My Rules"', "id =", ["id is 'My Rules'", "accepted: lower-case"]),
        ('name = "Every rule once"', 'name = " "', "name =", ["name is ' '", "accepted: some text"]),
        (
            'name = "Every rule once"',
            'name = "x"\ncolour = 1',
            "colour",
            ["colour is not a key", "accepted:", "labels"],
        ),
        ("weak = 1.0", "week = 1.0", "[labels]", ["labels.weak is missing", "a number above 0"]),
        ("weak = 1.0", 'weak = "1"', "weak", ["labels.weak is '1'", "a number above 0 and at most 10"]),
        ("weak = 1.0", "weak = true", "weak", ["labels.weak is True"]),
        ("weak = 1.0", "weak = nan", "weak", ["labels.weak is nan"]),
        ("medium = 3.0", "medium = 1.0", "medium", ["labels.medium is 1.0", "a number above 1"]),
        ("strong = 6.0", "strong = 11", "strong", ["labels.strong is 11", "at most 10"]),
        ("title = 2.0", "title = 1.5", "title", ["fields.title is 1.5", "a number above 1.5"]),
        ("cap = 1.5", "cap = -1", "cap", ["tiers.proxy.cap is -1"]),
        ("cap = 1.5", "cap = 0.01", "cap", ["tiers.proxy.cap is 0.01", "0.1 or more"]),
        ("cap = 1.5", "lid = 1.5", "lid", ["tiers.proxy.lid is not a key", "cap, points"]),
        ("penalty = 0.5", "penalty = 2", "penalty", ["negation.penalty is 2", "from 0 to 1"]),
        ("reach = 2", "reach = 2.5", "reach = 2.5", ["negation.before[2].reach is 2.5", "whole number from 0 to 50"]),
        ("reach = 3", "reach = 3\nthrough_commas = 1", "through_commas = 1", ["negation.after[1].through_commas is 1"]),
        (
            'cues = ["not required", "no es necesario"]',
            "cues = []",
            "cues = []",
            ["negation.after[1].cues holds no cue"],
        ),
        (
            'harmless = ["not only", "no solo"]',
            "harmless = 3",
            "harmless",
            ["negation.harmless is 3", "a list of words"],
        ),
        ('"not only", "no solo"', '"not only", 3', "harmless", ["negation.harmless holds 3"]),
        ('"not only", "no solo"', '"not only",\n "…"', '"…"', ["negation.harmless holds '…' has no Latin letter"]),
        (
            'name = "Cloud"\ntier = "proxy"',
            'name = "Cloud"\ntier = "big"',
            'tier = "big"',
            ["categories.cloud.tier is 'big'", "core, minor, proxy"],
        ),
        (
            'cloud = ["AWS"]',
            'clouds = ["AWS"]',
            "clouds",
            ["keywords.clouds is not a category", "accepted: fx, payments"],
        ),
        ('cloud = ["AWS"]', "", "[keywords]", ["keywords.cloud is missing"]),
        ('cloud = ["AWS"]', "cloud = []", "cloud = []", ["keywords.cloud holds no keyword"]),
        (
            'cloud = ["AWS"]',
            'cloud = "AWS"',
            'cloud = "AWS"',
            ["keywords.cloud is 'AWS'", "a list of words, phrases and tables"],
        ),
        ('cloud = ["AWS"]', "cloud = [7]", "cloud = [7]", ["keywords.cloud holds 7"]),
        ('cloud = ["AWS"]', 'cloud = [{ alias = "AWS" }]', "cloud = [{", ["keywords.cloud[1].term is missing"]),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", wieght = 2 }]',
            "wieght",
            ["keywords.cloud[2].wieght is not a key", "weight"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", weight = 0 }]',
            "weight = 0 }",
            ["keywords.cloud[2].weight is 0", "above 0"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", weight = 0.01 }]',
            '{ term = "GCP"',
            ["'GCP', which would earn less than 0.1"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", as_written = "yes" }]',
            'as_written = "yes"',
            ["as_written is 'yes'", "true or false"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", within = 0 }]',
            "within = 0",
            ["within is 0", "from 1 to 50"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", needs = ["@clouds"] }]',
            '"@clouds"',
            ["'@clouds', which is no context", "@software"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", needs = ["x1"], not_near = ["x1"] }]',
            '{ term = "GCP"',
            ["'GCP', which can never be found", "not_near forbids"],
        ),
        ('cloud = ["AWS"]', 'cloud = ["AWS",\n"of the"]', '"of the"', ["'of the', which is only stop words"]),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", aliases = ["Google Cloud",\n"the"] }]',
            '"the"] }]',
            ["'the', which is only stop words"],
        ),
        ('cloud = ["AWS"]', 'cloud = ["AWS",\n"日本"]', '"日本"', ["'日本' has no Latin letter or digit"]),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n"aws.amazon.com"]',
            '"aws.amazon.com"',
            ["can never be found: addresses are not searched"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n"us & them"]',
            '"us & them"',
            ["'us & them' has a sign with a space beside it"],
        ),
        ('cloud = ["AWS"]', 'cloud = ["AWS",\n"a(s) b(s) c(s) d(s) e(s) f(s)"]', '"a(s)', ["64 forms; 32 at most"]),
        (
            'cloud = ["AWS"]',
            'cloud = ["GCP",\n"aws", "Aws"]',
            '"Aws"',
            ["holds 'Aws' again", "keywords.cloud as 'aws'", "each spelling once"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n"Tesoreria"]',
            '"Tesoreria"',
            ["holds 'Tesoreria' again", "it stands in keywords.treasury as 'tesorería', line 65"],
        ),
        (
            'cloud = ["AWS"]',
            'cloud = ["AWS",\n{ term = "GCP", aliases = ["tipo de cambio"] }]',
            '"tipo de cambio"] }]',
            ["holds 'tipo de cambio' again", "'tipo(s) de cambio'"],
        ),
        (
            "description = 1.0",
            "description = 1.0\nboilerplate = 1.5",
            "boilerplate",
            ["fields.boilerplate is 1.5", "a number from 0 to 1"],
        ),
        ("description = 1.0", "description = 1.0\nboilerplate = -0.1", "boilerplate", ["fields.boilerplate is -0.1"]),
        (
            "[contexts]",
            '[synergies.both]\ncategories = ["fx", "clouds"]\npoints = 0.5\n\n[contexts]',
            'categories = ["fx"',
            ["synergies.both.categories holds 'clouds', which is no category", "fx, payments"],
        ),
        (
            "[contexts]",
            '[synergies.both]\ncategories = ["fx"]\npoints = 0.5\n\n[contexts]',
            "[synergies.both]",
            ["synergies.both has fewer than two categories"],
        ),
        (
            "[contexts]",
            '[synergies.both]\ncategories = ["fx", "fx"]\npoints = 0.5\n\n[contexts]',
            'categories = ["fx"',
            ["synergies.both.categories holds 'fx' again", "each category once"],
        ),
        (
            "[contexts]",
            '[synergies.both]\ncategories = ["fx", "cloud"]\npoints = 0.01\n\n[contexts]',
            "points = 0.01",
            ["synergies.both.points is 0.01", "0.1 or more"],
        ),
        (
            "[contexts]",
            '[synergies.both]\ncategories = ["fx", "cloud"]\npoints = 1\nfield = "title"\n\n[contexts]',
            'field = "title"',
            ["synergies.both.field is not a key", "categories, points"],
        ),
        (
            '"not only", "no solo"',
            '"not only", "sin experiencia"',
            'cues = ["no experience"',
            ["negation.before[1].cues holds 'sin experiencia' again", "negation.harmless", "only one of the two"],
        ),
        (
            'cues = ["no", "not", "sin"]',
            'cues = ["no", "not", "no"]',
            'cues = ["no", "not", "no"]',
            ["negation.before[2].cues holds 'no' again"],
        ),
        ("[negation]", '[remove]\ncategories = ["fx"]\n\n[negation]', "[remove]", ["remove is not a key"]),
        ("[tiers.minor]", "[tiers]\nminor = 3\n[tiers.unused]", "minor = 3", ["tiers.minor is 3", "a table"]),
        ("[[negation.after]]", "[negation.after]", "[negation.after]", ["negation.after is", "a list of tables"]),
    ],
)
def test_every_mistake_names_its_line_key_value_and_what_is_accepted(
    old: str, new: str, at: str, said: list[str]
) -> None:
    messages, text = mistakes(old, new)

    place = f"mine.toml, line {line_of(text, at)}:"
    assert [m for m in messages if place in m and all(part in m for part in said)], messages


def test_a_missing_key_of_the_whole_document_has_no_line() -> None:
    messages, _ = mistakes('name = "Every rule once"', "")

    assert messages == ["mine.toml: name is missing; accepted: some text"]


def test_a_catalog_without_categories_is_an_error() -> None:
    text = RULES[: RULES.index("[categories.fx]")] + "[categories]\n[keywords]\n"

    with pytest.raises(ConfigurationError, match="categories holds no category"):
        parse_catalog(text, where="mine.toml")


def test_spellings_that_differ_by_a_sign_are_not_the_same() -> None:
    treasury = rules().categories[2]

    assert {"C++", "C", "R&D", ".NET"} <= {keyword.term for keyword in treasury.keywords}


def test_the_built_in_catalog_has_ten_categories_and_its_terms() -> None:
    catalog = builtin()

    assert catalog.id == "international-payments"
    assert list(catalog.category_names) == [
        "currency-fx",
        "cross-border-payments",
        "treasury",
        "international-trade",
        "international-ecommerce",
        "markets-abroad",
        "saas-abroad",
        "payment-stack",
        "cloud-stack",
        "growth-stack",
    ]
    assert sum(len(category.keywords) for category in catalog.categories) >= 80
    assert catalog.keyword_count >= 220
    points = {category.id: category.tier.points for category in catalog.categories}
    heaviest = [category for category in points if points[category] == max(points.values())]
    assert heaviest == ["currency-fx", "cross-border-payments", "treasury"]
    assert [c.id for c in catalog.categories if c.tier.cap is not None] == ["cloud-stack", "growth-stack"]
