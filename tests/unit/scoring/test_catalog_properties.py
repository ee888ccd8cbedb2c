"""What must hold for every text under every catalog: catalogs and texts are made of a few words, so that they meet."""

from __future__ import annotations

import json

from hypothesis import given, reject, settings
from hypothesis import strategies as st
from tests.unit.scoring.examples import tenths

from ats_core.domain.match import Scored
from ats_core.scoring.catalog_format import CatalogText, read_catalog
from ats_core.scoring.scorer import Scorer

WORDS = ("alfa", "beta", "gamma", "delta", "épsilon", "ZETA", "Eta", "theta")
CUES = ("no", "sin", "lejos de", "but")
#: Stands in no catalog: neither a keyword nor a word that one needs or forbids, nor a cue.
UNRELATED = "Nuestra oficina tiene plantas verdes y aire natural."

POINTS = st.integers(1, 60).map(lambda tenths: tenths / 10)
PHRASE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(" ".join)


def toml(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@st.composite
def entries(draw: st.DrawFn, phrase: str, *, forbidding: bool) -> dict[str, object]:
    entry: dict[str, object] = {"term": phrase, "weight": draw(st.sampled_from([0.5, 1.0, 1.5, 3.0]))}
    if draw(st.booleans()):
        entry["needs"] = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))
    if forbidding and draw(st.booleans()):
        entry["not_near"] = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))
    if draw(st.booleans()):
        entry["as_written"] = True
    return {**entry, "within": draw(st.integers(1, 6))}


@st.composite
def catalogs(draw: st.DrawFn, *, forbidding: bool = True) -> Scorer:
    """A catalog that can be used; *forbidding*: some keywords have words that must not stand near them."""
    phrases = draw(st.lists(PHRASE, min_size=1, max_size=7, unique_by=lambda p: p.casefold()))
    ids = draw(st.lists(st.sampled_from("abcd"), min_size=len(phrases), max_size=len(phrases)))
    by_category: dict[str, list[object]] = {}
    for category, phrase in zip(ids, phrases, strict=True):
        by_category.setdefault(category, []).append(draw(entries(phrase, forbidding=forbidding)))
    tiers = {"plain": {"points": draw(POINTS)}, "capped": {"points": draw(POINTS), "cap": draw(POINTS)}}
    categories = {c: {"name": c, "tier": draw(st.sampled_from(["plain", "capped"]))} for c in by_category}
    description = draw(st.sampled_from([0.5, 1.0, 1.3]))
    fields = {"title": description * 2, "department": description * 1.5, "description": description}
    fields["boilerplate"] = draw(st.sampled_from([0.0, description / 2, description]))
    synergies = {}
    if len(categories) > 1:
        pair = st.lists(st.sampled_from(sorted(categories)), min_size=2, max_size=3, unique=True)
        for number in range(draw(st.integers(0, 2))):
            synergies[f"s{number}"] = {"categories": draw(pair), "points": draw(POINTS)}
    reaches = draw(st.tuples(st.integers(0, 6), st.integers(0, 6)))
    negation = {
        "penalty": draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        "ended_by": ["but"],
        "before": [{"cues": ["no", "sin"], "reach": reaches[0], "through_commas": draw(st.booleans())}],
        "after": [{"cues": ["lejos de"], "reach": reaches[1]}],
    }
    document = {
        "id": "made",
        "name": "Made",
        "version": "1",
        "labels": {"weak": 1, "medium": 3, "strong": 6},
        "fields": fields,
        "tiers": tiers,
        "categories": categories,
        "keywords": by_category,
        "synergies": synergies,
        "negation": negation,
    }
    text = "\n".join(f"{key} = {toml(value)}" for key, value in document.items())
    reading = read_catalog(CatalogText(text=text, where="made.toml"))
    # Keywords that nothing can meet, or that earn nothing, are mistakes: such a catalog is not used.
    if reading.catalog is None:
        told = [problem.what for problem in reading.errors]
        known = ("can never be found", "less than 0.1", "nothing but its own words")
        assert all(any(part in what for part in known) for what in told), told
        reject()
    return Scorer(reading.catalog)


