"""Who is who: ids derived from what a thing is, company names and web domains in a comparable form.

An id is a short hash of the thing's natural key, so the same input gives the same ids in every database, in
any order of work and after any kill.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import unicodedata
from functools import cache, lru_cache
from typing import NewType
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

__all__ = [
    "CompanyId",
    "OfferId",
    "RunId",
    "SourceId",
    "clean_line",
    "company_id",
    "is_shared_host",
    "normalized_name",
    "offer_id",
    "registrable_domain",
    "source_id",
    "website_url",
]

CompanyId = NewType("CompanyId", str)
SourceId = NewType("SourceId", str)
OfferId = NewType("OfferId", str)
RunId = NewType("RunId", int)

# Hosts that many companies share. A page there says nothing of whose domain it is.
_SHARED_DOMAINS = frozenset(
    """
    greenhouse.io lever.co ashbyhq.com workable.com smartrecruiters.com recruitee.com teamtailor.com personio.de
    personio.com bamboohr.com breezy.hr pinpointhq.com rippling.com myworkdayjobs.com join.com icims.com jobvite.com
    applytojob.com factorialhr.com factorialhr.es bizneohr.com welcometothejungle.com infojobs.net indeed.com
    glassdoor.com wellfound.com angel.co crunchbase.com
    linkedin.com facebook.com fb.com instagram.com twitter.com x.com youtube.com youtu.be tiktok.com medium.com
    github.com gitlab.com bitbucket.org xing.com pinterest.com t.me telegram.me whatsapp.com wa.me discord.gg
    discord.com reddit.com slideshare.net vimeo.com threads.net bsky.app mastodon.social
    apple.com google.com goo.gl bit.ly t.co tinyurl.com linktr.ee lnkd.in ow.ly buff.ly
    notion.site notion.so airtable.com typeform.com docs.google.com about.me substack.com wikipedia.org
    """.split()
)

# Legal forms, as they stand at the end of a normalised name.
_LEGAL_FORMS = frozenset(
    """
    sl slu sll slp slne sa sau sal sas sasu sarl srl srls spa sociedad limitada anonima sc scoop scp cb
    gmbh ag kg ug ohg mbh se inc incorporated llc llp lp ltd limited plc corp corporation co company
    bv nv ab as asa aps oy oyj kft doo pty pte pvt lda ltda eireli sapi cv
    """.split()
)
# "A.B.C. S.L." are two words, "S. L." is one.
_DOTTED_INITIALS = re.compile(r"\b(?:[a-z]\.)+[a-z]\b\.?|\b(?:[a-z]\.\s)+[a-z]\b\.?")
_NOT_WORD = re.compile(r"[\W_]+")
_TRADE_MARKS = re.compile("[™℠]")  # NFKD makes letters of them
# Latin letters that Unicode does not decompose into a base letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ħ": "h", "ı": "i"})
# What the name of a host is made of (underscores are no host's by the rules, but in use), or an IPv6 address.
_HOST_NAME = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def _digest(kind: str, *parts: str) -> str:
    key = "\x1f".join(parts).encode()
    raw = hashlib.blake2b(key, digest_size=10, person=kind.encode()).digest()
    return base64.b32encode(raw).decode().rstrip("=").lower()[:13]


def company_id(*, domain: str | None, name: str) -> CompanyId:
    """The id of a company first met under *domain*, or, when it has none, under its normalised *name*."""
    return CompanyId("c_" + (_digest("company", "domain", domain) if domain else _digest("company", "name", name)))


def source_id(provider: str, region: str, slug: str) -> SourceId:
    """The id of the source that reads this board."""
    return SourceId("s_" + _digest("source", provider, region, slug))


def offer_id(source: SourceId, provider_offer_id: str) -> OfferId:
    """The id of the offer that *source* calls *provider_offer_id*."""
    return OfferId("o_" + _digest("offer", source, provider_offer_id))


def clean_line(text: str, *, limit: int = 300) -> str:
    """*text* as one line: control, bidirectional and zero-width characters and runs of space become one space."""
    return _UNPRINTABLE.sub(" ", text).strip()[:limit]


@lru_cache(maxsize=4096)
def normalized_name(name: str) -> str:
    """A company's name in comparable form: no case, accents, punctuation, nor legal form at its end.

    >>> normalized_name("Ácme Soluciones, S.L.")
    'acme soluciones'
    """
    folded = unicodedata.normalize("NFKD", _TRADE_MARKS.sub(" ", name).casefold()).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c)).translate(_PLAIN)
    plain = _DOTTED_INITIALS.sub(lambda m: m.group().replace(".", "").replace(" ", "") + " ", plain)
    words = _NOT_WORD.sub(" ", plain.replace("&", " and ")).split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=False)


def _host(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname
        return host.rstrip(".").encode("idna").decode("ascii").lower() if host else None
    except (ValueError, UnicodeError):
        return None


@lru_cache(maxsize=4096)
def registrable_domain(url: str) -> str | None:
    """The domain that an owner registered (`acme.co.uk` of `https://www.acme.co.uk/x`), or None.

    None for IP addresses, bare public suffixes, and hosts that many companies share (`is_shared_host`).
    The public suffix list is the one bundled with its package; nothing is downloaded.
    """
    host = _host(url)
    if host is None or is_shared_host(url):
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        domain: str | None = _suffixes().privatesuffix(host)
        return domain
    return None


def is_shared_host(url: str) -> bool:
    """Whether *url* stands on a host that many companies share: an ATS, a social network, an app store."""
    host = _host(url)
    if host is None:
        return False
    labels = host.split(".")
    return any(".".join(labels[i:]) in _SHARED_DOMAINS for i in range(len(labels) - 1))


def website_url(text: str) -> str | None:
    """*text* as an absolute http(s) URL without fragment, or None where it is no web address.

    A list often leaves the scheme out: `acme.com/jobs` becomes `https://acme.com/jobs`.
    """
    text = clean_line(text, limit=2000)
    if not text or " " in text:
        return None
    if "://" not in text:
        text = "https://" + text.removeprefix("//")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = _host(text)
    if parts.scheme.lower() not in ("http", "https") or host is None:
        return None
    if ("." not in host and ":" not in host) or not _HOST_NAME.fullmatch(host):
        return None
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{netloc}{parts.path or '/'}{query}"
