"""The columns of the sheet: which are ours, which are the person's, and what their headers say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ats_core.domain.company import Resolution
from ats_core.domain.feedback import FeedbackField, ModelFeedback

__all__ = ["CHOICES", "COLUMN_ORDER", "ENGLISH", "FIELD_COLUMNS", "OURS", "THEIRS", "Column", "Labels", "label_key"]


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


def label_key(text: str) -> str:
    """A header's text in comparable form: neither case nor spaces nor underscores count."""
    return "".join(text.casefold().replace("_", " ").split())
