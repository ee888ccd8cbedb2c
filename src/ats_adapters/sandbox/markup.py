"""A posting's text as HTML and as plain lines, in the pieces that vendors keep apart."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ats_adapters.sandbox.postings import BoardToday, PostingText, PostingToday

__all__ = ["amount", "bullets", "closing_markup", "closing_plain", "markup", "opening_markup", "pay_line"]


def amount(value: int, language: str) -> str:
    """A sum with the language's thousands separator."""
    return f"{value:,}".replace(",", ".") if language == "es" else f"{value:,}"


def pay_line(posting: PostingToday) -> str | None:
    """The pay in words, or None where it is not told."""
    if posting.pay is None:
        return None
    low, high = (amount(value, posting.language) for value in posting.pay)
    return f"{posting.text.phrases.pay}: {low} – {high} {posting.currency}"


def bullets(sentences: Iterable[str]) -> str:
    """Bare list elements."""
    return "".join(f"<li>{escape(sentence, quote=False)}</li>" for sentence in sentences)


def opening_markup(text: PostingText) -> tuple[str, str]:
    """What comes before the lists, in two parts: who the company is, and what the role is."""
    about = f"<div><b>{text.phrases.about}</b></div><div>{escape(text.about, quote=False)}</div>"
    intro = "".join(f"<div>{escape(s, quote=False)}</div>" for s in text.intro)
    return about, f"<div><br></div><div><b>{text.phrases.role}</b></div>{intro}"


def closing_markup(posting: PostingToday) -> str:
    """What comes after the lists: what is offered, and the boilerplate."""
    text, pay = posting.text, pay_line(posting)
    lines = [*([pay] if pay else []), *text.closing]
    offer = f"<div><b>{text.phrases.offer}</b></div><ul>{bullets(text.offer)}</ul>"
    return offer + "".join(f"<div>{escape(line, quote=False)}</div>" for line in lines)


def closing_plain(posting: PostingToday) -> str:
    """The same without markup."""
    text, pay = posting.text, pay_line(posting)
    return "\n".join([text.phrases.offer, *(f"- {s}" for s in text.offer), *([pay] if pay else []), *text.closing])


def markup(posting: PostingToday, board: BoardToday) -> str:
    """The whole text as one document, in the untidy HTML that word processors leave behind."""
    text, words = posting.text, posting.text.phrases
    gap = "<p>&nbsp;</p>"
    parts = [
        f'<div class="content-intro"><h2>{words.about}</h2><p>{escape(text.about, quote=False)}</p></div>',
        f"<p><strong>{words.role}</strong></p>",
        *(f"<p>{escape(s, quote=False).replace(' ', '&nbsp;', 1)}</p>" for s in text.intro),
        gap,
        f"<p><strong>{words.do}</strong></p><ul>{bullets(text.do)}</ul>",
        f"<p><strong>{words.need}&nbsp;</strong></p><ul>{bullets(text.need)}</ul>",
        f"<p><strong>{words.plus}</strong></p><ul>{bullets(text.plus)}</ul>",
        gap,
        f"<p><strong>{words.offer}</strong></p><ul>{bullets(text.offer)}</ul>",
        *(f"<p>{escape(s, quote=False)}</p>" for s in text.closing),
        f"<p><em>{words.requisition}: R-{1000 + posting.content}</em>&nbsp;{escape(board.company.name)}</p>",
    ]
    pay = pay_line(posting)
    if pay is not None and posting.language == "es":
        parts.insert(-1, f"<p>{escape(pay, quote=False)}</p>")
    return "\n".join(parts)
