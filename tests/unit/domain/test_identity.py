"""Names and web addresses in the form in which they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("Acme GmbH & Co. KG", "acme"),
        ("Acme AG & Co. KGaA", "acme"),
        ("Acme S.A. de C.V.", "acme"),
        ("Acme A/S", "acme"),
        ("Acme S/A", "acme"),
        ("Acme Sp. z o.o.", "acme"),
        ("Acme spółka z o.o.", "acme"),
        ("Acme, S. Coop.", "acme"),
        ("Acme S L U", "acme"),
        ("Acme S.L. Unipersonal", "acme"),
        ("Acme, Sociedad de Responsabilidad Limitada", "acme"),
        ("Acme Unipessoal, Lda.", "acme"),
        ("Acme UG (haftungsbeschränkt)", "acme"),
        ("Acme Pvt. Ltd.", "acme"),
        ("Acme S.p.A.", "acme"),
        ("Acme OÜ", "acme"),
        ("Banco de Ácme, S.A.", "banco de acme"),
        ("Acme S.à r.l.", "acme"),
        ("Acme Sàrl", "acme"),
        ("Acme, S.C.C.L.", "acme"),
        ("Acme Limited Liability Company", "acme"),
    ],
)
def test_a_company_has_one_name_however_it_is_written(one: str, other: str) -> None:
    assert normalized_name(one) == normalized_name(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Яндекс Go", "Такси Go"),
        ("株式会社ABC", "有限会社ABC"),
        ("Acme SL", "Acme SL Labs"),
        ("SAS Institute", "Institute"),
        ("Ben & Co.", "Ben"),
    ],
)
def test_names_that_differ_in_any_script_stay_apart(one: str, other: str) -> None:
    assert normalized_name(one) != normalized_name(other)


@pytest.mark.parametrize(("name", "stays"), [("S.A.", "sa"), ("S A", "s a"), ("Co. Ltd.", "co"), ("A/S", "a s")])
def test_a_name_that_is_only_a_legal_form_stays(name: str, stays: str) -> None:
    assert normalized_name(name) == stays


FORMS = ("S.L.", "SL", "S.A.", "GmbH", "& Co. KG", "A/S", "Sp. z o.o.", "S. Coop.", "Inc.", "de C.V.", "Ltd")
some_words = st.sampled_from(["Acme", "Norte", "Banco de", "É", "of", "ß", "ﬁ", "™", "ı", "42"])


@given(st.text(max_size=20) | st.lists(some_words | st.sampled_from(FORMS), max_size=6).map(" ".join))
def test_a_name_in_comparable_form_stays_as_it_is(name: str) -> None:
    assert normalized_name(normalized_name(name)) == normalized_name(name)


@given(words=st.lists(some_words, min_size=1, max_size=3).map(" ".join), forms=st.permutations(FORMS[:4]))
def test_the_order_of_legal_forms_does_not_matter(words: str, forms: list[str]) -> None:
    plain = normalized_name(words)
    assert normalized_name(" ".join([words, *forms])) == (plain or normalized_name(forms[0]))


@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=5).map(" ".join))
def test_legal_forms_alone_leave_something(name: str) -> None:
    assert normalized_name(name)


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
        ("https://boards.greenhouse.io/acme", None),
        ("https://www.greenhouse.io/careers", "greenhouse.io"),
        ("https://factorialhr.com/", "factorialhr.com"),
        ("https://acme.factorialhr.com/", None),
        ("https://join.com/companies/acme", None),
        ("https://www.müller.example/", "xn--mller-kva.example"),
        ("http://127.0.0.1/", None),
        ("https://co.uk/", None),
        ("https://acme.wordpress.com/", "acme.wordpress.com"),
        ("https://www.acme.wordpress.com/", "acme.wordpress.com"),
        ("https://acme.wixsite.com/web", "acme.wixsite.com"),
        ("https://acme.jimdofree.com/", "acme.jimdofree.com"),
        ("https://acme.weebly.com/", "acme.weebly.com"),
        ("https://acme.negocio.site/", "acme.negocio.site"),
        ("https://wordpress.com/", "wordpress.com"),
        ("https://www.wordpress.com/go", "wordpress.com"),
        ("https://careers.wix.com/", "wix.com"),
        ("https://www.google.es/search?q=acme", None),
        ("https://maps.google.co.uk/acme", None),
        ("https://m.me/acme", None),
    ],
)
def test_a_domain_is_what_its_owner_registered(url: str, domain: str | None) -> None:
    assert registrable_domain(url) == domain
