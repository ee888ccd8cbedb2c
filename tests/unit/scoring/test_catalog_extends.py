"""A catalog that extends another: what it adds, takes away and weighs anew; every mistake in that has its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from tests.unit.scoring.examples import RULES, described, rules

from ats_core.domain.catalog import Catalog
from ats_core.domain.match import Field
from ats_core.errors import ConfigurationError
from ats_core.scoring.catalog_format import CatalogText, Reading, read_catalog
from ats_core.scoring.scorer import Scorer

HEAD = 'extends = "rules"\nid = "mine"\nversion = "2"\n'


def finder(texts: Mapping[str, str]) -> Callable[[str, CatalogText], CatalogText]:
    def find(name: str, _: CatalogText) -> CatalogText:
        if name not in texts:
            raise ConfigurationError("there is no such catalog", hint=f"write one of {', '.join(texts)}")
        return CatalogText(text=texts[name], where=f"{name}.toml")

    return find


def reading(text: str, **others: str) -> Reading:
    return read_catalog(CatalogText(text=text, where="mine.toml"), finder({"rules": RULES, **others}))


def extended(changes: str) -> Catalog:
    return reading(HEAD + changes).or_raise()


def points(catalog: Catalog, text: str) -> dict[str, float]:
    return {hit.category: hit.points for hit in described(Scorer(catalog), text).hits}


def test_three_lines_are_a_catalog_that_scores_as_the_one_it_extends() -> None:
    catalog, base = extended(""), rules()

    assert (catalog.id, catalog.name) == ("mine", "Every rule once")
    assert (catalog.categories, catalog.labels, catalog.fields, catalog.negation) == (
        base.categories,
        base.labels,
        base.fields,
        base.negation,
    )


def test_the_version_names_both_and_changes_with_each() -> None:
    version = extended("").version
    other_base = reading(HEAD, rules=RULES.replace("points = 2.0", "points = 2.1")).or_raise().version
    other_own = extended("[tiers.core]\npoints = 2.1\n").version

    assert version.startswith("mine@2/rules@1+")
    assert len(version) == len("mine@2/rules@1+") + 8
    assert len({version, other_base, other_own}) == 3


def test_keywords_and_categories_are_added() -> None:
    catalog = extended(
        """
[categories.crypto]
name = "Crypto"
tier = "minor"

[keywords]
fx = ["puntos swap"]
crypto = [{ term = "bitcoin", not_near = ["@software"] }]
"""
    )

    assert points(catalog, "puntos swap y bitcoin") == {"fx": 2.0, "crypto": 1.0}
    assert points(catalog, "bitcoin data") == {}
    assert points(catalog, "divisas") == {"fx": 2.0}
    assert list(catalog.category_names)[-1] == "crypto"


def test_a_spelling_is_removed_and_its_aliases_stay() -> None:
    catalog = extended('[remove.keywords]\nfx = ["FX", "tipo(s) de cambio"]\n')

    assert points(catalog, "FX") == {}
    assert points(catalog, "tipo de cambio") == {}
    assert points(catalog, "divisas") == {"fx": 2.0}


def test_a_category_is_removed_with_its_keywords_and_synergies() -> None:
    base = RULES + '\n[synergies.both]\ncategories = ["fx", "cloud"]\npoints = 1.0\n'

    catalog = reading(HEAD + '[remove]\ncategories = ["cloud"]\n', rules=base).or_raise()

    assert "cloud" not in catalog.category_names
    assert catalog.synergies == ()
    assert points(catalog, "AWS and FX") == {"fx": 2.0}


def test_a_removed_category_can_be_written_anew() -> None:
    catalog = extended(
        """
[remove]
categories = ["cloud"]

[categories.cloud]
name = "Clouds"
tier = "core"

[keywords]
cloud = ["GCP"]
"""
    )

    assert points(catalog, "AWS and GCP") == {"cloud": 2.0}


def test_tiers_fields_labels_and_categories_are_weighed_anew_one_key_at_a_time() -> None:
    catalog = extended(
        """
[labels]
strong = 5.0

[fields]
title = 3.0
boilerplate = 0

