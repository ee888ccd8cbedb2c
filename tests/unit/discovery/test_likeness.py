"""Whether two names may mean one company."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.discovery.likeness import CompanyNames, Likeness
from ats_core.domain.company import Company, ListedCompany

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def names(name: str, website: str = "") -> CompanyNames:
    return CompanyNames.of(Company.first_met(ListedCompany.of(name, website), NOW))


@pytest.mark.parametrize(
    ("name", "website", "text"),
    [
        ("Acme", "", "acme"),
        ("Acme Robotics, S.L.", "", "acmerobotics"),
        ("Acme Robotics", "", "acme-robotics"),
        ("Ácme", "", "ACME"),
        ("Acme", "", "acmehq"),
        ("Acme", "", "acme-careers"),
        ("Acme", "", "acme2"),
        ("Acme", "", "getacme"),
        ("Acme", "", "Acme Technologies, Inc."),
        ("Acme Solutions", "", "acme"),
        ("Something Else", "https://www.acme.co.uk", "acme"),
        ("Normal Computing", "", "Normal%20Computing%20AI"),
        ("Monedario", "", "monedario-tech"),
    ],
)
def test_a_name_but_for_added_words_is_the_same(name: str, website: str, text: str) -> None:
    assert names(name, website).likeness(text) is Likeness.SAME


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Acme Robotics", "acme"),
        ("Acme", "Acme Robotics"),
        ("Bodega Blanca Serena", "bbs"),
        ("Quayledger", "quayledgertradefinance"),
        ("Acme Labs", "acme group"),
    ],
)
def test_a_part_of_a_name_is_alike(name: str, text: str) -> None:
    assert names(name).likeness(text) is Likeness.PART


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Acme", "initech"),
        ("Acme", "acne"),
        ("Nova Health", "Nova Energy"),
        ("AB", "abacus"),
        ("Go", "google"),
        ("Acme", "!!"),
    ],
)
def test_other_names_are_not_alike(name: str, text: str) -> None:
    assert names(name).likeness(text) is Likeness.NONE


def test_a_site_is_own_on_the_own_domain_or_one_that_bears_the_name() -> None:
    acme = names("Acme", "https://acme.example")
    for url in (
        "https://www.acme.example/x",
        "https://jobs.acme.example",
        "https://acme-careers.test/",
        "https://acme.test",
    ):
        assert acme.is_own(url)
    for url in (
        "https://initech.example",
        "https://www.linkedin.com/company/acme",
        "https://127.0.0.1/acme",
        "nonsense",
    ):
        assert not acme.is_own(url)


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_comparing_never_fails_and_a_name_is_like_itself(text: str, name: str) -> None:
    try:
        listed = ListedCompany.of(name, "")
    except ValueError:
        return
    own = CompanyNames.of(Company.first_met(listed, NOW))
    own.likeness(text)
    assert own.likeness(listed.name) is Likeness.SAME
