"""Which links look like the way to a company's jobs."""

from __future__ import annotations

import pytest

from ats_core.discovery.careers import (
    about_link,
    careers_links,
    is_about_others,
    is_careers_text,
    is_careers_title,
    is_careers_url,
    language_of_links,
    well_known_paths,
)
from ats_core.discovery.page import Reference, ReferenceKind

DOMAIN = "acme.example"


def link(path: str, text: str = "") -> Reference:
    url = path if "//" in path else f"https://www.acme.example{path}"
    return Reference(ReferenceKind.LINK, url, text)


def ranked(*links: Reference, onward: bool = False) -> list[str]:
    found = careers_links(links, domain=DOMAIN, onward=onward)
    return [c.url.removeprefix("https://www.acme.example") for c in found]


@pytest.mark.parametrize(
    "text",
    [
        "Careers", "Jobs", "We're hiring!", "Join our team", "See all open positions (12)", "Work with us →",
        "Trabaja con nosotros", "Empleo", "Únete al equipo", "Ofertas de empleo", "Trabaja en nuestro equipo",
        "Treballa amb nosaltres", "Uneix-te a l'equip", "Ofertes de feina",
        "Trabalhe conosco", "Trabalhe connosco", "Carreiras", "Vagas",
        "Carrières", "Recrutement", "Nous rejoindre", "Offres d'emploi",
        "Karriere", "Offene Stellen", "Stellenangebote", "Jobs & Karriere".replace("&", "und"),
        "Jobs & Karriere", "Careers / Vacancies", "Lavora con noi", "Posizioni aperte", "Unisciti a noi",
    ],
)  # fmt: skip
def test_the_name_of_a_careers_page_is_known_in_seven_languages(text: str) -> None:
    assert is_careers_text(text)
    assert ranked(link("/page", text)) == ["/page"]


@pytest.mark.parametrize(
    "text",
    [
        "", "Home", "Contact", "Pricing", "Our customers", "How Initech hires with us", "Jobs to be done: a framework",
        "Join our newsletter", "Ofertas", "Talent management software for banks", "Blog", "Ver más",
    ],
)  # fmt: skip
def test_other_texts_do_not_say_that_here_are_the_jobs(text: str) -> None:
    assert not is_careers_text(text)


@pytest.mark.parametrize(
    "path",
    [
        "/careers", "/jobs/", "/about/careers", "/company/jobs.html", "/es/empleo", "/trabaja-con-nosotros",
        "/ca/treballa-amb-nosaltres",
        "/trabalhe-conosco", "/nous-rejoindre", "/karriere", "/lavora-con-noi", "/join-us", "/Careers.php",
        "/%C3%BAnete",
        "https://careers.acme.example/", "https://jobs.acme.example/open",
    ],
)  # fmt: skip
def test_a_careers_page_is_known_by_its_url(path: str) -> None:
    url = link(path).url
    assert is_careers_url(url)
    assert careers_links([link(path, "→")], domain=DOMAIN)


@pytest.mark.parametrize(
    "path", ["/", "/contact", "/pricing", "/jobsite-software", "/blog/careers", "/customers/jobs", "/careersome"]
)
def test_other_urls_are_not_taken_for_careers_pages(path: str) -> None:
    assert not is_careers_url(link(path).url)


def test_a_blog_news_or_portfolio_is_about_others() -> None:
    for path in ("/blog/how-we-hire", "/news/2026/jobs", "/portfolio/initech", "/case-studies/../customers/initech"):
        assert is_about_others(link(path).url)
    assert not is_about_others(link("/careers").url)


def test_the_plainest_link_comes_first_and_each_page_once() -> None:
    links = [
        link("/blog/we-are-hiring", "We are hiring a lot this year, says our CEO"),
        link("/about/life", "Read how it is to find jobs here"),
        link("/careers", ""),
        link("/careers/", "Careers"),
        link("/contact", "Contact"),
        link("/culture", "Careers"),
    ]
    assert ranked(*links) == ["/careers/", "/culture", "/about/life"]


def test_a_link_to_the_own_site_comes_before_one_that_leaves_it() -> None:
    elsewhere = link("https://acme-group.example/careers", "Careers")
    assert ranked(elsewhere, link("/jobs", "")) == ["/jobs", "https://acme-group.example/careers"]


def test_another_site_is_followed_only_where_the_text_says_jobs() -> None:
    assert ranked(link("https://partner.example/careers", "Our partner")) == []


def test_shared_hosts_and_files_are_not_followed() -> None:
    assert ranked(link("https://www.linkedin.com/company/acme/jobs", "Jobs"), link("/careers.pdf", "Careers")) == []


def test_on_a_careers_page_the_pages_below_it_count_too() -> None:
    posting, apply = link("/careers/backend-engineer", "Backend engineer"), link("/form/77", "Apply now")
    assert ranked(posting, apply) == []
    assert set(ranked(posting, apply, onward=True)) == {"/careers/backend-engineer", "/form/77"}


def test_where_the_site_writes_about_itself_is_known() -> None:
    links = [link("/x", "Contact"), link("https://other.example/a", "About us"), link("/quienes", "Quiénes somos")]
    assert about_link(links, domain=DOMAIN) == "https://www.acme.example/quienes"
    assert about_link(links[:2], domain=DOMAIN) is None


NAMES = (("acme", "robotics"), ("acme",))


@pytest.mark.parametrize(
    "text",
    ["Work at Acme", "Trabaja en Acme Robotics, S.L.", "Treballa a Acme", "Arbeiten bei ACME", "Join Acme Robotics"],
)
def test_the_companys_own_name_says_that_it_is_its_own_jobs(text: str) -> None:
    assert is_careers_text(text, NAMES)
    assert not is_careers_text(text)


def test_another_companys_name_says_nothing() -> None:
    assert not is_careers_text("Work at Initech", NAMES)
    assert not is_careers_text("Acme", NAMES)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Open positions | Acme", True),
        ("Acme – Trabaja con nosotros", True),
        ("Acme: the shoe shop", False),
        ("", False),
    ],
)
def test_a_title_may_say_that_this_is_a_careers_page(title: str, expected: bool) -> None:
    assert is_careers_title([title], NAMES) is expected


def test_the_usual_paths_are_those_of_the_sites_language() -> None:
    assert well_known_paths("de")[0] == "/karriere"
    assert "/trabaja-con-nosotros" in well_known_paths("es")
    assert well_known_paths("xx") == well_known_paths("")
    assert {len(well_known_paths(language)) for language in ("en", "es", "ca", "pt", "fr", "de", "it", "")} == {4}


def test_what_links_are_called_tells_the_language() -> None:
    assert language_of_links([link("/a", "Start"), link("/b", "Impressum")]) == "de"
    assert language_of_links([link("/a", "Home")]) == ""
