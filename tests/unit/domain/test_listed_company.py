"""What a line of a list says of a company, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ats_core.domain.company import Company, ListedCompany, Resolution

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "website",
    [
        "https://www.linkedin.com/company/acme",
        "https://twitter.com/acme",
        "https://bit.ly/3acme",
        "https://apps.apple.com/es/app/acme/id1",
        "https://linktr.ee/acme",
    ],
)
def test_a_profile_elsewhere_is_no_website(website: str) -> None:
    listed = ListedCompany.of("Acme", website)
    assert (listed.website, listed.domain, listed.careers_url) == (None, None, None)


def test_a_line_with_nothing_but_a_profile_names_no_company() -> None:
    with pytest.raises(ValueError, match="neither a name nor a website of its own"):
        ListedCompany.of("", "https://www.linkedin.com/company/acme")


def test_a_vendors_board_in_place_of_a_website_is_a_careers_link_unless_the_list_gives_one() -> None:
    board = "https://boards.greenhouse.io/acme"
    assert ListedCompany.of("Acme", board) == ListedCompany(name="Acme", careers_url=board)
    listed = ListedCompany.of("Acme", board, careers_url="acme.example/jobs")
    assert (listed.website, listed.careers_url) == (None, "https://acme.example/jobs")


def test_a_page_that_a_company_publishes_on_a_shared_host_stays_its_website_and_is_no_domain() -> None:
    listed = ListedCompany.of("Acme", "https://acme.notion.site/")
    assert (listed.website, listed.domain) == ("https://acme.notion.site/", None)


def test_a_careers_link_that_is_no_web_address_is_left_out() -> None:
    assert ListedCompany.of("Acme", "", careers_url="jobs at acme").careers_url is None


def company(name: str, website: str = "", *, rejected_at: datetime | None = None) -> Company:
    made = Company.first_met(ListedCompany.of(name, website), NOW)
    return made if rejected_at is None else made.resolved(Resolution.REJECTED, rejected_at)


def test_a_row_that_absorbs_another_keeps_its_own_name_and_takes_what_it_lacks() -> None:
    kept = company("Acme", "https://acme.notion.site/").absorbing(company("Acme Group", "acme.example"), NOW)
    assert (kept.name, kept.domain, kept.website) == ("Acme", "acme.example", "https://acme.example/")
    own = company("Acme", "acme.example")
    assert own.absorbing(company("Acme", "https://acme.notion.site/"), NOW).website == own.website


def test_where_neither_row_was_decided_on_or_both_at_once_the_decision_of_the_row_that_stays_counts() -> None:
    assert company("Acme").absorbing(company("Bolt"), NOW).resolution is Resolution.PENDING
    kept = company("Acme").resolved(Resolution.ACCEPTED, NOW)
    assert kept.absorbing(company("Bolt", rejected_at=NOW), NOW).resolution is Resolution.ACCEPTED
    assert kept.absorbing(company("Bolt", rejected_at=NOW + timedelta(1)), NOW).resolution is Resolution.REJECTED
