"""Which of the links that a list gives of a company is its website, and which the way to its jobs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from attrs import frozen

from ats_adapters.directories.words import key_of, words_of
from ats_core.discovery.careers import is_careers_text, is_careers_url
from ats_core.domain.identity import (
    is_ats_host,
    is_publishing_host,
    is_shared_host,
    registrable_domain,
    website_url,
)

__all__ = ["Found", "Link", "is_label", "is_website_label", "says_which_link", "told_apart"]

_WEBSITE_LABELS = frozenset(
    words_of(
        """
        website, web, site, home, homepage, home page, web site, webpage, web page, url, link, here, visit,
        visit website, visit site, go to website, official website, official site, company website, company site, www,
        domain
        sitio web, sitio, pagina web, pagina, web oficial, visitar web, visitar sitio web, ver web, ir a la web, enlace
        pagina corporativa, visita la web, visita su web, visitar la web, accede a la web, web corporativa
        lloc web, pagina web, web de l empresa, visita el web, enllac, visita la pagina
        site web, webseite, sito web, sito, site oficial
        """
    )
)
# What a link is called that leads neither to a website nor to jobs, and is no company's name.
_OTHER_LABELS = frozenset(
    words_of(
        """
        linkedin, twitter, x, facebook, instagram, youtube, github, gitlab, crunchbase, glassdoor, medium, blog,
        tech blog, engineering blog, news, press, email, e mail, mail, contact, contacto, telephone, phone, telefono,
        map, location, wikipedia, app store, google play, android, ios, docs, source, reddit, discord, telegram,
        angellist, wellfound, xing, tiktok, handbook, interview, review, reviews, video, more, read more, more info,
        info, description, city, country, stack, remote, headquarters, hq, ubicacion, ciudad, pais, descripcion, sector,
        apply, apply now, apply here, tags, notes, process, interview process, technologies, tech stack
        """
    )
)
_NO_PAGE = ("mailto:", "tel:", "javascript:", "data:", "sms:", "whatsapp:")
_ROOT_LABELS = ("www", "")


@frozen
class Link:
    """A link of a list: where it leads, and what it is called there (a column's name, a link's text, a label)."""

    url: str
    text: str = ""


@frozen
class Found:
    """What a company's links say: empty where they do not."""

    website: str = ""
    careers: str = ""


@lru_cache(maxsize=4096)
def is_website_label(text: str) -> bool:
    """Whether *text* says no more than "here is the website"; a sign alone ("🔗") says that, too."""
    return key_of(text) in _WEBSITE_LABELS or not any(character.isalnum() for character in text)


def says_which_link(text: str) -> bool:
    """Whether *text* says "the website" or "the jobs", and cannot be a company's name as "GitHub" can."""
    return is_website_label(text) or is_careers_text(text)


def is_label(text: str) -> bool:
    """Whether *text* says what a link leads to, and names nobody."""
    return says_which_link(text) or key_of(text) in _OTHER_LABELS


def told_apart(links: Iterable[Link], *, own_domain: str | None = None) -> Found:
    """The website and the careers link among *links*; of several, the first, one that is called so before others.

    A board at an ATS, and what is called or looks like a careers page, is the careers link; where only that is given
    and it stands on a domain of the company's own, the website follows from it. A social network, an app store, a
    shortener, an ATS and *own_domain*, the list's own, are never a website.
    """
    websites: list[tuple[int, str]] = []
    careers: list[tuple[int, str]] = []
    for link in links:
        url = website_url(link.url) if not link.url.lower().startswith(_NO_PAGE) else None
        domain = registrable_domain(url) if url is not None else None
        if url is None or (domain is not None and domain == own_domain):
            continue
        called_careers = is_careers_text(link.text)
        if is_ats_host(url):
            if _is_below_the_root(url):
                careers.append((0, url))
        elif called_careers or is_careers_url(url):
            if not is_shared_host(url) or is_publishing_host(url):
                careers.append((1 if called_careers else 2, url))
        elif not is_shared_host(url) and key_of(link.text) not in _OTHER_LABELS:
            websites.append((0 if link.text and is_website_label(link.text) else 1, url))
    found_careers = min(careers, default=(0, ""), key=lambda c: c[0])[1]
    website = min(websites, default=(0, ""), key=lambda w: w[0])[1]
    return Found(website or _site_of(careers), found_careers)


def _is_below_the_root(url: str) -> bool:
    """Whether the URL may name a board: the vendor's own front page does not."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(parts.path.strip("/") or parts.query) or (host.count(".") > 1 and not host.startswith("www."))


def _site_of(careers: Iterable[tuple[int, str]]) -> str:
    """The front page of the site of a careers page: `https://acme.example/` of `https://jobs.acme.example/it`."""
    for _, url in careers:
        if is_shared_host(url):
            continue
        parts = urlsplit(url)
        host = parts.hostname or ""
        domain = registrable_domain(url) or host
        front = host if host.removesuffix(domain).rstrip(".") in _ROOT_LABELS else domain
        return f"{parts.scheme}://{front}{f':{parts.port}' if parts.port else ''}/"
    return ""
