"""Which links of a company's site look like the way to its jobs, by text, path and host, in seven languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from attrs import frozen

from ats_core.discovery.careers_words import (
    ABOUT,
    ANY_LANGUAGE,
    AT_OURS,
    CAREERS,
    CONJUNCTIONS,
    ELSEWHERE,
    FILLERS,
    LABELS_OF,
    LONGEST,
    ONWARD,
    TELLING,
    WELL_KNOWN,
    folded_words,
)
from ats_core.discovery.page import Reference
from ats_core.domain.identity import is_shared_host, normalized_name, registrable_domain

__all__ = [
    "CareersLink",
    "Names",
    "about_link",
    "careers_links",
    "careers_pages",
    "is_about_others",
    "is_careers_text",
    "is_careers_title",
    "is_careers_url",
    "language_of_links",
    "well_known_paths",
]

#: What a company is called, each name as its words.
Names = tuple[tuple[str, ...], ...]

_NO_MARKUP = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|png|jpe?g|gif|svg|webp|mp[34]|ics|xml|json|rss|css|js)$", re.I
)
_BETWEEN_TITLES = re.compile(r"\s[|·–—:-]\s|\|")
_PAGE_SUFFIX = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.I)


@frozen
class CareersLink:
    """A link worth following: the higher its *score*, the sooner. *is_own* says that it stays on the company's site."""

    url: str
    text: str
    score: int
    is_own: bool


def well_known_paths(language: str) -> tuple[str, ...]:
    """Where careers pages stand on sites in a language (`de`, or empty where it is not known), most usual first."""
    return WELL_KNOWN.get(language, ANY_LANGUAGE)


def language_of_links(links: Iterable[Reference]) -> str:
    """The language of a site (`de`) by what its links are called, empty where that says none."""
    return next((language for link in links if (language := LABELS_OF.get(folded_words(link.text)))), "")


@lru_cache(maxsize=4096)
def is_careers_text(text: str, names: Names = ()) -> bool:
    """Whether all that the text of a link says is "here are our jobs", on the site of a company of these *names*."""
    words = folded_words(text)
    told = _told(words)
    if words in CAREERS or told in CAREERS:
        return True
    if told and told[0] not in CONJUNCTIONS and all((word,) in TELLING or word in CONJUNCTIONS for word in told):
        return True  # "Jobs & Karriere"
    plain = folded_words(normalized_name(text))  # "Work at Acme, S.L." ends with no legal form
    return any(
        (rest in AT_OURS or _told(rest) in AT_OURS)
        for name in names
        if (rest := _without(plain, folded_words(" ".join(name)))) != plain
    )


def is_careers_title(titles: Iterable[str], names: Names = ()) -> bool:
    """Whether one of a page's titles or headings, or a part of one (`Open positions | Acme`), says so."""
    return any(is_careers_text(part, names) for title in titles for part in _BETWEEN_TITLES.split(title))


def is_careers_url(url: str) -> bool:
    """Whether a URL names a careers page (`/about/careers`, `jobs.acme.example`), and not a blog that mentions one."""
    return _url_score(url) >= 2


def is_about_others(url: str) -> bool:
    """Whether a URL lies in a part of a site that writes about anything: a blog, news, customers, a portfolio."""
    return _url_score(url) < 0


def careers_links(
    links: Iterable[Reference], *, domain: str | None, onward: bool = False, names: Names = ()
) -> tuple[CareersLink, ...]:
    """The links that look like careers pages, best first: own site first, then by score, then as they stand.

    *domain* is the company's registrable domain, *names* are its names. *onward*: the links stand on a careers page,
    where "Apply" and the pages below it count too. Each page is named once, with the best that any link to it says.
    """
    best: dict[str, CareersLink] = {}
    for link in links:
        if is_shared_host(link.url) or _NO_MARKUP.search(urlsplit(link.url).path):
            continue
        text_score = _text_score(link.text, onward, names)
        score = text_score + _url_score(link.url, onward=onward)
        if score < 2:
            continue
        is_own = domain is not None and registrable_domain(link.url) == domain
        if not is_own and text_score < 3:
            continue
        key = link.url.rstrip("/")
        if key not in best or best[key].score < score:
            best[key] = CareersLink(link.url, link.text, score, is_own)
    return tuple(sorted(best.values(), key=lambda c: (not c.is_own, -c.score)))


def careers_pages(urls: Iterable[str]) -> tuple[str, ...]:
    """Those of *urls* that name careers pages, the plainest first, each page once."""
    best: dict[str, tuple[int, int, str]] = {}
    for url in urls:
        path = urlsplit(url).path
        if _NO_MARKUP.search(path) or (score := _url_score(url)) < 2:
            continue
        best.setdefault(url.rstrip("/"), (-score, path.strip("/").count("/"), url))
    return tuple(url for _, _, url in sorted(best.values(), key=lambda ranked: ranked[:2]))


def about_link(links: Iterable[Reference], *, domain: str | None) -> str | None:
    """The first link to where the site writes about itself."""
    return next(
        (
            link.url
            for link in links
            if _is_about(link.text) and domain is not None and registrable_domain(link.url) == domain
        ),
        None,
    )


def _is_about(text: str) -> bool:
    words = folded_words(text)
    return words in ABOUT or _told(words) in ABOUT


def _told(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that say something."""
    return tuple(word for word in words if word not in FILLERS)


def _without(words: tuple[str, ...], name: tuple[str, ...]) -> tuple[str, ...]:
    """*words* without the first mention of a name."""
    for start in range(len(words) - len(name) + 1):
        if name and words[start : start + len(name)] == name:
            return words[:start] + words[start + len(name) :]
    return words


@lru_cache(maxsize=8192)
def _text_score(text: str, onward: bool, names: Names) -> int:
    if is_careers_text(text, names):
        return 4
    words = folded_words(text)
    if not words or len(words) > 12:
        return 0
    if onward and _told(words) in ONWARD:
        return 3
    if _runs(words) & TELLING:
        return 3 if len(words) <= 5 else 2
    return 0


def _runs(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[i:j] for i in range(len(words)) for j in range(i + 1, min(len(words), i + LONGEST) + 1)}


def _url_score(url: str, *, onward: bool = False) -> int:
    parts = urlsplit(url)
    segments = [folded_words(_PAGE_SUFFIX.sub("", unquote(s))) for s in parts.path.split("/")]
    segments = [s for s in segments if s]
    if any(len(s) == 1 and s[0] in ELSEWHERE for s in segments):
        return -3
    labels = {folded_words(label) for label in (parts.hostname or "").split(".")[:-2]}
    if labels & CAREERS and len(segments) <= 1:
        return 3
    if segments and segments[-1] in CAREERS:
        return 3
    if segments and _runs(segments[-1]) & TELLING and len(segments[-1]) <= 6:
        return 2
    if (labels & CAREERS) or any(s in CAREERS for s in segments):
        return 2 if onward else 1
    return 0
