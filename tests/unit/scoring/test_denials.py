"""How postings deny, in whole sentences: each rule of a group of cues, then the words that built-in catalogs share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scoring.examples import RULES, builtin, described

from ats_core.domain.match import Scored
from ats_core.scoring.catalog_format import parse_catalog
from ats_core.scoring.scorer import Scorer

NEGATION = """
[negation]
penalty = 0.5
harmless = ["not only"]
ended_by = ["but"]
clause_starts = ["you", "our", "*amos"]
and_words = ["and", "y"]
or_words = ["or", "ni"]

[[negation.idioms]]
cues = ["do not"]
then = ["hesitate", "worry"]
gap = 1

[[negation.before]]
cues = ["no", "do not", "without"]
reach = 5
undone_by = ["cannot", "impossible"]

[[negation.before]]
cues = ["do not"]
then = ["need", "require"]
gap = 1
reach = 8
through_commas = true

[[negation.before]]
cues = ["sense"]
reach = 2
languages = ["ca"]

[[negation.after]]
cues = ["is not", "not"]
then = ["required", "part of"]
gap = 2
reach = 6
through_commas = true
heads_lists = true
undone_by = ["welcome"]

[[negation.after]]
cues = ["is handled by"]
reach = 3
ended_by = ["which"]

[[negation.after]]
cues = ["never", "not here"]
reach = 1
answers = true

