"""All that is wrong with a catalog is told in one go, mistakes apart from warnings, each with its place."""

from __future__ import annotations

import pytest
from tests.unit.scoring.examples import RULES, described

from ats_core.errors import ConfigurationError
from ats_core.scoring.catalog_format import CatalogText, Reading, read_catalog
from ats_core.scoring.scorer import Scorer


def read(text: str) -> Reading:
    return read_catalog(CatalogText(text=text, where="mine.toml"))


def replaced(*changes: tuple[str, str]) -> str:
    text = RULES
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_a_catalog_without_problems_has_none() -> None:
    reading = read(RULES)

    assert reading.problems == ()
    assert reading.catalog is not None
    assert reading.or_raise() is reading.catalog


def test_all_mistakes_are_told_in_order_of_their_lines() -> None:
    reading = read(
        replaced(
            ("weak = 1.0", "weak = 0"),
            ("strong = 6.0", 'strong = "6"'),
            ("title = 2.0", "title = true"),
            ("cap = 1.5", "cap = 0.01\nlid = 2"),
            ('name = "Cloud"\ntier = "proxy"', 'name = "Cloud"\ntier = "big"'),
            ('name = "Growth"', "name = 3\ncolour = 4"),
            (
                'cloud = ["AWS"]',
                'cloud = ["AWS", "of the",\n{ term = "GCP", wieght = 2, within = 0, needs = ["@x"] },\n7]',
            ),
            ('growth = ["HubSpot"]', 'growth = ["HubSpot", "fx",\n"acme.example.com"]\nfax = ["fax"]'),
            ("penalty = 0.5", "penalty = 5"),
            ("reach = 3", "reach = -3"),
        )
    )

    assert reading.catalog is None
    lines = [problem.line for problem in reading.errors]
    assert lines == sorted(lines, key=lambda line: line or 0)
    assert {problem.key for problem in reading.errors} >= {
        "labels.weak",
        "labels.strong",
        "fields.title",
        "tiers.proxy.cap",
        "tiers.proxy.lid",
        "categories.cloud.tier",
        "categories.growth.name",
        "categories.growth.colour",
        "keywords.cloud[3].wieght",
        "keywords.cloud[3].within",
        "keywords.cloud",
        "keywords.growth",
        "keywords.fax",
        "negation.penalty",
        "negation.after[1].reach",
    }


def test_the_error_that_stops_a_run_says_how_many_more_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"line 8: labels\.strong is 60; .*; 1 more mistake"):
        read(replaced(("strong = 6.0", "strong = 60"), ("penalty = 0.5", "penalty = 5"))).or_raise()


@pytest.mark.parametrize(
    ("entry", "line_holds", "said"),
    [
        (
            '{ term = "tesorería propia",\naliases = ["Tesoreria propia"] }',
            '"Tesoreria propia"',
            "holds 'Tesoreria propia' beside 'tesorería propia', which is the same: case and accents do not matter",
        ),
        (
            '{ term = "gcp", as_written = true }',
            '"gcp"',
            "as_written does nothing; none of the spellings has a capital",
        ),
        ('{ term = "GCP", within = 3 }', '"GCP"', "within does nothing"),
        ('{ term = "GCP", needs = ["de"] }', '"GCP"', "holds 'de', a stop word, which stands near everything"),
        (
            '"GCP", { term = "GCP engineer",\nweight = 0.5 }',
            '"GCP engineer"',
            "holds 'GCP engineer', which never counts: 'GCP' stands in it and earns more",
        ),
    ],
)
def test_what_does_not_do_what_it_seems_to_is_a_warning(entry: str, line_holds: str, said: str) -> None:
    entry = entry.replace('",\n', '", ').replace("',\n", "', ")
    text = replaced(('cloud = ["AWS"]', f'cloud = [\n"AWS",\n{entry}]'))

    reading = read(text)

    assert reading.catalog is not None
    (problem,) = reading.warnings
    assert said in str(problem)
    assert problem.line == text[: text.index(line_holds)].count("\n") + 1


def test_what_nothing_refers_to_is_a_warning() -> None:
    text = replaced(
        ("[tiers.minor]", "[tiers.idle]\npoints = 1\n\n[tiers.minor]"), ("[keywords]", 'idle = ["x"]\n\n[keywords]')
    )

    reading = read(text)

    assert [(p.key, p.line) for p in reading.warnings] == [
        ("tiers.idle", text[: text.index("[tiers.idle]")].count("\n") + 1),
        ("contexts.idle", text[: text.index('idle = ["x"]')].count("\n") + 1),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        '{ term = "GCP", needs = ["swift ui"], not_near = ["swift"] }',
        '{ term = "GCP", needs = ["cloud(s)"], not_near = ["cloud", "clouds"] }',
        '{ term = "GCP", needs = ["a need of so many very long words that it stands outside"], within = 1 }',
    ],
)
def test_a_keyword_whose_rules_no_text_can_meet_is_a_mistake(entry: str) -> None:
    reading = read(replaced(('cloud = ["AWS"]', f'cloud = ["AWS", {entry}]')))

    assert reading.catalog is None
    assert "holds 'GCP', which can never be found" in str(reading.errors[0])


def test_a_longer_phrase_that_earns_as_much_or_has_a_sign_is_no_problem() -> None:
    entries = '"GCP", "GCP engineer", { term = "C#", weight = 0.5 }, { term = "Visual C++", weight = 0.5 }, "visual"'

    assert read(replaced(('cloud = ["AWS"]', f'cloud = ["AWS", {entries}]'))).errors == ()


def test_keys_inside_a_long_text_are_no_keys() -> None:
    text = 'description = """\n[labels]\nstrong = 6.0\n"""\n' + replaced(("strong = 6.0", "strong = 60"))

    (problem,) = read(text).errors

    assert problem.line == text[: text.index("strong = 60")].count("\n") + 1


def test_dotted_and_inline_keys_have_their_place() -> None:
    start, end = RULES.index("[labels]"), RULES.index("[fields]")
    dotted = RULES.replace(RULES[start:end], "").replace(
        'version = "1"', 'version = "1"\nlabels.strong = 60\nlabels.medium = 3\nlabels.weak = 1'
    )
    inline = RULES.replace(RULES[start:end], "").replace(
        'version = "1"', 'version = "1"\nlabels = { weak = 1, medium = 3, strong = 60 }'
    )

    for text, mark in ((dotted, "labels.strong"), (inline, "labels = {")):
        (problem,) = read(text).errors
        assert (problem.key, problem.line) == ("labels.strong", text[: text.index(mark)].count("\n") + 1)


def test_a_word_that_stands_in_a_spelling_is_none_that_it_needs() -> None:
    entry = '{ term = "Spark SQL", aliases = ["Spark"], needs = ["SQL", "data"] }'
    scorer = Scorer(read(replaced(('cloud = ["AWS"]', f"cloud = [{entry}]"))).or_raise())

    assert described(scorer, "Spark SQL and Spark SQL").score == 1.0  # by "Spark", which needs SQL
    assert [hit.keyword for hit in described(scorer, "Spark SQL for data").hits] == ["Spark SQL"]
    assert described(scorer, "Spark, Spark").score == 0.0


def test_a_keyword_that_needs_only_its_own_words_is_a_mistake() -> None:
    (problem,) = read(replaced(('cloud = ["AWS"]', 'cloud = [{ term = "GCP", needs = ["gcp"] }]'))).errors

    assert "holds 'GCP', which needs nothing but its own words" in str(problem)
