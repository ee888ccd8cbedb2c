"""What sitemaps list of a company's careers pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.discovery.sitemap import likely_parts, listed_careers_pages, read_sitemap

DOMAIN = "acme.example"


def listed(*urls: str) -> str:
    places = "".join(f"<url><loc>{url}</loc><lastmod>2026-01-01</lastmod></url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'


@pytest.mark.parametrize(
    "text",
    [
        listed("https://acme.example/careers?a=1&amp;b=2"),
        "<urlset><url><loc>\n  <![CDATA[https://acme.example/careers?a=1&amp;b=2]]>\n</loc></url></urlset>",
        "<ns:urlset><ns:url><ns:LOC>https://acme.example/careers?a=1&amp;b=2</ns:LOC></ns:url>",
        "https://acme.example/careers?a=1&b=2\n",
    ],
)
def test_addresses_are_read_however_they_are_written(text: str) -> None:
    sitemap = read_sitemap(text)
    assert (sitemap.urls, sitemap.is_index) == (("https://acme.example/careers?a=1&b=2",), False)


def test_a_sitemap_in_parts_says_so() -> None:
    sitemap = read_sitemap("<sitemapindex><sitemap><loc>https://acme.example/pages.xml</loc></sitemap></sitemapindex>")
    assert (sitemap.urls, sitemap.is_index) == (("https://acme.example/pages.xml",), True)


def test_only_the_sites_own_careers_pages_are_worth_reading_the_plainest_first() -> None:
    urls = [
        "https://acme.example/",
        "https://acme.example/blog/careers",
        "https://acme.example/es/trabaja-con-nosotros-2026",
        "https://other.example/careers",
        "https://acme.example/careers/open-positions/engineer",
        "https://acme.example/careers.pdf",
        "https://acme.example/about/careers",
        "https://acme.example/careers/",
        "https://acme.example/careers",
    ]
    assert listed_careers_pages(urls, domain=DOMAIN) == (
        "https://acme.example/careers/",
        "https://acme.example/es/trabaja-con-nosotros-2026",
        "https://acme.example/about/careers",
    )
    assert listed_careers_pages(urls, domain=None) == ()


def test_of_a_sitemap_in_parts_those_with_pages_are_read() -> None:
    parts = [
        f"https://acme.example/{part}.xml" for part in ("post-sitemap", "product-sitemap", "local", "page-sitemap")
    ]
    assert likely_parts(parts, domain=DOMAIN) == (
        "https://acme.example/page-sitemap.xml",
        "https://acme.example/local.xml",
    )
    assert likely_parts(["https://other.example/page-sitemap.xml"], domain=DOMAIN) == ()


@given(st.text())
def test_whatever_a_sitemap_says_it_can_be_read(text: str) -> None:
    assert listed_careers_pages(read_sitemap(f"<urlset>{text}").urls, domain=DOMAIN) == ()