[[negation.after]]
cues = ["is not"]
reach = 2
ends_sentence = true
"""
TEXT = RULES[: RULES.index("[negation]")] + NEGATION
SCORER = Scorer(parse_catalog(TEXT, where="denials.toml"))
ENGLISH_AND_SPANISH = Scorer(builtin())


def negated(text: str, *, language: str | None = None, scorer: Scorer = SCORER) -> dict[str, bool]:
    scored = scorer.score(title="", department="", description=text, language=language)
    return {hit.keyword: hit.negated for hit in scored.hits}


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("AWS is not really required", "AWS"),
        ("AWS (not required)", "AWS"),
        ("AWS, not required", "AWS"),
        ("AWS: not required", "AWS"),
        ("AWS, treasury and FX are not required", "treasury"),
        ("AWS, treasury, and FX are not required", "AWS"),
        ("We do not need treasury, FX", "FX"),
        ("no AWS, treasury or FX", "FX"),
        ("no AWS, treasury or FX", "treasury"),
        ("AWS? Never.", "AWS"),
        ("AWS? Not here", "AWS"),
        ("Java is a must, AWS is not.", "AWS"),
        ("AWS is handled by others", "AWS"),
        ("Not required: AWS, FX", "FX"),
        ("Not required:\n- Java\n- AWS\nWe offer:", "AWS"),
        ("We offer:\n- tea\nNot required for this job:\n* AWS", "AWS"),
        ("no FX required to run AWS", "FX"),
        ("É impossible. Work without AWS", "AWS"),
    ],
)
def test_a_denial_reaches_what_it_denies(text: str, keyword: str) -> None:
    assert negated(text)[keyword]


@pytest.mark.parametrize(
    "text",
    [
        "AWS is welcome, and not required",
        "We use AWS, and Java is not required",
        "AWS. Java is not required",
        "Java is not required to run AWS",
        "AWS, which is handled by others",
        "do not hesitate to use AWS",
        "not only AWS",
        "you cannot work without AWS",
        "without AWS it is impossible to work",
        "no travel, our AWS is here",
        "no Java, modern AWS",
        "no travel and you run AWS",
        "no viajes y usamos AWS",
        "we have no silos: AWS for all",
        "no agencies – AWS at home",
        "(no agencies) AWS",
        "AWS? Never have we needed it so badly as in these days",
        "AWS is never",
        "AWS is not a hobby here",
        "Not required:\n- Java\nYou bring:\n- AWS",
        "Not required:\nAWS is what we use",
        "Degree not required, AWS",
        "business sense and AWS",
    ],
)
def test_a_denial_ends_where_what_it_denies_ends(text: str) -> None:
    assert negated(text)["AWS"] is False


def test_a_cue_of_some_languages_is_one_in_these_only() -> None:
    assert negated("sense AWS", language="ca") == {"AWS": True}
    assert negated("sense AWS", language="en") == negated("sense AWS") == {"AWS": False}


# Sentences in which each other word is one that the rules speak of.
_WORDS = (
    "AWS FX no not is do need required part of you , : ( ) ? . ; - \n and or but welcome cannot without ß Java".split(
        " "
    )
)


@given(st.lists(st.sampled_from(_WORDS), max_size=40))
def test_what_was_read_before_changes_nothing(words: list[str]) -> None:
    text = " ".join(words)

    assert described(SCORER, text) == described(Scorer(SCORER.catalog), text)


@given(st.lists(st.sampled_from(_WORDS), max_size=25))
def test_layout_that_makes_no_sentence_changes_nothing(words: list[str]) -> None:
    """A doubled space sends the text another way, on which the same is found."""
    text = "Java " + " ".join(words)
    spaced = text.replace("Java ", "Java  ", 1)

    def told(scored: Scored) -> list[tuple[str, bool]]:
        return [(hit.keyword, hit.negated) for hit in scored.hits]

    assert told(described(SCORER, spaced)) == told(described(SCORER, text))


@pytest.mark.parametrize(
    "text",
    [
        "You won't manage AWS or work in Kubernetes.",
        "AWS and Azure are outside the scope of this team.",
        "Knowledge of AWS is neither expected nor necessary.",
        "AWS, Azure and Google Cloud are not required.",
        "We have deliberately stayed away from AWS.",
        "AWS is looked after by another team.",
        "Nobody here uses AWS.",
        "Not needed:\n- AWS\n- Kubernetes",
        "AWS? Not here.",
        "No vas a necesitar saber nada de AWS.",
        "El conocimiento de AWS no es imprescindible.",
        "AWS no entra dentro de tus funciones.",
        "De AWS se encarga otro departamento.",
        "AWS no lo llevamos nosotros.",
        "Aquí no hay AWS, ni Azure, ni Kubernetes.",
        "Prescindimos de AWS.",
        "Conocimientos de AWS: no imprescindibles.",
        "Tampoco trabajarás con AWS.",
        "El coneixement d'AWS no és imprescindible.",
        "O conhecimento de AWS não é obrigatório.",
        "Until 2022 our pages ran on AWS.",
        "We used to run our pages on AWS.",
        "AWS used to belong to this post.",
        "AWS was handed to the parent last spring.",
        "AWS has been phased out.",
        "We use AWS only in Ireland.",
        "Not part of this job: on-call, AWS.",
        "What you will not do here: on-call, AWS.",
        "Outside this role: AWS.",
        "Hasta 2021 usábamos AWS.",
        "AWS dejó de usarse en 2022.",
        "AWS lo dejamos de usar.",
        "Este puesto nada tiene que ver con AWS.",
        "AWS ha pasado a la central.",
        "No forma parte de este puesto: AWS.",
    ],
)
def test_the_shared_words_know_how_postings_deny(text: str) -> None:
    assert list(negated(text, scorer=ENGLISH_AND_SPANISH).values()) == [True]
    assert set(negated(text, scorer=Scorer(builtin(1))).values()) == {True}


@pytest.mark.parametrize(
    "text",
    [
        "No two days with AWS are the same.",
        "Don't worry, AWS is easy to learn.",
        "You cannot run this place without AWS.",
        "Do not apply unless you know AWS.",
        "AWS would be a plus, although it is not essential.",
        "Travel is not required. You run AWS.",
        "No degree is needed to join our AWS team.",
        "We are not yet a big team, but AWS is our home.",
        "No te limites a mirar: AWS es tuyo.",
        "No se puede vivir sin AWS.",
        "No es necesario viajar; usarás AWS.",
        "No pararás de usar AWS.",
        "Tengas o no titulación, debes conocer AWS.",
        "Se valorará AWS, aunque no es imprescindible.",
        "No viajarás y trabajarás con AWS.",
        "Hardly a day goes by without AWS.",
        "No pasa una semana sin AWS.",
        "AWS has been moved to this team.",
        "AWS ha pasado a depender de ti.",
        "Until now one person handled AWS.",
        "You don't have to be a genius: AWS is easy to learn.",
    ],
)
def test_what_only_sounds_like_a_denial_is_none(text: str) -> None:
    assert list(negated(text, scorer=ENGLISH_AND_SPANISH).values()) == [False]
