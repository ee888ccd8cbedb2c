"""The columns of the sheet: which are ours, which are the person's, and what their headers say."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum

from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField, ModelFeedback
from ats_core.sheet.table import ColumnKind, ColumnLook

__all__ = [
    "CHOICES",
    "COLUMN_ORDER",
    "ENGLISH",
    "FIELD_COLUMNS",
    "OURS",
    "SPANISH",
    "THEIRS",
    "Column",
    "Labels",
    "column_look",
    "find_columns",
    "label_key",
]


class Column(StrEnum):
    """What a column holds, whatever its header says."""

    ID = "id"
    COMPANY = "company"
    WEBSITE = "website"
    ATS = "ats"
    SCORE = "score"
    LABEL = "label"
    TOP_CATEGORY = "top_category"
    WHY = "why"
    OPEN_OFFERS = "open_offers"
    STRONG_OFFERS = "strong_offers"
    ACTIVITY = "activity"
    TOP_OFFER = "top_offer"
    TOP_OFFER_URL = "top_offer_url"
    LAST_STRONG = "last_strong"
    RESOLUTION = "resolution"
    MODEL_FEEDBACK = "model_feedback"
    NOTES = "notes"
    STATUS = "status"


#: The columns in the order in which a new sheet has them.
COLUMN_ORDER: tuple[Column, ...] = tuple(Column)

#: Where a person's cells of each kind stand.
FIELD_COLUMNS: Mapping[FeedbackField, Column] = {
    FeedbackField.RESOLUTION: Column.RESOLUTION,
    FeedbackField.MODEL_FEEDBACK: Column.MODEL_FEEDBACK,
    FeedbackField.NOTES: Column.NOTES,
}

#: The person's columns: written when their cells come to be, and never again.
THEIRS: tuple[Column, ...] = tuple(FIELD_COLUMNS.values())

#: Our columns: written by nobody else.
OURS: tuple[Column, ...] = tuple(c for c in COLUMN_ORDER if c not in THEIRS)

#: What a person picks from, by column.
CHOICES: Mapping[Column, tuple[str, ...]] = {
    Column.RESOLUTION: tuple(Resolution),
    Column.MODEL_FEEDBACK: tuple(ModelFeedback),
}

#: What the header of each column says.
Labels = Mapping[Column, str]

ENGLISH: Labels = {
    Column.ID: "id",
    Column.COMPANY: "company",
    Column.WEBSITE: "website",
    Column.ATS: "ATS",
    Column.SCORE: "score",
    Column.LABEL: "label",
    Column.TOP_CATEGORY: "top category",
    Column.WHY: "why",
    Column.OPEN_OFFERS: "open offers",
    Column.STRONG_OFFERS: "strong offers",
    Column.ACTIVITY: "activity",
    Column.TOP_OFFER: "top offer",
    Column.TOP_OFFER_URL: "top offer url",
    Column.LAST_STRONG: "last strong signal",
    Column.RESOLUTION: "resolution",
    Column.MODEL_FEEDBACK: "model feedback",
    Column.NOTES: "notes",
    Column.STATUS: "feedback status",
}

SPANISH: Labels = {
    Column.ID: "id",
    Column.COMPANY: "empresa",
    Column.WEBSITE: "sitio web",
    Column.ATS: "ATS",
    Column.SCORE: "puntuación",
    Column.LABEL: "nivel",
    Column.TOP_CATEGORY: "categoría principal",
    Column.WHY: "por qué",
    Column.OPEN_OFFERS: "ofertas abiertas",
    Column.STRONG_OFFERS: "ofertas fuertes",
    Column.ACTIVITY: "actividad",
    Column.TOP_OFFER: "mejor oferta",
    Column.TOP_OFFER_URL: "enlace de la mejor oferta",
    Column.LAST_STRONG: "última señal fuerte",
    Column.RESOLUTION: "resolución",
    Column.MODEL_FEEDBACK: "valoración del modelo",
    Column.NOTES: "notas",
    Column.STATUS: "estado de la decisión",
}

_KINDS: Mapping[Column, ColumnKind] = {
    Column.SCORE: ColumnKind.SCORE,
    Column.OPEN_OFFERS: ColumnKind.COUNT,
    Column.STRONG_OFFERS: ColumnKind.COUNT,
    Column.ACTIVITY: ColumnKind.COUNT,
    Column.LAST_STRONG: ColumnKind.DATE,
}
_WIDTHS: Mapping[Column, int] = {
    Column.COMPANY: 26,
    Column.WEBSITE: 30,
    Column.SCORE: 8,
    Column.LABEL: 10,
    Column.TOP_CATEGORY: 20,
    Column.WHY: 60,
    Column.OPEN_OFFERS: 12,
    Column.STRONG_OFFERS: 13,
    Column.ACTIVITY: 10,
    Column.TOP_OFFER: 40,
    Column.TOP_OFFER_URL: 30,
    Column.LAST_STRONG: 18,
    Column.RESOLUTION: 20,
    Column.MODEL_FEEDBACK: 16,
    Column.NOTES: 40,
    Column.STATUS: 24,
}


def column_look(column: Column, choices: Mapping[Column, tuple[str, ...]] = CHOICES) -> ColumnLook:
    """How a column is laid out when it comes to be; *choices* are the words that a person picks from, by column."""
    return ColumnLook(
        kind=_KINDS.get(column, ColumnKind.TEXT),
        width=_WIDTHS.get(column, 14),
        ours=column not in THEIRS,
        choices=choices.get(column, ()),
    )


def label_key(text: str) -> str:
    """A header's text in comparable form: neither case nor accents, spaces, underscores nor invisible marks count."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("_", " "))
    return "".join(
        "".join(c for c in plain if not (unicodedata.combining(c) or unicodedata.category(c) == "Cf")).split()
    )


def find_columns(header: Iterable[str], labels: Labels) -> Mapping[Column, int]:
    """Where each column stands in a header row, counted from 1.

    A column is found by its label in *labels*, or else by its English or Spanish one: so a sheet that was made in
    another language goes on. What is configured as one column's label is no other's. Of two equal headers the first
    counts.
    """
    places: dict[str, int] = {}
    for place, text in enumerate(header, 1):
        places.setdefault(label_key(text), place)
    configured = {column: label_key(label) for column, label in labels.items()}
    taken = frozenset(configured.values())
    found: dict[Column, int] = {}
    for column in COLUMN_ORDER:
        presets = (label_key(preset[column]) for preset in (ENGLISH, SPANISH))
        for key in (configured[column], *(key for key in presets if key not in taken)):
            if key in places:
                found[column] = places[key]
                break
    return dict(sorted(found.items(), key=lambda item: item[1]))
