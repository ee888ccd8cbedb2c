"""The typed settings of each part, with their checks. Where they come from (file, environment, flags) is the CLI's."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, time, timedelta, tzinfo
from typing import Any

from attrs import Attribute, Factory, field, frozen
from attrs.validators import and_, ge, gt, le, min_len, optional

from ats_core.domain.board import ProviderName
from ats_core.domain.company import Resolution
from ats_core.domain.run import LONGEST_LEASE
from ats_core.provider.messages import RateLimit
from ats_core.sheet.projection import RowOrder
from ats_core.sheet.wording import Wording, wording_of

__all__ = [
    "ALWAYS",
    "FOR_EVER",
    "DirectorySettings",
    "DiscoverySettings",
    "FeedbackSettings",
    "HttpSettings",
    "IngestionSettings",
    "PipelineSettings",
    "ProviderSettings",
    "RetentionSettings",
    "SheetSettings",
    "TimeWindow",
    "WebsiteSettings",
    "duration",
]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
#: Longer is a slip of the pen, and times that are so far away cannot be counted.
_LONGEST = timedelta(days=3660)
#: Less than a day: a reading that began a little later last night than it would tonight does not cost a night.
_NIGHTLY = timedelta(hours=20)
#: A company's metrics count the offers that appeared on the last 90 days: so long an offer is needed.
_COUNTED = timedelta(days=90)


def duration(text: str) -> timedelta:
    """A span of time such as `90s`, `30m`, `20h`, `1d12h` or `4w`, of ten years at the most; raises `ValueError`."""
    compact = text.strip().lower()
    if not compact or _DURATION.sub("", compact).strip():
        raise ValueError(f"{text!r} is not a duration such as 90s, 30m, 20h, 30d or 1d12h")
    try:
        span = sum((timedelta(**{_UNITS[u]: float(n)}) for n, u in _DURATION.findall(compact)), timedelta())
    except OverflowError:
        span = timedelta.max
    if span > _LONGEST:
        raise ValueError(f"{text!r} is longer than ten years")
    return span


def _not_negative(_: object, attribute: Attribute[timedelta], value: timedelta) -> None:
    if value < timedelta():
        raise ValueError(f"{attribute.name} must not be negative")


def _positive(_: object, attribute: Attribute[timedelta], value: timedelta) -> None:
    if value <= timedelta():
        raise ValueError(f"{attribute.name} must be longer than nothing")


@frozen
class TimeWindow:
    """A daily span of local time, from *start* up to *end*; it may pass midnight. Equal ends mean the whole day."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> TimeWindow:
        """`always`, or `HH:MM-HH:MM`; raises `ValueError`."""
        if text.strip().lower() == "always":
            return ALWAYS
        try:
            start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
        except ValueError:
            raise ValueError(f"{text!r} is not a window such as 03:00-06:00, or always") from None
        if start.tzinfo is not None or end.tzinfo is not None:
            raise ValueError(f"{text!r} names a time zone, which is a key of its own")
        return cls(start, end)

    def holds(self, local: time) -> bool:
        """Whether the local time of day lies in the window."""
        if self.start == self.end:
            return True
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def __str__(self) -> str:
        return "always" if self.start == self.end else f"{self.start:%H:%M}-{self.end:%H:%M}"


ALWAYS = TimeWindow(time(0), time(0))


@frozen(kw_only=True)
class HttpSettings:
    """How the outside is reached. *contact* goes into the User-Agent, so that whoever is asked can answer.

    *connect_to* sends requests for a host (`*`: for every host not named) to another base URL, keeping the Host
    header, as curl's `--connect-to` does. *allow_private_networks* frees addresses that come from data (lists,
    pages, redirects); addresses in *connect_to* are the configuration's own and always free. Times are in seconds,
    sizes in bytes.
    """

    contact: str = ""
    allow_private_networks: bool = False
    connect_to: Mapping[str, str] = field(default=Factory(dict))
    timeout: timedelta = field(default=timedelta(seconds=20), validator=_positive)
    max_page_bytes: int = field(default=3_000_000, validator=gt(0))
    max_api_bytes: int = field(default=150_000_000, validator=gt(0))
    max_redirects: int = field(default=5, validator=ge(0))
    max_tries: int = field(default=4, validator=ge(1))
    max_retry_after: timedelta = field(default=timedelta(seconds=60), validator=_not_negative)


