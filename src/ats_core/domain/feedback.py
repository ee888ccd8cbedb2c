"""What a person wrote in their columns of the sheet, and what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from ats_core.domain.identity import CompanyId

__all__ = ["FeedbackEvent", "FeedbackField", "FeedbackOutcome", "ModelFeedback", "RatedHit", "ScoreRating"]


class ModelFeedback(StrEnum):
    """What a person says of the score: right, a false positive, a false negative."""

    OK = "OK"
    FP = "FP"
    FN = "FN"


class FeedbackField(StrEnum):
    """The person's columns."""

    RESOLUTION = "resolution"
    MODEL_FEEDBACK = "model_feedback"
    NOTES = "notes"


class FeedbackOutcome(StrEnum):
    """What came of a cell: applied, or not understood and left alone."""

    APPLIED = "applied"
    NOT_UNDERSTOOD = "not_understood"


@frozen(kw_only=True)
class FeedbackEvent:
    """One cell that a person changed, as read, and what came of it. Events are only ever added.

    *previous* and *value* are the canonical values before and after (empty: none); *detail* says what was not
    understood. *row_id* is the id that stood in the row, where the company of that id was merged into this one since.
    """

    company_id: CompanyId
    field: FeedbackField
    read: str
    previous: str
    value: str
    outcome: FeedbackOutcome
    detail: str
    at: datetime
    row_id: CompanyId | None = None


@frozen
class RatedHit:
    """A category that a rated score stood on: by which keyword, for how many points (below zero: negated)."""

    category: str
    keyword: str
    points: float


@frozen(kw_only=True)
class ScoreRating:
    """What a person said of a company's score, and what that stood on when it was read. Ratings are only ever added.

    *rating* None: taken back. *score*, *top_category* and *catalog_version* are those of the company's metrics (None
    and empty where it had none), *hits* those of its top offer.
    """

    company_id: CompanyId
    rating: ModelFeedback | None
    at: datetime
    score: float | None
    top_category: str | None
    catalog_version: str
    hits: tuple[RatedHit, ...]
