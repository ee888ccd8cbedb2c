"""What a person's words in a cell mean: the codes, in any case, the words of both languages, and configured ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField, ModelFeedback
from ats_core.domain.identity import clean_line

__all__ = ["CODES", "ENGLISH_WORDS", "SPANISH_WORDS", "NotUnderstood", "Words", "word_key"]

#: The values that the database keeps, by field; notes are free text.
CODES: Mapping[FeedbackField, tuple[str, ...]] = {
    FeedbackField.RESOLUTION: tuple(Resolution),
    FeedbackField.MODEL_FEEDBACK: tuple(ModelFeedback),
}

#: What else is understood, whatever the sheet's language.
_SYNONYMS: Mapping[FeedbackField, Mapping[str, str]] = {
    FeedbackField.RESOLUTION: {
        Resolution.PENDING: "pendiente",
        Resolution.IN_PROGRESS: "en curso, en progreso, en proceso",
        Resolution.HIGH_INTEREST: "alto interes, mucho interes, interesante",
        Resolution.ACCEPTED: "aceptado, aceptada, accept",
        Resolution.REJECTED: "rechazado, rechazada, descartado, descartada, reject",
        Resolution.ALREADY_CUSTOMER: "ya es cliente, ya cliente, cliente, customer",
    },
    FeedbackField.MODEL_FEEDBACK: {
        ModelFeedback.OK: "correcto, bien, correct",
        ModelFeedback.FP: "falso positivo, false positive",
        ModelFeedback.FN: "falso negativo, false negative",
    },
}

# Of Latin, Arabic, Greek and full-width writing.
_QUESTION = re.compile("[?¿\u061f\u037e\uff1f]")


class NotUnderstood(ValueError):
    """A cell's text means nothing in its column. *accepted* are the words that would."""

    def __init__(self, text: str, accepted: tuple[str, ...]) -> None:
        super().__init__(text)
        self.text = clean_line(text, limit=60)
        self.accepted = accepted


def word_key(text: str) -> str:
    """A word in comparable form: neither case nor accents nor punctuation count."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c))))


@frozen
class Words:
    """How each value is written in the sheet, by field and code; raises `ValueError` where two are written alike."""

    written: Mapping[FeedbackField, Mapping[str, str]] = field()
    _meanings: Mapping[FeedbackField, Mapping[str, str]] = field(init=False, repr=False, eq=False)

    @_meanings.default
    def _read(self) -> Mapping[FeedbackField, Mapping[str, str]]:
        return {kind: _vocabulary(kind, self.written[kind]) for kind in CODES}

    def of(self, kind: FeedbackField, value: str) -> str:
        """How a *value* of the database is written; notes are written as they are."""
        return self.written[kind].get(value, value) if kind in self.written else value

    def accepted(self, kind: FeedbackField) -> tuple[str, ...]:
        """What a person picks from."""
        return tuple(self.written[kind][code] for code in CODES[kind])

    def understood(self, kind: FeedbackField, text: str) -> str:
        """The code of a cell's *text* (not empty); raises `NotUnderstood`. Notes mean what they say.

        A question (`REJECTED?`) decides nothing, but where a value is written so.
        """
        if kind not in CODES:
            return text
        value = self._meanings[kind].get(word_key(text))
        is_question = _QUESTION.search(text) is not None and text.strip() not in self.accepted(kind)
        if value is None or is_question:
            raise NotUnderstood(text, self.accepted(kind))
        return value


def _vocabulary(kind: FeedbackField, written: Mapping[str, str]) -> Mapping[str, str]:
    """Codes first, then what is written, then synonyms: the first to claim a word has it, but no two may write it."""
    meanings = {word_key(code): code for code in CODES[kind]}
    for code in CODES[kind]:
        key = word_key(written[code])
        if not key:
            raise ValueError(f"{written[code]!r} for {code} holds neither letter nor digit")
        if meanings.setdefault(key, code) != code:
            raise ValueError(f"{written[code]!r} would mean both {meanings[key]} and {code}")
    for code, listed in _SYNONYMS[kind].items():
        for word in listed.split(","):
            meanings.setdefault(word_key(word), str(code))
    return MappingProxyType(meanings)


_SPANISH = {
    FeedbackField.RESOLUTION: ("Pendiente", "En curso", "Alto interés", "Aceptada", "Descartada", "Ya es cliente"),
    FeedbackField.MODEL_FEEDBACK: ("Correcto", "Falso positivo", "Falso negativo"),
}
#: The codes themselves.
ENGLISH_WORDS: Mapping[FeedbackField, Mapping[str, str]] = {
    kind: {str(code): str(code) for code in codes} for kind, codes in CODES.items()
}
SPANISH_WORDS: Mapping[FeedbackField, Mapping[str, str]] = {
    kind: dict(zip(map(str, codes), _SPANISH[kind], strict=True)) for kind, codes in CODES.items()
}
