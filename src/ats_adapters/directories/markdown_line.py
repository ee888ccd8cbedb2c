"""What one line of a Markdown list says: whose it is, and the links that it gives of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from attrs import evolve, frozen

from ats_adapters.directories.links import Link, is_label
from ats_adapters.directories.markdown_blocks import BOUNDARY, Anchor, Run
from ats_core.domain.identity import registrable_domain, website_url

__all__ = ["Line", "Says", "cell_links", "is_same_site", "read_line"]


class Says(Enum):
    """What sort of line it is."""

    COMPANY = "company"  # a name, a website, or both
    LABEL = "label"  # what a link or a word is of whoever stands above: "Website: …", "[Careers](…)"
    TEXT = "text"  # words without a link
    PROSE = "prose"  # a sentence that a link stands in
    STRUCK = "struck"  # struck through


@frozen
class Line:
    """What a line says, the name and the links that it gives. *is_telling*: it is written as a list's lines are.

    A label's name is what the first link is called, which may be a company's ("GitHub | San Francisco").
    """

    says: Says
    name: str = ""
    links: tuple[Link, ...] = ()
    is_telling: bool = False


@frozen
class _Part:
    """A link as it stands in a line: *before*, the text between it and the one before."""

    before: str
    link: Link
    struck: bool = False
    is_named: bool = True
    is_picture: bool = False


_BARE = re.compile(r"(?:https?://|www\.)[^\s<>\"'|\\^`{}\x1f]+", re.I)
_SEPARATOR = re.compile(r"\s[|–—-]+(?:\s|$)|[|·•–—\n\x1f]|:(?=\s|$)|\s[(\[]|\s?(?:->|=>|→)")
_JOINER = re.compile(r"[\s,;/&·•\x1f]*(?:\b(?:and|y|i|e|o|or)\b)?[\s\x1f]*")
_CHECKBOX = re.compile(r"^\s*\[[ xX]\]\s")
_EDGES = " \t\n\x1f*_`~|·•–—-:;,([→>"
_MAX_NAME_WORDS = 12


def read_line(runs: Sequence[Run]) -> tuple[Line, ...]:
    """What the line says; several companies where it is a row of them, as `Fintech: [Acme](…), [Bolt](…)`."""
    parts, rest = _parts(runs)
    if not parts:
        before, separated, _ = _cut(rest)
        return (Line(Says.LABEL if separated and is_label(before) else Says.TEXT, before),)
    first = parts[0]
    before, separated, beyond = _cut(first.before)
    follows = parts[1].before if len(parts) > 1 else rest
    is_telling = not follows.strip(" .") or _SEPARATOR.match(follows) is not None
    if first.struck:
        return (Line(Says.STRUCK, _name(before) or first.link.text),)
    many = _many(parts, separated and not beyond)
    if many:
        return many
    links = _labelled(parts)
    if not _says_something(before):
        if first.is_named and first.link.text:
            if len(first.link.text.split()) > _MAX_NAME_WORDS:
                return (Line(Says.PROSE, first.link.text),)
            named = Link(first.link.url)
            return (Line(Says.COMPANY, first.link.text, (named, *links[1:]), is_telling),)
        if not first.link.text:
            behind = _cut(follows)[0] if first.is_picture else ""
            return (Line(Says.COMPANY, behind, links, is_telling or bool(behind)),)
        return (Line(Says.LABEL, first.link.text if _SEPARATOR.match(follows) else "", links),)
    if separated and is_label(before):
        return (Line(Says.LABEL, "", links),)
    tells = separated or not first.is_named or not first.link.text
    if not tells or len(before.split()) > _MAX_NAME_WORDS:
        return (Line(Says.PROSE, before, links),)
    return (Line(Says.COMPANY, before, links, is_telling=True),)


def cell_links(runs: Sequence[Run], label: str = "") -> tuple[Link, ...]:
    """The links of a table's cell; *label*, its column's name, is what they are called, else their own texts."""
    parts, _ = _parts(runs)
    return tuple(Link(part.link.url, label or part.link.text) for part in parts)


def _parts(runs: Sequence[Run]) -> tuple[list[_Part], str]:
    """The links of a line that lead out of the document, and the text after the last of them."""
    parts: list[_Part] = []
    before = ""
    for run in runs:
        if isinstance(run, Anchor):
            if not _leads_out(run.url):
                before += run.text
            elif not run.text and website_url(run.url) is not None and _is_badge(run.url):
                continue
            else:
                shown = "" if _is_address(run.text) else run.text
                parts.append(
                    _Part(before, Link(run.url, shown), run.struck, not shown or not is_label(shown), not run.text)
                )
                before = ""
            continue
        at = 0
        for bare in _BARE.finditer(run):
            url = bare.group().rstrip(".,;:!?*_~)]")
            if website_url(url) is None:
                continue
            parts.append(_Part(before + run[at : bare.start()], Link(url)))
            before, at = "", bare.start() + len(url)
        before += run[at:]
    if parts:
        first = parts[0]
        parts[0] = evolve(first, before=_CHECKBOX.sub("", first.before))
    return parts, before


def _is_address(text: str) -> bool:
    """Whether a link's text is but its address; `acme.io` may be a name as well."""
    written_out = "://" in text or "/" in text or text.lower().startswith("www.")
    return written_out and website_url(text) is not None