@frozen(kw_only=True)
class DirectorySettings:
    """One list of companies: what it is and where. *name* is what the database calls it (default: its place).

    *interval*: the list is due this long after its last completed reading began; None: a file at every run, anything
    else after 20 hours, so that a nightly run finds it due whenever in its night it comes to it. *options* are the
    kind's own keys.
    """

    kind: str = field(validator=min_len(1))
    path: str | None = None
    url: str | None = None
    name: str = ""
    interval: timedelta | None = field(default=None, validator=optional(_not_negative))
    requests_per_second: float = field(default=1.0, validator=gt(0))
    options: Mapping[str, Any] = field(default=Factory(dict))

    @property
    def label(self) -> str:
        """The name under which listings of this directory are stored."""
        return self.name or self.path or self.url or self.kind

    @property
    def lane(self) -> ProviderName:
        """What its requests are sent under (`VendorHttp.send`), so that its limits and pauses are its own."""
        return ProviderName(f"list:{self.label}")

    @property
    def limit(self) -> RateLimit:
        """How fast it may be asked; one request at a time in any case."""
        return RateLimit(requests_per_second=self.requests_per_second, burst=2, concurrency=1)

    @property
    def effective_interval(self) -> timedelta:
        """The interval that holds: the configured one, or that of its sort of place."""
        if self.interval is not None:
            return self.interval
        return timedelta() if self.path is not None else _NIGHTLY

    @property
    def definition(self) -> str:
        """What makes the list what it is, hashed, for a URL may hold a secret: defined otherwise it is another list.

        Of a path the file's name counts, not the folder, which may be moved; what is in the file tells its content.
        """
        file = self.path.replace("\\", "/").rsplit("/", 1)[-1] if self.path is not None else None
        defined = json.dumps([self.kind, file, self.url, self.options], sort_keys=True, default=repr)
        return hashlib.blake2b(defined.encode(), digest_size=16).hexdigest()


@frozen(kw_only=True)
class ProviderSettings:
    """What may be asked of one vendor; None keeps the adapter's own default."""

    enabled: bool = True
    requests_per_second: float | None = field(default=None, validator=optional(gt(0)))
    burst: int | None = field(default=None, validator=optional(ge(1)))
    concurrency: int | None = field(default=None, validator=optional(ge(1)))

    def limit(self, default: RateLimit) -> RateLimit:
        """The limit that holds: these settings over the adapter's *default*."""
        return RateLimit(
            requests_per_second=self.requests_per_second or default.requests_per_second,
            burst=self.burst or default.burst,
            concurrency=self.concurrency or default.concurrency,
        )


@frozen(kw_only=True)
class WebsiteSettings:
    """How fast the pages of one company's website may be asked for; one at a time in any case."""

    requests_per_second: float = field(default=2.0, validator=gt(0))
    burst: int = field(default=4, validator=ge(1))

    @property
    def limit(self) -> RateLimit:
        """The limit of one host."""
        return RateLimit(requests_per_second=self.requests_per_second, burst=self.burst, concurrency=1)


@frozen(kw_only=True)
class DiscoverySettings:
    """*recheck*: when a company without a board is looked at again; it doubles with each look, up to 8 times.

    *concurrency*: companies at once. *company_deadline*: how long one company may take. *max_pages*: how many pages
    of a company's website are read in one look. *guess_slugs*: whether vendors are asked for boards that no page shows,
    under slugs like the company's name.
    """

    recheck: timedelta = field(default=timedelta(days=30), validator=_positive)
    concurrency: int = field(default=8, validator=ge(1))
    company_deadline: timedelta = field(default=timedelta(seconds=90), validator=_positive)
    max_pages: int = field(default=6, validator=ge(1))
    guess_slugs: bool = False


