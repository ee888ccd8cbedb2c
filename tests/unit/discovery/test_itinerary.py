"""Which pages of a site are read, in which order."""

from __future__ import annotations

import pytest

from ats_core.discovery.evidence import PageRole
from ats_core.discovery.itinerary import Itinerary, Step
from ats_core.discovery.page import read_page

SITE = "https://acme.example"


def see(
    itinerary: Itinerary, step: Step, markup: str, *, at: str | None = None, known: tuple[str, ...] = ()
) -> PageRole:
    url = at or step.url
    role = itinerary.arrived(step, url)
    itinerary.saw(step, url, role, read_page(url, markup).links, known=known)
    return role


def following(itinerary: Itinerary) -> list[str]:
    urls = []
    while (step := itinerary.next()) is not None:
        urls.append(step.url)
    return urls


def started(website: str) -> tuple[Itinerary, Step]:
    itinerary = Itinerary(website)
    step = itinerary.next()
    assert step is not None
    return itinerary, step


def test_the_website_comes_first_then_the_plainest_link_then_the_others() -> None:
    itinerary, home = started(f"{SITE}/")
    assert (home.url, home.role) == (f"{SITE}/", PageRole.HOME)
    see(
        itinerary,
        home,
        "<a href='/about/working'>Jobs and life at our place</a> <a href='/careers'>Careers</a> <a href='/faq'>FAQ",
    )
    assert following(itinerary) == [f"{SITE}/careers", f"{SITE}/about/working"]


def test_a_website_that_is_not_the_front_page_is_followed_by_it() -> None:
    itinerary, careers = started(f"{SITE}/careers")
    assert careers.role is PageRole.CAREERS
    see(itinerary, careers, "")
    assert following(itinerary) == [f"{SITE}/"]


def test_a_website_in_a_blog_is_no_careers_page() -> None:
    _, step = started(f"{SITE}/blog/how-we-hire")
    assert step.role is PageRole.OTHER


def test_no_page_is_read_twice_however_it_is_written() -> None:
    itinerary, home = started(f"{SITE}/")
    see(
        itinerary,
        home,
        "<a href='http://www.acme.example/careers/'>Careers</a><a href='/careers#open'>Jobs</a><a href='/'>Jobs</a>",
    )
    assert len(following(itinerary)) == 1


def test_two_links_further_is_far_enough() -> None:
    itinerary, home = started(f"{SITE}/")
    see(itinerary, home, "<a href='/careers'>Careers</a>")
    first = itinerary.next()
    assert first is not None
    see(itinerary, first, "<a href='/careers/openings'>Open positions</a>")
    second = itinerary.next()
    assert second is not None
    see(itinerary, second, "<a href='/careers/openings/1'>Apply</a>")
    assert following(itinerary) == []


def test_links_that_are_boards_are_not_followed() -> None:
    itinerary, home = started(f"{SITE}/")
    see(itinerary, home, "<a href='https://v.example/acme'>Careers</a>", known=("https://v.example/acme",))
    assert following(itinerary) == []


def test_a_careers_link_that_leads_to_the_front_page_makes_it_no_careers_page() -> None:
    itinerary, home = started(f"{SITE}/")
    see(itinerary, home, "<a href='/careers'>Careers</a>")
    step = itinerary.next()
    assert step is not None
    assert step.role is PageRole.CAREERS
    assert see(itinerary, step, "", at=f"{SITE}/") is PageRole.HOME


def test_guesses_are_made_once_on_the_host_where_the_website_really_stands() -> None:
    itinerary, home = started(f"{SITE}/")
    see(itinerary, home, "<a href='/who'>About us</a>", at="https://www.acme.test/en/")
    itinerary.guess()
    assert following(itinerary) == [
        "https://www.acme.test/careers",
        "https://www.acme.test/jobs",
        "https://www.acme.test/empleo",
        "https://www.acme.test/trabaja-con-nosotros",
    ]
    itinerary.guess("de")
    assert following(itinerary) == []


def test_where_the_site_writes_about_itself_is_read_once() -> None:
    itinerary, home = started(f"{SITE}/")
    see(itinerary, home, "<a href='/who'>About us</a>")
    itinerary.read_about()
    itinerary.read_about()
    assert following(itinerary) == [f"{SITE}/who"]


def test_what_the_lists_give_as_careers_page_is_read_first_and_no_more_than_two_of_them() -> None:
    itinerary = Itinerary(f"{SITE}/", [f"{SITE}/team/{n}" for n in range(4)])
    assert following(itinerary) == [f"{SITE}/team/0", f"{SITE}/team/1", f"{SITE}/"]


def test_a_careers_page_alone_is_enough_to_begin_with() -> None:
    itinerary = Itinerary(None, [f"{SITE}/join"])
    step = itinerary.next()
    assert step is not None
    assert (step.url, step.role, itinerary.next()) == (f"{SITE}/join", PageRole.CAREERS, None)


@pytest.mark.parametrize(
    ("website", "other"),
    [
        ("https://acme.example/", "http://www.acme.example/"),
        ("http://www.acme.example/", "https://acme.example/"),
        ("https://www.acme.example/es?a=1", "http://acme.example/es?a=1"),
    ],
)
def test_a_website_that_does_not_answer_is_tried_in_one_other_spelling(website: str, other: str) -> None:
    itinerary = Itinerary(website)
    first = itinerary.next()
    assert first is not None
    assert itinerary.unanswered(first)
    second = itinerary.next()
    assert second is not None
    assert (second.url, second.stands_for) == (other, website)
    assert not itinerary.unanswered(second)
    assert itinerary.next() is None


@pytest.mark.parametrize("website", ["https://acme.example:8443/", "https://192.0.2.7/"])
def test_a_port_or_an_address_has_no_other_spelling(website: str) -> None:
    itinerary = Itinerary(website)
    step = itinerary.next()
    assert step is not None
    assert not itinerary.unanswered(step)


def test_a_guess_that_leads_elsewhere_is_no_careers_page() -> None:
    itinerary, home = started(f"{SITE}/")
    see(itinerary, home, "")
    itinerary.guess()
    step = itinerary.next()
    assert step is not None
    assert itinerary.arrived(step, f"{SITE}/not-found") is PageRole.HOME
