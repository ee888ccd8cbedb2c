"""What a page refers to, however it is written, and that no page costs more than its length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.discovery.page import MAX_REFERENCES, Reference, ReferenceKind, read_page

PAGE = "https://acme.example/about/us.html"
BOARD = "https://boards.example/acme"


def kinds(markup: str, url: str = PAGE) -> list[tuple[ReferenceKind, str]]:
    return [(r.kind, r.url) for r in read_page(url, markup).references]


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        (f'<a href="{BOARD}">Jobs</a>', ReferenceKind.LINK),
        (f"<A HREF = '{BOARD}'>Jobs", ReferenceKind.LINK),
        (f"<a class=x href={BOARD}>Jobs</a>", ReferenceKind.LINK),
        (f'<map><area href="{BOARD}"></map>', ReferenceKind.LINK),
        (f'<iframe id="x" src="{BOARD}"></iframe>', ReferenceKind.IFRAME),
        (f'<iframe src="{BOARD}"/> <p>the frame is not closed', ReferenceKind.IFRAME),
        (f'<iframe data-src="{BOARD}" loading="lazy"></iframe>', ReferenceKind.IFRAME),
        (f'<script async src="{BOARD}"></script>', ReferenceKind.SCRIPT),
        (f'<form method="post" action="{BOARD}">', ReferenceKind.FORM),
        (f"<meta http-equiv='Refresh' content=\"0; URL='{BOARD}'\">", ReferenceKind.REFRESH),
        (f'<meta http-equiv="refresh" content="3;url={BOARD}">', ReferenceKind.REFRESH),
        (f"<p>Apply at {BOARD}.</p>", ReferenceKind.TEXT),
        (f'<script>const board = "{BOARD}";</script>', ReferenceKind.TEXT),
        (r'<script>{"url":"https:\/\/boards.example\/acme"}</script>', ReferenceKind.TEXT),
        (r'<script>{"url":"https:\u002F\u002Fboards.example\u002Facme"}</script>', ReferenceKind.TEXT),
        (r'<script>x = "{\"url\":\"https:\\/\\/boards.example\\/acme\"}"</script>', ReferenceKind.TEXT),
        ('<div data-props="{&quot;url&quot;:&quot;https://boards.example/acme&quot;}">', ReferenceKind.TEXT),
        ("<script>load('//boards.example/acme')</script>", ReferenceKind.TEXT),
        (f"<noscript><iframe src='{BOARD}'></iframe></noscript>", ReferenceKind.IFRAME),
        (f"<template><a href='{BOARD}'>Jobs</a></template>", ReferenceKind.LINK),
        (f"<textarea><a href='{BOARD}'>", ReferenceKind.LINK),
    ],
)
def test_a_url_is_found_wherever_it_stands(markup: str, kind: ReferenceKind) -> None:
    assert kinds(f"<html><body><main>{markup}</main></body></html>") == [(kind, BOARD)]


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/careers", "https://acme.example/careers"),
        ("careers", "https://acme.example/about/careers"),
        ("../jobs/?a=1&amp;b=2#open", "https://acme.example/jobs/?a=1&b=2"),
        ("//jobs.acme.example/x", "https://jobs.acme.example/x"),
        ("  https://acme.example/careers\n", "https://acme.example/careers"),
    ],
)
def test_addresses_become_absolute_and_lose_their_fragment(href: str, expected: str) -> None:
    assert kinds(f'<a href="{href}">x</a>')[0] == (ReferenceKind.LINK, expected)


def test_a_base_element_moves_relative_addresses() -> None:
    markup = '<base href="/es/"><a href="empleo">Empleo</a>'
    assert kinds(markup)[0] == (ReferenceKind.LINK, "https://acme.example/es/empleo")


@pytest.mark.parametrize(
    "href",
    [
        "#top",
        "",
        "mailto:jobs@acme.example",
        "tel:+34600",
        "javascript:go()",
        "ftp://acme.example/x",
        "http://[",
        "data:x",
    ],
)
def test_what_no_page_stands_behind_is_left_out(href: str) -> None:
    assert kinds(f'<a href="{href}">Jobs</a>') == []


def test_what_is_commented_out_is_not_shown() -> None:
    assert kinds(f'<!-- <a href="{BOARD}">old jobs</a> --> <!-- never closed <a href="{BOARD}">') == []


def test_the_text_of_a_link_is_all_that_stands_in_it() -> None:
    markup = '<a href="/x"><span>Open\n <b>roles</b></span> <img alt="(3)"></a>'
    markup += '<a href="/y" aria-label="Jobs"><svg></svg></a>'
    assert read_page(PAGE, markup).links == (
        Reference(ReferenceKind.LINK, "https://acme.example/x", "Open roles (3)"),
        Reference(ReferenceKind.LINK, "https://acme.example/y", "Jobs"),
    )


def test_an_attribute_that_looks_like_another_is_not_taken_for_it() -> None:
    markup = """<a onclick="location.href='/wrong'" data-x='href="/wrong"' href="/right">x</a>"""
    assert kinds(markup) == [(ReferenceKind.LINK, "https://acme.example/right")]


def test_a_page_with_more_references_than_any_careers_page_is_read_in_part() -> None:
    markup = "".join(f"<a href='/p{n}'>x</a>" for n in range(3 * MAX_REFERENCES))
    assert len(read_page(PAGE, markup).references) == MAX_REFERENCES


def test_of_a_page_with_more_tags_than_any_careers_page_the_rest_is_text() -> None:
    assert kinds("<p>" * 100_001 + f"<a href='{BOARD}'>Jobs</a>") == [(ReferenceKind.TEXT, BOARD)]


# Each of these makes a tree builder, or a careless pattern, quadratic: it would take minutes to hours.
@pytest.mark.parametrize(
    "piece",
    [
        "<div>", "<b>", "<a href=/x>", "<ul><li>", "<a><b><i></a></b></i>", "<a b=1 ", "<p title='", '<a x="', "<!--",
        "<",
        "\\", "&amp", "//", "http://", "= ", "<script>", "<svg><a href=/x>", "<table><tr><td>", "<form action=/x>",
        "\x00",
    ],
)  # fmt: skip
def test_hostile_markup_costs_no_more_than_its_length(piece: str) -> None:
    body = f'<a href="{BOARD}">Jobs</a>' + piece * (1_000_000 // len(piece))
    assert BOARD in {reference.url for reference in read_page(PAGE, body).references}


def test_a_tag_of_a_hundred_thousand_attributes_is_passed() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(100_000))
    assert kinds(f'<a x=">" {attributes} href="/x">y</a><a href="{BOARD}">Jobs</a>')[-1] == (ReferenceKind.LINK, BOARD)


@given(st.text(alphabet=st.sampled_from("<>/ab=\"' \\&;:!-#\n\x00é"), max_size=300))
def test_reading_never_fails_and_says_the_same_twice(markup: str) -> None:
    assert read_page(PAGE, markup) == read_page(PAGE, markup)
    for reference in read_page(PAGE, markup).references:
        assert reference.url.startswith(("http://", "https://"))


def test_a_url_inside_another_is_found() -> None:
    markup = '<a href="/out?to=https%3A%2F%2Fboards.example%2Facme&amp;x=1">Jobs</a>'
    assert kinds(markup)[-1] == (ReferenceKind.TEXT, BOARD)
