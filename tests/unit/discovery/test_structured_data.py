"""Postings that pages describe to search engines, and whose they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.discovery.likeness import CompanyNames
from ats_core.discovery.structured_data import Whose, described_postings
from ats_core.domain.company import Company, ListedCompany

ACME = CompanyNames.of(
    Company.first_met(ListedCompany.of("Acme", "https://acme.example"), datetime(2026, 7, 1, tzinfo=UTC))
)


def markup(about: object) -> str:
    return f'<p>x</p><script type="application/ld+json">{json.dumps(about)}</script>'


def posting(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "JobPosting", "title": "Engineer", **fields}


@pytest.mark.parametrize(
    "about",
    [
        posting(url="https://v.example/acme/1"),
        [posting(url="https://v.example/acme/1")],
        {"@graph": [{"@type": "WebPage"}, posting(url="https://v.example/acme/1")]},
        {"@type": "ItemList", "itemListElement": [{"item": posting(url="https://v.example/acme/1")}]},
        posting(**{"@type": ["Thing", "JobPosting"], "@id": "https://v.example/acme/1"}),
        posting(potentialAction={"@type": "ApplyAction", "target": {"urlTemplate": "https://v.example/acme/1"}}),
    ],
)
def test_a_posting_is_found_wherever_it_stands(about: object) -> None:
    (found,) = described_postings(markup(about))
    assert found.urls == ("https://v.example/acme/1",)


def test_a_description_written_as_attributes_are_is_read_and_a_broken_one_is_passed_over() -> None:
    escaped = json.dumps(posting(identifier={"value": 4012345})).replace('"', "&quot;")
    page = f"<script type=application/ld+json>{escaped}</script><script type='application/ld+json'>{{</script>"
    (found,) = described_postings(page)
    assert found.identifier == "4012345"
    assert described_postings(markup({"@type": "Organization"})) == ()
    assert described_postings(f"<script>{json.dumps(posting())}</script>") == ()


@pytest.mark.parametrize(
    ("organization", "whose"),
    [
        ({"name": "Acme, S.L."}, Whose.OURS),
        ("ACME", Whose.OURS),
        ({"name": "Initech", "sameAs": "https://www.acme.example/"}, Whose.OURS),
        ({"name": "Acme Robotics"}, Whose.UNSAID),
        ({"name": "Initech"}, Whose.ANOTHERS),
        ({"name": "Initech", "sameAs": ["https://www.linkedin.com/company/initech"]}, Whose.ANOTHERS),
        ({"name": ""}, Whose.UNSAID),
        (None, Whose.UNSAID),
        (7, Whose.UNSAID),
    ],
)
def test_who_hires_says_whose_a_posting_is(organization: object, whose: Whose) -> None:
    (found,) = described_postings(markup(posting(hiringOrganization=organization)))
    assert found.whose(ACME) is whose


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "@type", "name"]), inner),
    max_leaves=8,
)


@given(_json, _json, _json)
def test_whatever_a_posting_says_it_can_be_read(organization: object, url: object, identifier: object) -> None:
    about = posting(hiringOrganization=organization, url=url, identifier=identifier)
    for found in described_postings(markup(about)):
        assert isinstance(found.whose(ACME), Whose)