[tiers.proxy]
cap = 0.5

[categories.trade]
tier = "core"
"""
    )

    assert (catalog.labels.weak, catalog.labels.strong) == (1.0, 5.0)
    assert [catalog.fields.of(where) for where in Field] == [3.0, 1.5, 1.0, 0.0]
    assert points(catalog, "AWS, HubSpot, aduanas") == {"trade": 2.0, "cloud": 0.3, "growth": 0.2}
    assert catalog.category_names["trade"] == "Trade"


def test_a_spelling_is_weighed_anew_and_its_aliases_keep_their_weight_and_all_their_rules() -> None:
    catalog = extended('[weights.trade]\nexport = 0.5\n[weights.fx]\n"divisa(s)" = 2\n')

    assert points(catalog, "export") == {"trade": 0.5}
    assert points(catalog, "exportar") == {"trade": 1.0}
    assert points(catalog, "export data") == {}
    assert points(catalog, "divisas") == {"fx": 4.0}
    assert points(catalog, "FX") == {"fx": 2.0}


def test_words_of_contexts_and_negation_are_added_and_removed() -> None:
    catalog = extended(
        """
stop_words = ["y"]

[remove]
negation = ["no experience", "aunque"]
stop_words = ["de"]

[remove.contexts]
software = ["data"]

[contexts]
software = ["button"]

[negation]
penalty = 1
ended_by = ["excepto"]

