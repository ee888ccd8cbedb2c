"""Text that tries to break a database, and every value there and back again."""

# ruff: noqa: D102 - the name of a test is its sentence

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ats_core.domain.board import Board, ProviderName, Source, SourceStatus
from ats_core.domain.checkpoint import Checkpoint, Validators
from ats_core.domain.company import Company, Resolution
from ats_core.domain.match import Field, Hit, Label, Match, Scored
from ats_core.domain.offer import Offer, Posting, Salary, Workplace
from ats_core.ports import Store
from ats_core.scoring.sketch import sketch_of
from ats_core.testing.store_suite.base import StoreContract, fill
from ats_core.testing.store_suite.examples import a_company, a_match, a_source, an_event, an_offer, at

__all__ = ["HostileTextSuite", "RoundTripSuite"]

ACME = a_company("Acme", domain="acme.example")
BOARD = a_source(ACME)
HOSTILE = {
    "NUL": "before\x00after",
    "only NUL": "\x00",
    "emoji": "👩‍🚀 pay in ¥€$ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "right to left": "\u202egnp.exe\u202c",
    "SQL": "'; DROP TABLE offers; -- \" ` \\ % _ ?1 :x",
    "noncharacters": "\ufffe\uffff\U0010ffff\x7f\x85\u2028",
    "a megabyte": "ñ" * 1_000_000,
}


class HostileTextSuite(StoreContract):
    """Whatever text a vendor or a list sends is kept as it is; lone surrogates become U+FFFD."""

    @pytest.mark.parametrize("name", HOSTILE)
    def test_hostile_text_comes_back_as_it_was(self, store: Store, name: str) -> None:
        text = HOSTILE[name]
        company = evolve(ACME, name=text, normalized_name=text)
        offer = an_offer(BOARD, text)
        offer = evolve(offer, posting=evolve(offer.posting, title=text, description_text=text, locations=(text, text)))
        match = a_match(offer)
        hit = evolve(match.scored.hits[0], snippet=text, keyword=text)
        match = evolve(match, scored=evolve(match.scored, hits=(hit,), top_category=text))
        fill(store, companies=[company], sources=[BOARD], offers=[offer])
        with store.write() as work:
            work.offers.save_matches([match])
            work.sources.add_sightings(BOARD.id, [text])
            work.feedback.append([an_event(ACME.id, text)])
        with store.read() as work:
            assert work.companies.get(ACME.id) == company
            assert work.companies.with_names([text]) == {text: (company,)}
            assert work.offers.get_many([offer.id]) == {offer.id: offer}
            assert list(work.offers.known(BOARD.id)) == [text]
            assert work.offers.of_company(ACME.id)[0].scored == match.scored
            assert work.sources.sightings(BOARD.id) == {text}
            assert list(work.feedback.applied().values()) == [text]

    def test_lone_surrogates_become_replacement_characters(self, store: Store) -> None:
        broken, mended = "half \ud83d of \udc00 a pair", "half \ufffd of \ufffd a pair"
        company = evolve(ACME, name=broken)
        offer = an_offer(BOARD, "1")
        offer = evolve(
            offer, posting=evolve(offer.posting, title=broken, description_text=broken, locations=(broken, "Lyon"))
        )
        hit = evolve(a_match(offer).scored.hits[0], snippet=broken)
        match = evolve(a_match(offer), scored=evolve(a_match(offer).scored, hits=(hit,)))
        for _ in range(2):
            fill(store, companies=[company], sources=[BOARD], offers=[offer])
        with store.write() as work:
            work.offers.save_matches([match])
            work.sources.add_sightings(BOARD.id, [broken])
        with store.read() as work:
            found = work.companies.get(ACME.id)
            posting = work.offers.get_many([offer.id])[offer.id].posting
            scored = work.offers.of_company(ACME.id)[0].scored
            assert found is not None
            assert found.name == mended
            assert (posting.title, posting.description_text) == (mended, mended)
            assert posting.locations == (mended, "Lyon")
            assert scored is not None
            assert scored.hits[0].snippet == mended
            assert work.sources.sightings(BOARD.id) == {mended}
            assert work.companies.with_names([broken]) == {}
            assert work.reports.find_company(broken) == ()

    def test_saving_mended_text_again_changes_nothing(self, store: Store) -> None:
        fill(store, companies=[evolve(ACME, name="\ud800")])
        with store.write() as work:
            stored = work.companies.get(ACME.id)
            assert stored is not None
            work.companies.save([stored])
            assert work.companies.get(ACME.id) == stored


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_SOME_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))])
_TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31), timezones=_ZONES)  # noqa: DTZ001
_POINTS = st.floats(-10, 10, allow_nan=False)
_COUNTS = st.integers(0, 10_000)


def _maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