PIECES = (*WORDS, *(word.upper() for word in WORDS), *CUES, ",", "alfa beta", "https://x.example/alfa", "mesa")
SENTENCE = st.lists(st.sampled_from(PIECES), max_size=9).map(lambda words: " ".join(words) + ".")
SENTENCES = st.lists(SENTENCE, max_size=5)
TEXT = SENTENCES.map(" ".join)


def score(scorer: Scorer, title: str, description: str, boilerplate: str = "") -> Scored:
    return scorer.score(title=title, department="", description=description, boilerplate=boilerplate)


@given(catalogs(), TEXT, TEXT, TEXT)
@settings(max_examples=60, deadline=None)
def test_hits_and_synergies_add_up_to_the_score(scorer: Scorer, title: str, text: str, boilerplate: str) -> None:
    found = score(scorer, title, text, boilerplate)
    most = max((rule.points for rule in scorer.catalog.synergies), default=0.0)
    affirmed = {hit.category for hit in found.hits if not hit.negated}

    assert tenths(found) == round(found.score * 10)
    assert 0 <= found.score <= 10
    assert all(hit.points <= 0 if hit.negated else hit.points >= 0 for hit in found.hits)
    assert all(0 <= synergy.points <= most for synergy in found.synergies)
    assert all(affirmed.issuperset(synergy.categories) for synergy in found.synergies)
    assert len({hit.category for hit in found.hits}) == len(found.hits)


@given(catalogs(), TEXT, TEXT, TEXT)
@settings(max_examples=50, deadline=None)
def test_the_same_text_always_scores_the_same(scorer: Scorer, title: str, text: str, boilerplate: str) -> None:
    assert score(Scorer(scorer.catalog), title, text, boilerplate) == score(scorer, title, text, boilerplate)


@given(catalogs(), TEXT, SENTENCES, TEXT, st.booleans())
@settings(max_examples=60, deadline=None)
def test_an_unrelated_sentence_before_or_behind_changes_no_score(
    scorer: Scorer, title: str, sentences: list[str], boilerplate: str, before: bool
) -> None:
    with_it = [UNRELATED, *sentences] if before else [*sentences, UNRELATED]

    assert score(scorer, title, " ".join(with_it), boilerplate).score == (
        score(scorer, title, " ".join(sentences), boilerplate).score
    )


@given(catalogs(forbidding=False), TEXT, SENTENCES, TEXT, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_an_unrelated_sentence_anywhere_changes_no_score_where_no_keyword_forbids_words(
    scorer: Scorer, title: str, sentences: list[str], boilerplate: str, at: int
) -> None:
    with_it = [*sentences[:at], UNRELATED, *sentences[at:]]

    assert score(scorer, title, " ".join(with_it), boilerplate).score == (
        score(scorer, title, " ".join(sentences), boilerplate).score
    )


@given(catalogs(forbidding=False), TEXT, SENTENCES.filter(bool), TEXT, st.integers(0, 4), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_repeating_a_sentence_changes_no_score_where_no_keyword_forbids_words(
    scorer: Scorer, title: str, sentences: list[str], boilerplate: str, which: int, times: int
) -> None:
    repeated = [*sentences, *[sentences[which % len(sentences)]] * times]

    assert score(scorer, title, " ".join(repeated), boilerplate).score == (
        score(scorer, title, " ".join(sentences), boilerplate).score
    )


@given(catalogs(), st.data(), st.integers(2, 12), st.sampled_from([" ", ". ", ", ", "\n"]))
@settings(max_examples=60, deadline=None)
def test_repeating_a_keyword_raises_no_score(scorer: Scorer, data: st.DataObject, times: int, between: str) -> None:
    keywords = [k.term for c in scorer.catalog.categories for k in c.keywords if len(k.term.split()) == 1]
    keyword = data.draw(st.sampled_from(keywords or ["mesa"]))

    repeated = score(scorer, "", between.join([keyword] * times))

    assert repeated.score <= score(scorer, "", keyword).score