@frozen(kw_only=True)
class IngestionSettings:
    """*interval*: a source is due this long after its last completed sweep began; nothing means always.

    *concurrency*: boards at once. *block_pause*: how long a vendor that blocks (403, 429, 503) several boards in a
    row is left alone when it does not say.
    """

    interval: timedelta = field(default=timedelta(hours=20), validator=_not_negative)
    concurrency: int = field(default=8, validator=ge(1))
    block_pause: timedelta = field(default=timedelta(hours=1), validator=_positive)


def _counted(_: object, attribute: Attribute[timedelta | None], value: timedelta | None) -> None:
    if value is not None and value < _COUNTED:
        raise ValueError(f"{attribute.name} must be 90d at the least, because metrics count the offers of 90 days")


@frozen(kw_only=True)
class RetentionSettings:
    """How long what is closed is kept, counted from the time at which it was found closed; None: for ever.

    *payloads*: the vendors' raw records. *closed_offers*: the offers, with all that is kept of them.
    """

    payloads: timedelta | None = field(default=None, validator=optional(_not_negative))
    closed_offers: timedelta | None = field(default=None, validator=_counted)


FOR_EVER = RetentionSettings()


def _resolutions(_: object, attribute: Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    for name in value:
        if name.upper() not in list(Resolution):
            raise ValueError(f"{attribute.name} holds {name!r}; accepted: {', '.join(Resolution)}")


def _row_order(_: object, attribute: Attribute[str], value: str) -> None:
    if value not in list(RowOrder):
        raise ValueError(f"{attribute.name} must be one of {', '.join(RowOrder)}")


@frozen(kw_only=True)
class SheetSettings:
    """Which sheet, if any: a Google spreadsheet's id or a local *file* (.xlsx or .csv), and the tab in it.

    *minimum_score* (0-10) keeps companies below it from getting a row, *hide_resolutions* those so resolved;
    *maximum_rows* bounds the rows of ours; *order* is that of new rows. *language* (`en`, `es`) is that of the sheet's
    words; *labels* (by column), *resolutions* and *model_feedback* (by code) take the place of its words.
    """

    spreadsheet_id: str | None = None
    file: str | None = None
    worksheet: str = field(default="Companies", validator=min_len(1))
    minimum_score: float = field(default=0.0, validator=and_(ge(0), le(10)))
    maximum_rows: int | None = field(default=None, validator=optional(ge(1)))
    hide_resolutions: tuple[str, ...] = field(default=(), validator=_resolutions)
    order: str = field(default=RowOrder.SCORE.value, validator=_row_order)
    language: str = "en"
    labels: Mapping[str, str] = field(default=Factory(dict))
    resolutions: Mapping[str, str] = field(default=Factory(dict))
    model_feedback: Mapping[str, str] = field(default=Factory(dict))

    def __attrs_post_init__(self) -> None:
        wording_of(self.language, self.labels, self.resolutions, self.model_feedback)

    @property
    def wording(self) -> Wording:
        """What the sheet says in words."""
        return wording_of(self.language, self.labels, self.resolutions, self.model_feedback)

    @property
    def configured(self) -> bool:
        """Whether there is a sheet at all."""
        return bool(self.spreadsheet_id or self.file)

    @property
    def hidden(self) -> frozenset[Resolution]:
        """The resolutions whose companies get no new row."""
        return frozenset(Resolution(name.upper()) for name in self.hide_resolutions)

    @property
    def row_order(self) -> RowOrder:
        """The order of new rows."""
        return RowOrder(self.order)


@frozen(kw_only=True)
class FeedbackSettings:
    """When, in local time, decisions are read from the sheet."""

    window: TimeWindow = ALWAYS
    timezone: tzinfo = UTC


@frozen(kw_only=True)
class PipelineSettings:
    """*lease*: how long a lock outlives the last heartbeat of its holder; a day at the most."""

    lease: timedelta = field(default=timedelta(seconds=60), validator=_positive)

    @lease.validator
    def _bounded(self, attribute: Attribute[timedelta], value: timedelta) -> None:
        if value > LONGEST_LEASE:
            raise ValueError(f"{attribute.name} must be a day at the most")
