"""Which of a company's links is its website, and which the way to its jobs."""

from __future__ import annotations

import pytest

from ats_adapters.directories.links import Found, Link, is_label, told_apart

ACME = "https://acme.example/"


@pytest.mark.parametrize(
    ("links", "website", "careers"),
    [
        (["https://acme.example"], ACME, ""),
        (["https://acme.example/careers"], ACME, "https://acme.example/careers"),
        (["https://www.acme.example/empleo"], "https://www.acme.example/", "https://www.acme.example/empleo"),
        (["https://jobs.acme.example"], ACME, "https://jobs.acme.example/"),
        (["http://talent.acme.example:8080/it"], "http://acme.example:8080/", "http://talent.acme.example:8080/it"),
        (["https://acme.example", "https://acme.example/jobs"], ACME, "https://acme.example/jobs"),
        (["https://jobs.lever.co/acme"], "", "https://jobs.lever.co/acme"),
        (["https://acme.workable.com", "https://acme.example"], ACME, "https://acme.workable.com/"),
        (["https://acme.example/careers", "https://jobs.lever.co/acme"], ACME, "https://jobs.lever.co/acme"),
        (["https://www.lever.co"], "https://www.lever.co/", ""),
        (["https://www.smartrecruiters.com/"], "", ""),
        (["https://www.linkedin.com/company/acme/jobs"], "", ""),
        (["https://github.com/acme"], "", ""),
        (["https://github.com/acme/hiring"], "", "https://github.com/acme/hiring"),
        (["https://acme.notion.site/careers"], "", "https://acme.notion.site/careers"),
        (["https://apps.apple.com/app/acme", "https://play.google.com/store/apps"], "", ""),
        (["https://bit.ly/acme", "https://linktr.ee/acme", "https://t.co/x"], "", ""),
        (["https://hub.example/startup/acme"], "", ""),
        (["https://acme.example/blog/careers-at-acme"], "https://acme.example/blog/careers-at-acme", ""),
        (["mailto:jobs@acme.example", "not a url", ""], "", ""),
        (["http://127.0.0.1/careers"], "http://127.0.0.1/", "http://127.0.0.1/careers"),
    ],
)  # fmt: skip
def test_links_are_told_apart_by_where_they_lead(links: list[str], website: str, careers: str) -> None:
    assert told_apart([Link(url) for url in links], own_domain="hub.example") == Found(website, careers)


def test_what_a_link_is_called_counts_before_where_it_stands() -> None:
    links = [
        Link("https://press.example/acme"),
        Link("https://acme.example", "Sitio web"),
        Link("https://x.example/p", "Jobs"),
    ]
    assert told_apart(links) == Found(ACME, "https://x.example/p")


def test_a_link_that_is_called_a_social_network_is_no_website() -> None:
    assert told_apart([Link("https://social.example/acme", "Twitter"), Link("https://acme.example")]) == Found(ACME, "")


@pytest.mark.parametrize("text", ["Website", "🔗", "Trabaja con nosotros", "GitHub", "pàgina web", "Careers"])
def test_labels_name_nobody(text: str) -> None:
    assert is_label(text)


@pytest.mark.parametrize("text", ["Acme", "Яндекс", "株式会社", "3M"])
def test_names_are_no_labels(text: str) -> None:
    assert not is_label(text)