[[negation.before]]
cues = ["adiós a"]
reach = 2
"""
    )

    assert points(catalog, "export data") == {"trade": 1.0}
    assert points(catalog, "export button") == {}
    assert points(catalog, "no experience required in this, AWS") == {"cloud": 1.0}
    assert points(catalog, "FX. Adiós a AWS") == {"fx": 2.0, "cloud": -1.0}


def test_a_synergy_is_added_weighed_anew_and_removed() -> None:
    added = HEAD + '[synergies.both]\ncategories = ["fx", "cloud"]\npoints = 1.0\n'
    head = 'extends = "added"\nid = "third"\nversion = "1"\n'

    weighed = reading(head + "[synergies.both]\npoints = 0.5\n", added=added).or_raise()
    removed = reading(head + '[remove]\nsynergies = ["both"]\n', added=added).or_raise()

    assert [synergy.points for synergy in weighed.synergies] == [0.5]
    assert described(Scorer(weighed), "FX on AWS").score == 3.5
    assert removed.synergies == ()


def test_a_chain_of_catalogs_is_read_from_its_end() -> None:
    second = HEAD.replace("mine", "second") + '[keywords]\nfx = ["cambio"]\n'
    third = 'extends = "second"\nid = "third"\nversion = "3"\n[weights.fx]\ncambio = 0.5\n'

    catalog = reading(third, second=second).or_raise()

    assert catalog.version.startswith("third@3/second@2/rules@1+")
    assert points(catalog, "cambio") == {"fx": 1.0}


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"rules": 'extends = "rules"\n'}, "rules.toml extends rules.toml"),
        ({"rules": 'extends = "b"\n', "b": 'extends = "rules"\n'}, "rules.toml extends b.toml extends rules.toml"),
        ({"rules": 'extends = "other"\n'}, "is 'other': there is no such catalog; write one of"),
        ({"rules": "extends = 3\n"}, "extends is 3; accepted: the id of a catalog"),
        ({"rules": "extends = !"}, "rules.toml, line 1: not valid TOML"),
    ],
)
def test_circles_and_missing_catalogs_are_mistakes_with_a_place(others: dict[str, str], said: str) -> None:
    found = reading(HEAD, **others)

    (problem,) = found.errors
    assert said in str(problem)
    assert (problem.where, problem.line) == ("b.toml" if "b" in others else "rules.toml", 1)


def test_where_nothing_can_be_extended_it_says_so() -> None:
    found = read_catalog(CatalogText(text=HEAD, where="mine.toml"))

    assert [str(p) for p in found.errors] == ["mine.toml, line 1: extends is 'rules': no catalog 'rules' is known here"]


@pytest.mark.parametrize(
    ("changes", "line", "said"),
    [
        ('[remove]\ncategories = ["fax"]', 5, ["remove.categories holds 'fax'", "fx, payments"]),
        ('[remove]\nsynergies = ["fax"]', 5, ["remove.synergies holds 'fax'", "nothing: there is none"]),
        ('[remove]\nkeyword = ["fax"]', 5, ["remove.keyword is not a key", "keywords"]),
        ('[remove.keywords]\nfax = ["FX"]', 5, ["remove.keywords.fax is not a category", "fx, payments"]),
        ('[remove.keywords]\nfx = [\n"FX",\n"fax"]', 7, ["remove.keywords.fx names 'fax', which is no keyword"]),
        (
            '[remove.keywords]\nfx = ["divisas"]',
            5,
            ["remove.keywords.fx names 'divisas'", "it has 'divisa(s)' in fx"],
        ),
        ('[remove.keywords]\nfx = ["AWS"]', 5, ["names 'AWS', which is no keyword of this category", "'AWS' in cloud"]),
        ('[remove.keywords]\nfx = ["日本"]', 5, ["'日本' has no Latin letter"]),
        ('[remove.contexts]\nsoft = ["data"]', 5, ["remove.contexts.soft is not a context", "software"]),
        ('[remove.contexts]\nsoftware = ["date"]', 5, ["'date', which does not stand in the context software"]),
        ('[remove]\nnegation = ["nope"]', 5, ["'nope', which does not stand among the cues"]),
        ('[remove]\nstop_words = ["nope"]', 5, ["'nope', which does not stand among the stop words"]),
        ("[weights.fax]\nFX = 1", 4, ["weights.fax is not a category", "fx, payments"]),
        ("[weights.fx]\nfax = 1", 5, ["weights.fx names 'fax', which is no keyword"]),
        ("[weights.fx]\nFX = 0", 5, ["weights.fx.FX is 0", "above 0"]),
        ("[weights.fx]\nFX = 0.01", 5, ["weights.fx holds 'FX', which would earn less than 0.1"]),
        ("[labels]\nstrong = 2", 5, ["labels.strong is 2", "above 3"]),
        ("[labels]\nmedium = 7", None, ["labels.strong is 6", "above 7"]),
        ("[fields]\ndepartment = 5", None, ["fields.title is 2", "above 5"]),
        ('[categories.new]\ntier = "core"', 4, ["categories.new.name is missing"]),
        ('[categories.new]\nname = "New"\ntier = "core"', None, ["keywords.new is missing"]),
        ('[categories.fx]\ntier = "huge"', 5, ["categories.fx.tier is 'huge'", "core, minor, proxy"]),
        ("[tiers.new]\ncap = 1", 4, ["tiers.new.points is missing"]),
        ('[keywords]\nfax = ["x"]', 5, ["keywords.fax is not a category"]),
        (
            '[keywords]\ncloud = ["Divisas"]',
            5,
            ["holds 'Divisas' again: it stands in keywords.fx as 'divisa(s)' of rules.toml, line "],
        ),
        ('[keywords]\ncloud = [{ term = "x1", needs = ["@none"] }]', 5, ["'@none', which is no context", "@software"]),
        ('[negation]\nharmless = ["sin experiencia"]', None, ["again: it stands in negation.harmless"]),
        ('[synergies.x]\ncategories = ["fx", "fax"]\npoints = 1', 5, ["'fax', which is no category"]),
        ('[remove.keywords]\ncloud = ["AWS"]', None, ["keywords.cloud is missing"]),
    ],
)
def test_every_mistake_in_a_change_names_its_place_and_what_is_there(
    changes: str, line: int | None, said: list[str]
) -> None:
    found = reading(HEAD + changes + "\n")

    assert found.catalog is None
    messages = [str(problem) for problem in found.errors]
    where = f"mine.toml, line {line}:" if line else ""
    assert [m for m in messages if where in m and all(part in m for part in said)], messages


def test_an_id_of_the_extended_catalog_is_taken() -> None:
    found = reading(HEAD.replace('"mine"', '"rules"'))

    assert "mine.toml, line 2: id is 'rules', as in the catalog that it extends" in str(found.errors[0])


def test_mistakes_of_the_extended_catalog_name_its_file_and_its_warnings_are_left_to_it() -> None:
    warned = RULES.replace('cloud = ["AWS"]', 'cloud = [{ term = "aws", as_written = true }]')

    assert reading(HEAD, rules=warned).problems == ()
    broken = reading(HEAD, rules=RULES.replace("strong = 6.0", "strong = 60"))
    assert [p.where for p in broken.errors] == ["rules.toml"]


LAYER = """
layer = true
id = "words"
version = "7"
stop_words = ["and"]

