"""What vendors' adapters are shown of a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.discovery.page import read_page
from ats_core.discovery.scripts import headings, inline_scripts, language_of, unescaped, visible_text
from ats_core.discovery.shown import shown_page
from ats_core.domain.signs import ShownPage

URL = "https://jobs.acme.example/list?gh_jid=1"


def shown(markup: str) -> ShownPage:
    return shown_page(URL, read_page(URL, markup))


def test_ids_classes_and_data_attributes_are_marks() -> None:
    page = shown("<div ID=grnhse_app class='a B'  data-Pinpoint = \"job-board\"><p data-x></p></div>")
    assert page.marks == {"grnhse_app", "a", "b", "data-pinpoint", "data-x"}


@pytest.mark.parametrize(
    "markup",
    [
        "<script>load({name: 'acme'})</script>",
        r"<script>JSON.parse('{\"name\": \"acme\"}')</script>",
        r"<script type='application/json'>{\u0022name\u0022:\u0022acme\u0022}</script>",
        "<div data-board='{&quot;name&quot;:&quot;acme&quot;}'>",
        '<div data-name="acme">',
    ],
)
def test_what_scripts_and_attributes_say_is_read_without_escapes(markup: str) -> None:
    assert any(
        said in shown(markup).scripts for said in ("name: 'acme'", '"name": "acme"', '"name":"acme"', 'name="acme"')
    )


def test_what_is_commented_out_or_a_template_says_nothing() -> None:
    page = shown("<!-- <div id=x data-y='z'><script>w</script> --><script type='text/template'>v</script>")
    assert (page.marks, page.scripts) == (frozenset(), "")


def test_the_pages_own_address_and_all_that_it_refers_to_are_told() -> None:
    page = shown(
        "<a href='/p?gh_jid=2&x=1#f'>x</a><link href='https://cdn.vendor.example/a.css'><a href='/p?agh_jid=3'>"
    )
    assert page.host == "jobs.acme.example"
    assert page.hosts == {"jobs.acme.example", "cdn.vendor.example"}
    assert page.parameters("gh_jid") == ((URL, "1"), ("https://jobs.acme.example/p?gh_jid=2&x=1", "2"))


def test_a_page_says_its_language_its_headings_and_what_a_reader_sees() -> None:
    head = "<HTML class=x LANG='es-ES'><title>Empleo | Acme</title><style>a{}</style>"
    markup = f"{head}<h1>Únete <b>ya</b></h1><script>s</script>"
    assert language_of(markup) == "es"
    assert language_of("<p lang=de>") == ""
    assert [" ".join(text.split()) for text in headings(markup)] == ["Empleo | Acme", "Únete ya"]
    assert visible_text(markup + "&amp; https://v.example/initech").split() == [
        "Empleo",
        "|",
        "Acme",
        "Únete",
        "ya",
        "&",
    ]


@given(st.text(alphabet="<>/scriptyle =\"'\\u0&;\n"))
def test_taking_a_page_apart_never_fails(markup: str) -> None:
    page = shown(markup)
    assert isinstance(page.scripts, str)
    assert all(text.strip() for _, text in inline_scripts(markup))
    assert len(unescaped(visible_text(markup))) <= 3 * len(markup) + 1


@pytest.mark.parametrize(
    "piece",
    [
        "<script",
        "<script>",
        "<style>",
        "<title>",
        "<h1>a<b",
        "\\",
        " data-a='",
        " data-a",
        "id=   ",
        "<html lang",
        "&",
        "<",
    ],
)
def test_no_page_costs_more_than_its_length(piece: str) -> None:
    page = shown(piece * (300_000 // len(piece)))
    assert len(page.marks) <= 20_000
    assert len(page.scripts) <= 300_000