def _leads_out(url: str) -> bool:
    return url.lower().startswith(("http://", "https://", "//", "www.")) and website_url(url) is not None


def _is_badge(url: str) -> bool:
    """Whether a link that shows a picture only is one of those that decorate documents, not a company's logo."""
    lowered = url.lower()
    return any(word in lowered for word in ("badge", "shields.io", "/actions/", "awesome.re", "travis-ci", "codecov"))


def _cut(text: str) -> tuple[str, bool, str]:
    """The name at the beginning of a text, whether a separator follows it, and what stands after that."""
    text = text.lstrip(_EDGES)
    separator = _SEPARATOR.search(text)
    if separator is None:
        return _name(text), False, ""
    return _name(text[: separator.start()]), True, text[separator.end() :].strip(_EDGES)


def _name(text: str) -> str:
    return " ".join(text.replace(BOUNDARY, " ").split()).strip(_EDGES)


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _labelled(parts: Sequence[_Part]) -> tuple[Link, ...]:
    """The links, called by their own text, or by the words before where that says nothing."""

    def labels() -> Iterator[Link]:
        for part in parts:
            words = re.split(_SEPARATOR, part.before.rstrip(_EDGES))[-1].strip(_EDGES)
            said = part.link.text
            label = said if said and (not part.is_named or not is_label(words)) else words
            yield Link(part.link.url, label)

    return tuple(labels())


def _many(parts: Sequence[_Part], after_a_heading: bool) -> tuple[Line, ...]:
    """The companies of a line that is a row of named links, parted by commas and the like; empty where it is not."""
    named = [part for part in parts if part.link.text and part.is_named]
    if len(named) < 2 or len(named) != len(parts) or (parts[0].before.strip(_EDGES) and not after_a_heading):
        return ()
    if any(not part.before.strip() or not _JOINER.fullmatch(part.before) for part in parts[1:]):
        return ()
    domains = {registrable_domain(website_url(part.link.url) or "") for part in parts}
    if None in domains or len(domains) != len(parts):
        return ()
    return tuple(Line(Says.COMPANY, part.link.text, (Link(part.link.url),), is_telling=True) for part in parts)


def is_same_site(one: Sequence[Link], other: Sequence[Link]) -> bool:
    """Whether all links of *other* stand on sites that *one* leads to."""
    own = {registrable_domain(website_url(link.url) or "") for link in one} - {None}
    return all(registrable_domain(website_url(link.url) or "") in own for link in other)