[contexts]
nots = ["no", "never"]

[negation]
penalty = 0.25

[[negation.before]]
cues = ["@nots"]
reach = 3
"""


def over_a_layer(layer: str, text: str) -> Reading:
    return read_catalog(CatalogText(text=text, where="mine.toml"), finder({"words": layer}))


def whole_but_negation() -> str:
    return 'extends = "words"\n' + RULES[: RULES.index("[negation]")]


def test_a_whole_catalog_extends_a_layer_and_has_its_words_and_its_version() -> None:
    catalog = over_a_layer(LAYER, whole_but_negation()).or_raise()

    assert catalog.version.startswith("rules@1/words@7+")
    assert catalog.negation.penalty == 0.25
    assert [group.cues for group in catalog.negation.before] == [("no", "never")]
    assert catalog.version != over_a_layer(LAYER.replace('"7"', '"8"'), whole_but_negation()).or_raise().version


def test_what_extends_a_layer_takes_words_away_and_adds_some() -> None:
    own = '[remove.contexts]\nnots = ["never"]\n\n[contexts]\nnots = ["nor"]\nsoftware ='

    catalog = over_a_layer(LAYER, whole_but_negation().replace("[contexts]\nsoftware =", own)).or_raise()

    assert [group.cues for group in catalog.negation.before] == [("no", "nor")]


def test_what_extends_a_layer_must_be_whole() -> None:
    found = over_a_layer(LAYER, 'extends = "words"\nid = "mine"\nversion = "1"\n')

    assert {problem.key for problem in found.errors} >= {"labels", "fields", "tiers", "categories", "keywords", "name"}


def test_a_layer_by_itself_is_no_catalog_and_no_mistake() -> None:
    found = read_catalog(CatalogText(text=LAYER, where="words.toml"))

    assert (found.catalog, found.is_layer, found.problems) == (None, True, ())
    with pytest.raises(ConfigurationError, match="no catalog, but words for catalogs to extend"):
        found.or_raise()


@pytest.mark.parametrize(
    ("layer", "key"),
    [
        (LAYER + "\n[labels]\nweak = 1\n", "labels"),
        (LAYER + '\n[keywords]\nfx = ["FX"]\n', "keywords"),
        (LAYER.replace("true", '"yes"'), "layer"),
        (LAYER.replace('"@nots"', '"@lost"'), "negation.before[1].cues"),
        (LAYER + 'languages = ["spanish"]\n', "negation.before[1].languages"),
        (LAYER + "gap = 11\n", "negation.before[1].gap"),
        (LAYER + '\n[[negation.idioms]]\ncues = ["no"]\nthen = ["way"]\nreach = 2\n', "negation.idioms[1].reach"),
    ],
)
def test_what_is_wrong_with_a_layer_is_told_with_its_key(layer: str, key: str) -> None:
    found = read_catalog(CatalogText(text=layer, where="words.toml"))

    assert key in {problem.key for problem in found.errors}


def test_a_layer_extends_no_catalog() -> None:
    found = read_catalog(CatalogText(text='extends = "rules"\n' + LAYER, where="words.toml"), finder({"rules": RULES}))

    assert "layer" in {problem.key for problem in found.errors}


def test_a_gap_without_anything_to_follow_does_nothing_and_is_told() -> None:
    found = read_catalog(CatalogText(text=LAYER + "gap = 2\n", where="words.toml"))

    assert [problem.key for problem in found.warnings] == ["negation.before[1].gap"]
