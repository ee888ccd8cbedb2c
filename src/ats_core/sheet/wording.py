"""What the sheet says in words: its headers, what its drop-downs offer, and what the status column tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from ats_core.domain.feedback import FeedbackEvent, FeedbackField, FeedbackOutcome
from ats_core.domain.identity import CompanyId, clean_line
from ats_core.sheet.cells import line
from ats_core.sheet.columns import COLUMN_ORDER, ENGLISH, FIELD_COLUMNS, SPANISH, Column, Labels, label_key
from ats_core.sheet.decisions import CODES, ENGLISH_WORDS, SPANISH_WORDS, NotUnderstood, Words

__all__ = ["IN_ENGLISH", "LANGUAGES", "Phrases", "Wording", "wording_of"]

#: Excel takes 255 characters for all words of a drop-down ("Data validation", Microsoft): six of these fit.
_LONGEST_WORD = 40
_LONGEST_LABEL = 100


@frozen(kw_only=True)
class Phrases:
    """Texts of the status column. In braces: *day* (ISO), *told*, *read*, *accepted*, *words*, *company*, *id*."""

    applied: str
    not_understood: str
    none_of: str
    decided: str
    merged: str


_ENGLISH = Phrases(
    applied="applied {day}",
    not_understood="not understood: {told}",
    none_of="{read!r} is none of {accepted}",
    decided="decided in a merged row: {words}",
    merged="merged into {company} ({id}): decide in its row",
)
_SPANISH = Phrases(
    applied="aplicado {day}",
    not_understood="no se entiende: {told}",
    none_of="{read!r} no es ninguno de {accepted}",
    decided="decidido en una fila unida: {words}",
    merged="unida a {company} ({id}): decide en su fila",
)


@frozen(kw_only=True)
class Wording:
    """A sheet's words: *labels* of columns, *words* of the person's values, *phrases* of the status column."""

    labels: Labels = field(default=ENGLISH)
    words: Words = field(factory=lambda: Words(ENGLISH_WORDS))
    phrases: Phrases = field(default=_ENGLISH)

    @property
    def choices(self) -> Mapping[Column, tuple[str, ...]]:
        """What a person picks from, by column."""
        return {FIELD_COLUMNS[kind]: self.words.accepted(kind) for kind in CODES}

    def trouble(self, kind: FeedbackField, error: NotUnderstood) -> str:
        """What is said of a cell that means nothing: its column's label, what it reads, what would be accepted."""
        told = self.phrases.none_of.format(read=error.text, accepted=", ".join(error.accepted))
        return f"{self.labels[FIELD_COLUMNS[kind]]}: {told}"

    def merged(self, company: str, company_id: CompanyId) -> str:
        """What is said in the row of a company that was merged into another, which has a row of its own."""
        return line(self.phrases.merged.format(company=company, id=company_id))

    def status(self, event: FeedbackEvent | None, *, elsewhere: Sequence[tuple[FeedbackField, str]] = ()) -> str:
        """What the sheet says of a company's last feedback; empty where there was none.

        *elsewhere*: values that hold, though the row says otherwise, for they were decided in a row of the company that
        was merged into it.
        """
        parts = []
        if event is not None:
            if event.outcome is not FeedbackOutcome.NOT_UNDERSTOOD:
                parts.append(self.phrases.applied.format(day=event.at.date().isoformat()))
            if event.detail:
                parts.append(self.phrases.not_understood.format(told=event.detail))
        if elsewhere:
            told = ", ".join(f"{self.labels[FIELD_COLUMNS[kind]]} {self.words.of(kind, v)}" for kind, v in elsewhere)
            parts.append(self.phrases.decided.format(words=told))
        return "; ".join(parts)


IN_ENGLISH = Wording()

#: The preset of each language.
LANGUAGES: Mapping[str, Wording] = {
    "en": IN_ENGLISH,
    "es": Wording(labels=SPANISH, words=Words(SPANISH_WORDS), phrases=_SPANISH),
}


def wording_of(
    language: str,
    labels: Mapping[str, str],
    resolutions: Mapping[str, str],
    model_feedback: Mapping[str, str],
) -> Wording:
    """The preset of *language*, with labels by column name and words by code in the place of its own.

    Raises `ValueError`, which begins with the name of the argument that is wrong.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}")
    preset = LANGUAGES[language]
    if not (labels or resolutions or model_feedback):
        return preset
    return Wording(
        labels=_labels(preset.labels, labels),
        words=Words(
            {
                FeedbackField.RESOLUTION: _words(preset, FeedbackField.RESOLUTION, "resolutions", resolutions),
                FeedbackField.MODEL_FEEDBACK: _words(
                    preset, FeedbackField.MODEL_FEEDBACK, "model_feedback", model_feedback
                ),
            }
        ),
        phrases=preset.phrases,
    )


def _labels(preset: Labels, own: Mapping[str, str]) -> Labels:
    names = {column.value: column for column in COLUMN_ORDER}
    labels = dict(preset)
    for name, text in own.items():
        if name not in names:
            raise ValueError(f"labels names {name!r}, which is no column; accepted: {', '.join(names)}")
        labels[names[name]] = _fit("labels", name, text, _LONGEST_LABEL)
    of_key: dict[str, Column] = {}
    for column, label in labels.items():
        first = of_key.setdefault(label_key(label), column)
        if first is not column:
            raise ValueError(f"labels calls both {first} and {column} {label!r}")
    return labels


def _words(preset: Wording, kind: FeedbackField, argument: str, own: Mapping[str, str]) -> Mapping[str, str]:
    codes = CODES[kind]
    written = dict(preset.words.written[kind])
    for name, text in own.items():
        code = name.upper()
        if code not in codes:
            raise ValueError(f"{argument} names {name!r}, which is no value of it; accepted: {', '.join(codes)}")
        written[code] = _fit(argument, name, text, _LONGEST_WORD)
        if "," in text:
            raise ValueError(f"{argument}.{name} = {text!r} holds a comma, which drop-downs part words by")
    try:
        Words({**preset.words.written, kind: written})
    except ValueError as error:
        raise ValueError(f"{argument}: {error}") from None
    return written


def _fit(argument: str, name: str, text: str, limit: int) -> str:
    """*text* where a cell can hold it, and it is found again in whatever kind of sheet."""
    if not text or not text[0].isalnum() or clean_line(text, limit=len(text)) != text or '"' in text:
        raise ValueError(
            f"{argument}.{name} = {text!r} is not one line that begins with a letter or digit and holds no quotes"
        )
    if len(text) > limit:
        raise ValueError(f"{argument}.{name} is longer than {limit} characters")
    return text