_COMPANIES = st.builds(
    Company,
    id=st.just(ACME.id),
    name=_SOME_TEXT,
    website=_maybe(_TEXT),
    domain=_maybe(_SOME_TEXT),
    normalized_name=_TEXT,
    resolution=st.sampled_from(Resolution),
    resolution_at=_maybe(_TIMES),
    created_at=_TIMES,
    updated_at=_TIMES,
)
_CHECKPOINTS = st.builds(
    Checkpoint,
    last_ingested_at=_maybe(_TIMES),
    last_sweep_started_at=_maybe(_TIMES),
    sweep_started_at=_maybe(_TIMES),
    next_cursor=_maybe(_TEXT),
    watermark=_maybe(_TIMES),
    validators=st.builds(Validators, etag=_maybe(_TEXT), last_modified=_maybe(_TEXT)),
    content_hash=_maybe(_TEXT),
    doubtful_since=_maybe(_TIMES),
    missing_since=_maybe(_TIMES),
    last_error_at=_maybe(_TIMES),
    last_error=_maybe(_TEXT),
    consecutive_failures=_COUNTS,
    retry_after=_maybe(_TIMES),
    is_paused_until=_maybe(_TIMES),
)
_SOURCES = st.builds(
    Source,
    company_id=st.just(ACME.id),
    board=st.builds(
        Board,
        provider=st.text(string.ascii_lowercase + "_", min_size=1, max_size=12).map(ProviderName),
        region=st.sampled_from(["", "eu", "us"]),
        slug=_SOME_TEXT,
    ),
    evidence_url=_TEXT,
    evidence_kind=_TEXT,
    confidence=st.floats(0, 1),
    status=st.sampled_from(SourceStatus),
    discovered_at=_TIMES,
    checkpoint=_CHECKPOINTS,
)
_AMOUNTS = st.decimals(Decimal(0), Decimal(10_000_000), places=2)
_SALARIES = st.builds(
    Salary,
    minimum=_maybe(_AMOUNTS),
    maximum=_maybe(_AMOUNTS),
    currency=_maybe(_TEXT),
    interval=_maybe(_TEXT),
    text=_TEXT,
)
_POSTINGS = st.builds(
    Posting,
    provider_offer_id=_SOME_TEXT,
    title=_SOME_TEXT,
    description_text=_TEXT,
    locations=st.lists(_TEXT, max_size=3).map(tuple),
    workplace=_maybe(st.sampled_from(Workplace)),
    department=_maybe(_TEXT),
    team=_maybe(_TEXT),
    employment_type=_maybe(_TEXT),
    salary=_maybe(_SALARIES),
    language=_maybe(_TEXT),
    url=_maybe(_TEXT),
    apply_url=_maybe(_TEXT),
    published_at=_maybe(_TIMES),
    updated_at=_maybe(_TIMES),
    raw=st.binary(max_size=200),
)
_OFFERS = st.builds(
    Offer,
    id=st.just(an_offer(BOARD, "1").id),
    source_id=st.just(BOARD.id),
    company_id=st.just(ACME.id),
    posting=_POSTINGS,
    content_hash=_TEXT,
    fingerprint=_TEXT,
    first_seen_at=_TIMES,
    last_seen_at=_TIMES,
    closed_at=_maybe(_TIMES),
)
_HITS = st.builds(
    Hit,
    category=_TEXT,
    keyword=_TEXT,
    field=st.sampled_from(Field),
    snippet=_TEXT,
    points=_POINTS,
    negated=st.booleans(),
)
_MATCHES = st.builds(
    Match,
    offer_id=st.just(an_offer(BOARD, "1").id),
    catalog_version=_TEXT,
    scored=st.builds(
        Scored,
        score=_POINTS,
        label=st.sampled_from(Label),
        top_category=_maybe(_TEXT),
        hits=st.lists(_HITS, max_size=4).map(tuple),
    ),
    scored_at=_TIMES,
)

# One store serves all examples (saving replaces), and one test method all adapters that inherit it.
_property = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


class RoundTripSuite(StoreContract):
    """Whatever can be built can be stored, and comes back equal."""

    @_property
    @given(company=_COMPANIES)
    def test_any_company(self, store: Store, company: Company) -> None:
        fill(store, companies=[company])
        with store.read() as work:
            assert work.companies.get(company.id) == company

    @_property
    @given(source=_SOURCES)
    def test_any_source(self, store: Store, source: Source) -> None:
        fill(store, companies=[ACME], sources=[source])
        with store.read() as work:
            assert work.sources.get(source.id) == source

    @_property
    @given(offer=_OFFERS)
    def test_any_offer(self, store: Store, offer: Offer) -> None:
        fill(store, companies=[ACME], sources=[BOARD], offers=[offer])
        with store.read() as work:
            assert work.offers.get_many([offer.id]) == {offer.id: offer}

    @_property
    @given(match=_MATCHES)
    def test_any_match(self, store: Store, match: Match) -> None:
        offer = an_offer(BOARD, "1")
        fill(store, companies=[ACME], sources=[BOARD], offers=[offer])
        with store.write() as work:
            work.offers.save_sketches({offer.id: sketch_of(offer.posting)})
            work.offers.save_matches([match])
        with store.read() as work:
            assert work.offers.of_company(ACME.id)[0].scored == match.scored
            outdated = work.offers.outdated(match.catalog_version)
        assert outdated == {}

    def test_times_of_one_second_sort_as_they_are(self, store: Store) -> None:
        whole, later = at(1), at(1) + timedelta(microseconds=1)
        offers = [an_offer(BOARD, "1", first_seen_at=later), an_offer(BOARD, "2", first_seen_at=whole)]
        fill(store, companies=[ACME], sources=[BOARD], offers=offers)
        with store.read() as work:
            assert [o.first_seen_at for o in work.offers.of_company(ACME.id)] == [whole, later]
