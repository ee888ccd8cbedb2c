"""Names and web addresses in the form in which they are compared."""

from __future__ import annotations

import pytest

from ats_core.domain.identity import normalized_name, registrable_domain, website_url


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ácme Soluciones, S.L.", "ACME SOLUCIONES SL"),
        ("Acme S. L.", "Acme"),
        ("A.B.C. S.L.", "ABC, SL"),
        ("Grupo A.B.C.", "Grupo ABC"),
        ("J. P. Norte", "JP Norte"),
        ("Ørsted A.S.", "Orsted"),
        ("Łódź Soft", "Lodz Soft"),
        ("Acme™ Iberia®", "Acme Iberia"),
        ("𝐀cme", "ACME"),
        ("Straße & Söhne GmbH", "Strasse and Sohne"),
        ("Acme\u00a0–\u200bIberia", "Acme - Iberia"),
    ],
)
def test_a_company_has_one_name_however_it_is_written(one: str, other: str) -> None:
    assert normalized_name(one) == normalized_name(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("Яндекс Go", "Такси Go"), ("株式会社ABC", "有限会社ABC"), ("Acme SL", "Acme SL Labs")]
)
def test_names_that_differ_in_any_script_stay_apart(one: str, other: str) -> None:
    assert normalized_name(one) != normalized_name(other)


def test_a_name_that_is_only_a_legal_form_stays() -> None:
    assert normalized_name("S.A.") == "sa"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("acme.com/jobs#top", "https://acme.com/jobs"),
        ("HTTP://WWW.Acme.com", "http://www.acme.com/"),
        ("//acme.com?x=1", "https://acme.com/?x=1"),
        ("acme.com.:8080", "https://acme.com:8080/"),
        ("https://user:secret@acme.com/", "https://acme.com/"),
        ("acme。com", "https://acme.com/"),
        ("http://[::1]/", "http://[::1]/"),
        ("acme.com;drop", None),
        ('acme.com"><script', None),
        ("acme.com:99999", None),
        ("acme.com, acme.es", None),
        ("javascript://acme.com/%0aalert(1)", None),
        ("n/a", None),
        ("http://..", None),
    ],
)
def test_a_website_is_an_absolute_web_address_or_none(text: str, url: str | None) -> None:
    assert website_url(text) == url


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://jobs.acme.co.uk/x", "acme.co.uk"),
        ("https://acme.github.io/", "acme.github.io"),
        ("https://www.linkedin.com/company/acme", None),
        ("http://127.0.0.1/", None),
        ("https://co.uk/", None),
    ],
)
def test_a_domain_is_what_its_owner_registered(url: str, domain: str | None) -> None:
    assert registrable_domain(url) == domain
