"""What must hold for every text and the catalog that people use."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.scoring.examples import builtin, tenths

from ats_core.domain.match import Scored
from ats_core.scoring.points import MOST, settled
from ats_core.scoring.scorer import Scorer

SCORER = Scorer(builtin())

PIECES = (
    """
treasury analyst|cobertura de divisas|SEPA|SWIFT|payments|no experience with|sin experiencia en|AWS|not required|but
pero|export|data|Wise|Stripe|,|.|\n|incoterms|área de exportación|international markets|multi-currency|https://x.example/sepa
no es necesario|Azure|HubSpot|the|equipo|clientes internacionales|USD|salary|accounts|Kotlin|ARR|SaaS|no solo|tesorería
""".strip("\n")
    .replace("\n", "|")
    .split("|")
)
SENTENCE = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
# Without words that forbid others near them: what is moved away from such a word is seen for the first time.
PLAIN_SENTENCE = st.lists(
    st.sampled_from([p for p in PIECES if p not in ("Kotlin", "data", "salary")]), max_size=12
).map(" ".join)
TEXT = st.lists(SENTENCE, max_size=4).map(". ".join) | st.text(max_size=80)
# Sentences in which nothing of the catalog stands: neither keywords, cues nor context words.
UNRELATED = st.lists(
    st.sampled_from("Nuestra oficina tiene plantas verdes y aire natural every desk has a lamp ñandú élan".split()),
    min_size=1,
    max_size=8,
).map(lambda words: " ".join(words) + ".")


def score(title: str, department: str, description: str) -> Scored:
    return SCORER.score(title=title, department=department, description=description)


@given(TEXT, TEXT, TEXT)
def test_points_add_up_to_the_score_and_everything_stays_in_its_range(title: str, department: str, text: str) -> None:
    scored = score(title, department, text)

    assert tenths(scored) == round(scored.score * 10)
    assert round(scored.score, 1) == scored.score
    assert 0.0 <= scored.score <= 10.0
    assert scored.label is SCORER.catalog.label(scored.score)
    assert len({hit.category for hit in scored.hits}) == len(scored.hits)
    assert all((hit.points <= 0) if hit.negated else (hit.points >= 0) for hit in scored.hits)
    affirmed = [hit for hit in scored.hits if hit.points > 0]
    assert scored.top_category == (affirmed[0].category if affirmed else None)
    assert all(hit.points <= affirmed[0].points for hit in affirmed)
    assert all(hit.snippet.isprintable() and "[[" in hit.snippet for hit in scored.hits)


@given(TEXT, TEXT, TEXT)
@settings(max_examples=6)
def test_the_same_text_always_scores_the_same(title: str, department: str, text: str) -> None:
    another = Scorer(builtin())

    assert another.score(title=title, department=department, description=text) == score(title, department, text)


@given(TEXT, st.lists(PLAIN_SENTENCE, max_size=5), UNRELATED, st.integers(0, 5))
def test_an_unrelated_sentence_never_lowers_the_score(
    title: str, sentences: list[str], unrelated: str, at: int
) -> None:
    described = [sentence + "." for sentence in sentences]
    with_it = [*described[:at], unrelated, *described[at:]]

    assert score(title, "", " ".join(with_it)).score >= score(title, "", " ".join(described)).score


@given(TEXT, st.lists(PLAIN_SENTENCE, min_size=1, max_size=5), st.integers(0, 5), st.integers(1, 4))
def test_repeating_a_sentence_with_its_keywords_never_raises_the_score(
    title: str, sentences: list[str], which: int, times: int
) -> None:
    assume(which < len(sentences))
    text = ". ".join(sentences) + "."

    repeated = text + (" " + sentences[which] + ".") * times

    assert score(title, "", repeated).score <= score(title, "", text).score


@given(st.sampled_from(["treasury", "FX", "SEPA", "incoterms", "AWS", "cobertura de divisas"]), st.integers(2, 40))
def test_repeating_a_keyword_never_raises_the_score(keyword: str, times: int) -> None:
    assert score("", "", " ".join([keyword] * times)).score == score("", "", keyword).score


@given(
    st.lists(st.tuples(st.integers(-60, 80), st.sampled_from("abc")), max_size=12),
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 40)),
)
def test_settled_points_keep_sign_order_caps_and_range(earned: list[tuple[int, str]], caps: dict[str, int]) -> None:
    amounts = [amount for amount, _ in earned]
    tiers = [tier for _, tier in earned]

    result = settled(amounts, tiers, caps)

    assert 0 <= sum(result) <= MOST
    for before, after in zip(amounts, result, strict=True):
        assert (0 <= after <= before) if before >= 0 else (before <= after <= 0)
    for tier, cap in caps.items():
        assert sum(a for a, t in zip(result, tiers, strict=True) if t == tier and a > 0) <= cap
    if sum(a for a in amounts if a > 0) <= MOST and all(a >= 0 for a in amounts) and not caps:
        assert result == amounts
