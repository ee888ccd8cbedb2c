"""Boards that no page names: how they may be spelt, and what proves them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ats_core.discovery.evidence import PageRole, SeenPage, guessed
from ats_core.discovery.guesses import Vouched, spellings, vouched
from ats_core.discovery.judgement import candidates, judge, worth_asking
from ats_core.discovery.likeness import CompanyNames
from ats_core.domain.board import Board, BoardProbe, ProviderName
from ats_core.domain.company import Company, ListedCompany

BOARD = Board(ProviderName("small"), "", "acmerobotics")
PAGE = SeenPage(url="https://acme-robotics.example/careers", role=PageRole.CAREERS, is_own=True)


def named(name: str, site: str) -> CompanyNames:
    return CompanyNames.of(Company.first_met(ListedCompany.of(name, site), datetime(2026, 7, 1, tzinfo=UTC)))


ROBOTICS, ATLAS = named("Acme Robotics, S.L.", "acme-robotics.example"), named("Atlas", "atlas.example")


def says(**fields: Any) -> BoardProbe:
    return BoardProbe(board=BOARD, exists=True, **fields)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (ROBOTICS, ("acme-robotics", "acmerobotics")),
        (named("Acme Robotics", "https://acme.example"), ("acme", "acmerobotics", "acme-robotics")),
        (named("Ácme & Söhne GmbH", "soehne.example"), ("soehne", "acmeandsohne", "acme-and-sohne")),
        (named("HP", "hp.example"), ()),
    ],
)
def test_a_slug_may_be_spelt_as_the_domain_or_as_the_name(names: CompanyNames, expected: tuple[str, ...]) -> None:
    assert spellings(names) == expected


@pytest.mark.parametrize(
    ("probe", "names", "expected"),
    [
        (says(), ROBOTICS, Vouched.NO),
        (says(company_name="Acme Robotics Inc."), ROBOTICS, Vouched.DISTINCTLY_NAMED),
        (says(company_name="Acme"), ROBOTICS, Vouched.NO),
        (says(company_name="Initech"), ROBOTICS, Vouched.NO),
        (says(company_name="Acme Robotics", company_url="https://other.example"), ROBOTICS, Vouched.NO),
        (says(company_url="https://www.acme-robotics.example/x"), ROBOTICS, Vouched.PROVED),
        (says(company_name="Initech", posting_ids=frozenset({"1"})), ROBOTICS, Vouched.PROVED),
        (says(company_name="Atlas"), ATLAS, Vouched.NAMED),
        (says(company_name="Atlas", company_url="https://atlas.example"), ATLAS, Vouched.PROVED),
    ],
)
def test_only_what_the_vendor_says_proves_a_guess(probe: BoardProbe, names: CompanyNames, expected: Vouched) -> None:
    assert vouched(probe, names, shows_postings=False) is expected


def test_a_board_that_has_none_of_the_postings_that_the_site_shows_is_another() -> None:
    assert vouched(says(company_name="Acme Robotics"), ROBOTICS, shows_postings=True) is Vouched.NO


@pytest.mark.parametrize(
    ("is_hinted", "names", "probe", "expected"),
    [
        (False, ROBOTICS, says(company_name="Acme Robotics"), "sure"),
        (False, ROBOTICS, says(), "no"),
        (False, ATLAS, says(company_name="Atlas"), "no"),
        (False, ATLAS, says(company_url="https://atlas.example"), "sure"),
        (True, ATLAS, says(company_name="Atlas"), "unsure"),
        (True, ATLAS, says(posting_ids=frozenset({"1"})), "sure"),
        (True, ATLAS, says(), "no"),
    ],
)
def test_a_guess_is_taken_when_it_is_proved_and_a_name_that_many_have_proves_nothing(
    is_hinted: bool, names: CompanyNames, probe: BoardProbe, expected: str
) -> None:
    found = candidates([guessed(PAGE, BOARD, frozenset(), is_hinted=is_hinted)], names)
    (verdict,) = judge(found, {BOARD: probe}, names)
    assert ("sure" if verdict.is_sure else "unsure" if verdict.is_unsure else "no") == expected
    assert verdict.evidence.kind.value == ("parameter" if is_hinted else "guess")
    assert worth_asking(found, finally_=True) == ()
