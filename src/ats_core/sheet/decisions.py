"""What a person's words in a cell mean: the canonical values, in any case, and their Spanish and English synonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField, ModelFeedback
from ats_core.domain.identity import clean_line

__all__ = ["understood"]

_RESOLUTION_WORDS = {
    Resolution.PENDING: "pendiente",
    Resolution.IN_PROGRESS: "en curso, en progreso, en proceso",
    Resolution.HIGH_INTEREST: "alto interes, mucho interes, interesante",
    Resolution.ACCEPTED: "aceptado, aceptada, accept",
    Resolution.REJECTED: "rechazado, rechazada, descartado, descartada, reject",
    Resolution.ALREADY_CUSTOMER: "ya es cliente, ya cliente, cliente, customer",
}
_MODEL_WORDS = {
    ModelFeedback.OK: "correcto, bien, correct",
    ModelFeedback.FP: "falso positivo, false positive",
    ModelFeedback.FN: "falso negativo, false negative",
}


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[0-9a-z]+", "".join(c for c in plain if not unicodedata.combining(c))))


def _vocabulary(words: Mapping[Resolution, str] | Mapping[ModelFeedback, str]) -> Mapping[str, str]:
    spoken = {word.strip(): value.value for value, listed in words.items() for word in listed.split(",")}
    return {_key(value.value): value.value for value in words} | spoken


_VOCABULARY = {
    FeedbackField.RESOLUTION: _vocabulary(_RESOLUTION_WORDS),
    FeedbackField.MODEL_FEEDBACK: _vocabulary(_MODEL_WORDS),
}
_ACCEPTED = {
    FeedbackField.RESOLUTION: ", ".join(Resolution),
    FeedbackField.MODEL_FEEDBACK: ", ".join(ModelFeedback),
}


def understood(field: FeedbackField, text: str) -> str:
    """The canonical value of a cell's *text* (not empty); raises `ValueError` that says what would be accepted.

    Notes are free text: they mean what they say.
    """
    if field is FeedbackField.NOTES:
        return text
    value = _VOCABULARY[field].get(_key(text))
    if value is None:
        raise ValueError(f"{clean_line(text, limit=60)!r} is none of {_ACCEPTED[field]}")
    return value
