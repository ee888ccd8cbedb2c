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
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NewType
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from ats_core.domain.shared_hosts import host_of, is_ats_host, is_publishing_host, is_shared_host, is_site_host

__all__ = [
    "CompanyId",
    "OfferId",
    "RunId",
    "SourceId",
    "clean_line",
    "company_id",
    "is_ats_host",
    "is_publishing_host",
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

# Legal forms, as they stand at the end of a normalised name: Spain and Latin America, Portugal and Brazil, France and
# Belgium, Italy, Germany and its neighbours, the English-speaking, the Nordic and Baltic countries, the east.
_LEGAL_FORMS = frozenset(
    """
    sl slu sll slp slpu slne sa sau sal saic sociedad sociedade limitada anonima unipersonal sc scoop sccl scp cb aie
    sapi cv
    lda ltda unipessoal eireli
    sas sasu sarl sarlu eurl snc sca scs scic cie sprl bvba cvba scrl asbl vzw
    srl srls spa sapa scarl scpa
    gmbh ggmbh mbh ag kg kgaa ug ohg gbr ev eg se haftungsbeschrankt
    inc incorporated llc llp lp ltd limited plc corp corporation co company pty pte pvt private
    bv nv vof ab hb as asa aps ivs oy oyj hf ehf ou uab sia
    sro zrt nyrt kft bt doo dd jdoo ood eood ead jsc pjsc ooo oao zao
    """.split()
)
# Those of several words, which alone are none.
_LEGAL_PHRASES = tuple(
    tuple(phrase.split())
    for phrase in (
        "sociedad de responsabilidad limitada",
        "sociedad limitada nueva empresa",
        "sociedad limitada laboral",
        "sociedad limitada profesional",
        "sociedad anonima laboral",
        "sociedad cooperativa",
        "sociedad civil",
        "limited liability company",
        "sa rl",
        "s coop",
        "s l u",
        "s a u",
        "s l",
        "s a",
        "a s",
        "k s",
        "i s",
        "p s",
        "z oo",
        "sp z oo",
        "sp z o o",
        "sp zoo",
        "spolka z oo",
    )
)
# What joins legal forms: "GmbH & Co. KG", "S.A. de C.V.".
_JOINING = frozenset({"and", "de", "et", "und", "y", "e"})
# "A.B.C. S.L." are two words, "S. L." is one.
_DOTTED_INITIALS = re.compile(r"\b(?:[a-z]\.)+[a-z]\b\.?|\b(?:[a-z]\.\s)+[a-z]\b\.?")
_NOT_WORD = re.compile(r"[\W_]+")
_TRADE_MARKS = re.compile("[™℠]")  # NFKD makes letters of them
# Latin letters that Unicode does not decompose into a base letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ħ": "h", "ı": "i"})
# Hosts that a maker of websites keeps for itself.
_NO_CUSTOMERS = frozenset(["", *"www careers career jobs about blog support help docs en es app".split()])
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
    """A company's name in comparable form: no case, accents, punctuation, nor legal forms at its end.

    A legal form before the name stays ("SAS Institute" is not "Institute"), and so does one that is all of the name.
    What is in comparable form already stays as it is.

    >>> normalized_name("Ácme Soluciones, S.L.")
    'acme soluciones'
    """
    folded = unicodedata.normalize("NFKD", _TRADE_MARKS.sub(" ", name).casefold()).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c)).translate(_PLAIN)
    plain = _DOTTED_INITIALS.sub(lambda m: m.group().replace(".", "").replace(" ", "") + " ", plain)
    words = _NOT_WORD.sub(" ", plain.replace("&", " and ")).split()
    end = len(words)
    while form := _legal_form_before(words, end):
        end -= form
        if end > 1 and words[end - 1] in _JOINING and _legal_form_before(words, end - 1):
            end -= 1
    return " ".join(words[:end])


def _legal_form_before(words: Sequence[str], end: int) -> int:
    """Of how many words the legal form is that ends before *end*; 0 where there is none, or nothing would be left."""
    of_phrases = [len(p) for p in _LEGAL_PHRASES if len(p) < end and tuple(words[end - len(p) : end]) == p]
    return max(of_phrases, default=int(end > 1 and words[end - 1] in _LEGAL_FORMS))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=False)


@lru_cache(maxsize=4096)
def registrable_domain(url: str) -> str | None:
    """The domain that an owner registered (`acme.co.uk` of `https://www.acme.co.uk/x`), or None.

    On the hosts of makers of websites it is the customer's name there (`acme.wordpress.com`). None for IP addresses,
    bare public suffixes, and hosts that many companies share (`is_shared_host`). The public suffix list is the one
    bundled with its package; nothing is downloaded.
    """
    host = host_of(url)
    if host is None or is_shared_host(url):
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        domain: str | None = _suffixes().privatesuffix(host)
        return _customers(host, domain) if domain is not None and is_site_host(domain) else domain
    return None


def _customers(host: str, domain: str) -> str:
    """The name, below a maker's of websites, of the customer whose host it is; the maker's own where it is no one's."""
    label = host.removesuffix(domain).rstrip(".").rpartition(".")[2]
    return domain if label in _NO_CUSTOMERS else f"{label}.{domain}"


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
    host = host_of(text)
    if parts.scheme.lower() not in ("http", "https") or host is None:
        return None
    if ("." not in host and ":" not in host) or not _HOST_NAME.fullmatch(host):
        return None
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{netloc}{parts.path or '/'}{query}"
