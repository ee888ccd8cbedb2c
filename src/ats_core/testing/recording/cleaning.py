"""Takes out of a recording what has no place in a fixture: secrets, tracking, and what leads to a person.

What is taken out is replaced by something of the same kind, so that the shape stays and cleaning twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from attrs import evolve

from ats_core.ports import AtsProvider
from ats_core.testing.recording.fixture import RecordedExchange, Recording

__all__ = ["MAILBOX", "PERSON", "REMOVED", "clean_recording", "clean_text", "clean_url", "clean_value"]

REMOVED = "REMOVED"
MAILBOX = "someone@company.example"
PERSON = "Someone"

# What names are made of, in words: apiKey, api-key and api_key are one.
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SECRETS = frozenset(
    """
    token apikey api_key accesskey access_key accesstoken access_token auth auth_token authorization authtoken bearer
    client_secret cookie credential credentials csrf csrf_token csrftoken jwt password passwd refresh_token secret
    session session_id sessionid sid sig signature xsrf xsrf_token id_token private_key
    """.split()
)
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gbraid|wbraid|msclkid|dclid|yclid|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|igshid|li_fat_id|ttclid"
    r"|gh_src|lever-(?:source|origin)(?:\[\])?|lever-via|tracking_?id|trk|trid",
    re.I,
)
_PEOPLE = frozenset(
    """
    recruiter recruiters creator author owner owners hiring_manager hiring_managers hiring_team contact_person
    contact_name contact contacts recruiter_name hiring_manager_name created_by updated_by posted_by
    """.split()
)
_PHONES = frozenset("phone phones phone_number telephone tel mobile mobile_phone fax telefono whatsapp".split())

_URL = re.compile(r"https?://[^\s\"'<>\\]+", re.I)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+(?:@|&#0*64;|&#x0*40;|&commat;|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(
    r"""(?<![\w.&/=#€$£-])(?:
        (?:\+|(?<!:)00)\s?\d{1,3}(?:[ .()/-]{0,2}\d){6,13}            # with the country: +34 600 123 456
        | \(\d{2,4}\)[ ]?\d{3,4}[ .-]\d{3,4}                    # (555) 123-4567
        | \d{3}[.-]\d{3}[.-]\d{4}                               # 555-123-4567
        | [6789]\d{2}[ ]\d{3}[ ]\d{3} | [89]\d(?:[ ]\d{2,3}){3} # 600 123 456, 91 123 45 67
    )(?![\w-]|[.,]\d)""",
    re.X,
)
_AFTER_A_WORD = re.compile(
    r"""((?:\btel:|\b(?:tel[eé]fono|telephone|phone|mobile|m[oó]vil|whatsapp|tel|fax|call(?:\ us)?(?:\ at|\ on)?)\b\.?)
        [\s:]{0,3})
        (\+?\(?\d(?:[ ().-]{0,2}\d){6,14})""",
    re.X | re.I,
)
_LOOKS_SECRET = re.compile(
    r"""eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*                          # a JSON Web Token
        | (?<=[Bb]earer[ ])[\w.~+/=-]{12,}
        | \bAKIA[0-9A-Z]{16}\b | \bAIza[\w-]{30,}
        | \bgh[pousr]_\w{20,} | \b(?:sk|pk|rk)_(?:live|test)_\w{10,} | \bxox[abprs]-[\w-]{10,}
        | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----.*?-----END[ ][A-Z ]*PRIVATE[ ]KEY-----""",
    re.X | re.S,
)
_DIGIT = re.compile(r"\d")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z| ?UTC|[+-]\d{2}:?\d{2})?)?")


def clean_url(url: str, *, kept: Collection[str] = ()) -> str:
    """*url* without parameters that track, user or password, and with the values of secret ones replaced.

    Parameters in *kept* stay as they are: what a vendor calls a token may name a page.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    netloc = parts.netloc.rpartition("@")[2]
    query = parts.query
    if "=" in query:
        pairs = parse_qsl(query, keep_blank_values=True)
        left = [
            (name, REMOVED if value and _is_secret(name) and name not in kept else value)
            for name, value in pairs
            if name in kept or not _TRACKING.fullmatch(name)
        ]
        query = urlencode(left) if left != pairs else query
    if (netloc, query) == (parts.netloc, parts.query):
        return url
    return urlunsplit(parts._replace(netloc=netloc, query=query))


def clean_text(text: str, *, kept: Collection[str] = ()) -> str:
    """A text without what looks like a secret, a mailbox or a telephone number, and with clean URLs."""
    text = _LOOKS_SECRET.sub(REMOVED, text)
    # URLs in markup have their & escaped, and apart from them a number in a URL is no telephone's.
    pieces, at = [], 0
    for found in _URL.finditer(text):
        pieces += [_without_people(text[at : found.start()]), _clean_shown_url(found[0], kept)]
        at = found.end()
    return "".join([*pieces, _without_people(text[at:])])


def clean_value(value: object, *, ids: Collection[str] = (), kept: Collection[str] = (), name: str = "") -> object:
    """A JSON value, cleaned; *name* is what it is called in its object.

    Of what is called a secret, a telephone number, or a person (`recruiter`, `created_by`), all texts are replaced.
    Texts that are one of *ids* stay.
    """
    named = _words(name)
    if named in _PEOPLE:
        return _replaced(value, PERSON, ids)
    if named in _PHONES:
        return _zeros(value)
    if _is_secret(name) and name not in kept and isinstance(value, str) and value:
        return REMOVED
    if isinstance(value, dict):
        return {key: clean_value(inner, ids=ids, kept=kept, name=key) for key, inner in value.items()}
    if isinstance(value, list):
        return [clean_value(inner, ids=ids, kept=kept) for inner in value]
    if isinstance(value, str) and value not in ids:
        return clean_text(value, kept=kept)
    return value


def clean_recording(recording: Recording, provider: AtsProvider, *, ids: Collection[str]) -> Recording:
    """*recording*, cleaned. *ids* are the postings', which stay, as does what names the *provider*'s next page.

    Two requests that differ in a secret alone become one, of which the later answer counts.
    """
    paging = getattr(provider, "paging", None)
    names = (getattr(paging, "token", ""), getattr(paging, "next", "").rpartition(".")[2])
    kept = frozenset(filter(None, names))

    def cleaned(exchange: RecordedExchange) -> RecordedExchange:
        if (data := exchange.data) is not None:
            exchange = exchange.with_data(clean_value(data, ids=ids, kept=kept))
        return evolve(
            exchange,
            url=clean_url(exchange.url, kept=kept),
            sent=clean_value(exchange.sent, ids=ids, kept=kept),
            answered_at=clean_url(exchange.answered_at, kept=kept),
            content=exchange.content if exchange.is_json else clean_text(str(exchange.content), kept=kept),
        )

    return Recording.of(recording.board, map(cleaned, recording.exchanges))


def _words(name: str) -> str:
    return "_".join(_WORDS.findall(name)).lower()


def _is_secret(name: str) -> bool:
    words = _words(name)
    return words in _SECRETS or words.removeprefix("x_") in _SECRETS


def _clean_shown_url(url: str, kept: Collection[str]) -> str:
    bare = url.replace("&amp;", "&")
    cleaned = clean_url(bare, kept=kept)
    shown = url if cleaned == bare else cleaned.replace("&", "&amp;") if "&amp;" in url else cleaned
    return _MAIL.sub(MAILBOX, shown)


def _without_people(text: str) -> str:
    if _TIME.fullmatch(text.strip()):
        return text
    text = _MAIL.sub(MAILBOX, text)
    text = _AFTER_A_WORD.sub(lambda found: found[1] + _DIGIT.sub("0", found[2]), text)
    return _PHONE.sub(lambda found: _DIGIT.sub("0", found[0]), text)


def _replaced(value: object, by: str, ids: Collection[str]) -> object:
    if isinstance(value, dict):
        return {key: _replaced(inner, by, ids) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, by, ids) for inner in value]
    return by if isinstance(value, str) and value and value not in ids else value


def _zeros(value: object) -> object:
    if isinstance(value, list):
        return [_zeros(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _zeros(inner) for key, inner in value.items()}
    if isinstance(value, str):
        return _DIGIT.sub("0", value)
    return 0 if isinstance(value, int) and not isinstance(value, bool) else value
