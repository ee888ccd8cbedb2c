"""What lies between a cue of negation and a keyword: whether a denial runs through it, as one clause or as a list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ahocorasick_rs import BytesAhoCorasick

from ats_core.domain.catalog import Negation
from ats_core.scoring.sentences import ends_sentence
from ats_core.scoring.surroundings import patterns_of

__all__ = ["Clauses"]

#: How many words a part of a list has at the most; more are a clause.
LONGEST_PART = 6
#: How many words an answer has at the most.
LONGEST_ANSWER = 5
#: In how many characters behind a keyword the word is looked for that makes a list of it.
_LIST_AHEAD = 80
# A dash with a space on either side parts clauses; one within a word does not.
_DASH = re.compile(r"(?<=\s)[-–—](?=\s)|[–—]")
# What a cue may follow directly: "AWS (not required)", "AWS: not required".
_LEAD = re.compile(r"[\s,:(–—-]*\Z")
_NO_MORE = re.compile(r"\s*(?:[.!?;…)\n\r]|\Z)")
_SENTENCE = re.compile(r"[^.!?;…\n\r]{0,80}")
_ASKED = re.compile(r"[\s\"'»”)]*\?[\s\"'»”)]*")
_NEVER = re.compile(r"(?!)")


class Clauses:
    """Tells of a stretch of text whether a denial runs through it, by the words of a catalog."""

    def __init__(self, negation: Negation) -> None:
        ended_by = list(dict.fromkeys(patterns_of(negation.ended_by)))
        self._ended_by = BytesAhoCorasick(ended_by) if ended_by else None
        starts = _any_of(negation.clause_starts)
        and_words, or_words = _any_of(negation.and_words), _any_of(negation.or_words)
        joint = rf"(?:,\s*(?:{and_words or '(?!)'}\s+)?|\b{and_words}\s+)" if and_words else r",\s*"
        self._new_clause = re.compile(joint + starts, re.IGNORECASE) if starts else _NEVER
        self._or = re.compile(rf"\b{or_words}", re.IGNORECASE) if or_words else _NEVER
        both = "|".join(filter(None, (and_words, or_words)))
        self._joined = re.compile(rf"\b(?:{both})", re.IGNORECASE) if both else _NEVER

    def holds(self, hay: bytes) -> bool:
        """Whether folded text, from a space to a space, holds no word that ends a scope."""
        return self._ended_by is None or not self._ended_by.find_matches_as_indexes(hay)

    def runs_on(self, text: str, start: int, end: int, match_end: int, *, listed: bool) -> bool:
        """Whether the scope of a cue before `text[start:end]` gets to the keyword that ends at *match_end*.

        *listed*: the cue itself shows that a list may follow.
        """
        between = text[start:end]
        if not between.strip():
            return True
        if ends_sentence(text, start, end) or ":" in between or _DASH.search(between):
            return False
        if ")" in between and between.find("(") not in range(between.find(")")):
            return False
        if self._new_clause.search(text[start:match_end]):
            return False
        if "," not in between:
            return True
        if not _short(between.split(",")[1:]):
            return False
        return listed or self._or.search(between) is not None or self._or_follows(text, match_end)

    def _or_follows(self, text: str, start: int) -> bool:
        found = self._or.search(text, start, start + _LIST_AHEAD)
        return found is not None and not ends_sentence(text, start, found.start())

    def runs_back(self, text: str, start: int, end: int, *, apart: bool, answers: bool) -> bool:
        """Whether the scope of a cue behind `text[start:end]` gets back to the keyword before it.

        *apart*: the cue may stand apart, behind a comma, a colon, a dash or in brackets. *answers*: only as the short
        answer to a question that ends with the keyword.
        """
        between = text[start:end]
        if answers:
            said = _SENTENCE.match(text, end)
            return _ASKED.fullmatch(between) is not None and said is not None and len(said[0].split()) <= LONGEST_ANSWER
        if not between.strip():
            return True
        lead = _LEAD.search(between)
        rest = between[: lead.start()] if lead else between
        if not apart and any(c in between[len(rest) :] for c in ",:(–—-"):
            return False
        if ends_sentence(text, start, end) or ":" in rest or "(" in rest or _DASH.search(rest):
            return False
        if self._new_clause.search(rest):
            return False
        *parts, last = rest.split(",")
        if not parts:
            return True
        joined = self._joined.search(last)
        # One comma and an "and" behind it begin another clause: "We use AWS, and Azure is not required".
        return (
            joined is not None
            and _short([*parts[1:], last])
            and not (len(parts) == 1 and not last[: joined.start()].strip())
        )

    @staticmethod
    def ends_here(text: str, at: int) -> bool:
        """Whether nothing of the sentence follows."""
        return _NO_MORE.match(text, at) is not None


def _short(parts: Iterable[str]) -> bool:
    return all(len(part.split()) <= LONGEST_PART for part in parts)


def _any_of(words: Iterable[str]) -> str:
    """An expression for any of some words, with and without accents; `*amos` is any word that ends so, as written."""
    whole: set[str] = set()
    for word in words:
        if word.startswith("*"):
            whole.add(r"\w+" + re.escape(word[1:]))
        else:
            whole |= {re.escape(word), re.escape(_unaccented(word))}
    return rf"(?:{'|'.join(sorted(whole, key=lambda w: (-len(w), w)))})\b" if whole else ""


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
