"""Readers of single fields: what each makes of a record, and what is lost by name."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ats_core.domain.offer import Salary, Workplace
from ats_core.provider.json_board.fields import (
    all_html,
    all_texts,
    employment,
    epoch_ms,
    epoch_s,
    first_of,
    html,
    iso_time,
    link,
    mail_time,
    pay,
    places,
    text,
    texts,
    url,
    workplace,
    workplace_if,
)
from ats_core.provider.json_board.posting import PostingFields
from ats_core.provider.record import BadField, Record

AT = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)


def record(**fields: Any) -> Record:
    return Record(fields)


def test_paths_lead_through_objects_lists_and_all_fields_of_an_object() -> None:
    told = record(
        a={"b": " x "},
        offices=[{"name": "Madrid"}, {"name": "Lisbon"}, {"name": "Madrid"}, {}],
        tags=["R&amp;D", "", "FX"],
        sections={"one": {"text": "<p>1</p>"}, "title": "no object", "two": {"text": "<p>2</p>"}},
    )
    assert text("a.b")(told) == "x"
    assert texts("offices[].name")(told) == ("Madrid", "Lisbon")
    assert texts("tags[]")(told) == ("R&D", "FX")
    assert html("sections.*.text")(told) == "1\n2"
    assert told.lost == {}


def test_the_first_path_that_says_something_counts() -> None:
    told = record(empty="", other="Finance", pieces=["a"])
    assert text("missing", "empty", "other")(told) == "Finance"
    assert texts("missing[]", "other")(told) == ("Finance",)
    assert all_texts("other", "pieces[]", "other")(told) == ("Finance", "a")
    assert html("empty", "other")(told) == "Finance"
    assert first_of(texts("missing[]"), texts("pieces[]"))(told) == ("a",)
    assert first_of(text("missing"), text("empty"))(told) is None


def test_what_is_of_another_type_is_lost_by_its_path() -> None:
    told = record(a={"b": 7}, offices=[{"name": ["x"]}, "text"], when=[], pay={"min": {}}, place={"city": 1}, flag=3)
    text("a.b", "a.c")(told)
    texts("offices[].name")(told)
    iso_time("when")(told)
    pay(minimum="pay.min")(told)
    places("place.city")(told)
    workplace_if(remote="flag")(told)
    assert set(told.lost) == {"a.b", "offices[0].name", "offices[1]", "when", "pay.min", "place.city", "flag"}


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (iso_time("at"), "2026-01-05T08:00:00+01:00"),
        (iso_time("at"), "2026-01-05 07:00:00 UTC"),
        (iso_time("at"), "2026-01-05T07:00:00"),
        (epoch_ms("at"), 1_767_596_400_000),
        (epoch_s("at"), "1767596400"),
        (mail_time("at"), "Mon, 05 Jan 2026 08:00:00 +0100"),
        (mail_time("at"), "Mon, 05 Jan 2026 07:00:00 GMT"),
    ],
)
def test_times_of_every_spelling_are_utc(reader: Any, value: object) -> None:
    told = record(at=value)
    read = reader(told)
    assert read == AT
    assert read.tzinfo is UTC
    assert told.lost == {}


@pytest.mark.parametrize("reader", [iso_time("at"), epoch_ms("at"), epoch_s("at"), mail_time("at")])
@pytest.mark.parametrize("value", ["soon", "9" * 30, True, {}])
def test_a_time_that_is_none_is_lost_and_never_fails(reader: Any, value: object) -> None:
    told = record(at=value)
    assert reader(told) is None
    assert list(told.lost) == ["at"]


def test_a_date_is_its_midnight() -> None:
    assert iso_time("on")(record(on="2026-01-05")) == datetime(2026, 1, 5, tzinfo=UTC)


def test_places_are_put_together_of_parts() -> None:
    told = record(
        city="Madrid", country="Spain", locations=[{"city": "Lisbon", "country": "Portugal"}, {"country": "Spain"}, {}]
    )
    assert places("city", "missing", "country")(told) == ("Madrid, Spain",)
    assert places("city", "country", within="locations[]")(told) == ("Lisbon, Portugal", "Spain")
    assert places("city", within="address")(told) == ()
    assert places("city", "country")(record(city="Singapore", country="Singapore")) == ("Singapore",)


def test_texts_in_parts_keep_their_order_and_headings() -> None:
    told = record(body="<p>Do this.</p>", needs="<ul><li>SWIFT</li></ul>", empty="<p></p>")
    read = all_html("body", "empty", "needs", headings={"needs": "You bring", "empty": "Nothing"})
    assert read(told) == "Do this.\nYou bring\n- SWIFT"


def test_markup_that_was_escaped_is_markup() -> None:
    assert html("body")(record(body="&lt;p&gt;R&amp;amp;D&lt;/p&gt;")) == "R&D"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("OnSite", Workplace.ON_SITE),
        ("on-site", Workplace.ON_SITE),
        ("in_office", Workplace.ON_SITE),
        ("HYBRID", Workplace.HYBRID),
        ("Híbrido", Workplace.HYBRID),
        ("fully remote", Workplace.REMOTE),
        ("Remote - Spain", Workplace.REMOTE),
        ("wfa", Workplace.REMOTE),
        ("unspecified", None),
        (None, None),
    ],
)
def test_a_workplace_is_known_in_every_spelling(said: str | None, meant: Workplace | None) -> None:
    assert workplace("at", words={"WFA": Workplace.REMOTE})(record(at=said)) is meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("FULL_TIME", "Full-time"),
        ("FullTime", "Full-time"),
        ("part time", "Part-time"),
        ("Intern", "Internship"),
        ("ft_perm", "Full-time"),
        ("Werkstudent", "Werkstudent"),
        ("", None),
    ],
)
def test_an_employment_type_is_made_plain_or_kept(said: str, meant: str | None) -> None:
    assert employment("as", words={"ft-perm": "Full-time"})(record(**{"as": said})) == meant


def test_pay_is_a_range_with_its_interval_made_plain() -> None:
    read = pay(minimum="p.min", maximum="p.max", currency="p.cur", interval="p.per", words="p.note")
    assert read(record(p={"min": "42000.00", "max": 51000.5, "cur": "EUR", "per": "PER_YEAR"})) == Salary(
        minimum=Decimal(42000), maximum=Decimal("51000.5"), currency="EUR", interval="year"
    )
    assert read(record(p={"min": 9, "per": "fortnight"})) == Salary(minimum=Decimal(9), interval="fortnight")
    assert read(record(p={"note": "<b>Competitive</b>"})) == Salary(text="Competitive")
    assert read(record(p={"cur": "EUR", "per": "year"})) is None
    own = pay(minimum="min", interval="per", intervals={"Y": "year"})
    assert own(record(min=1, per="y")) == Salary(minimum=Decimal(1), interval="year")


def test_a_link_is_made_of_fields_and_of_all_or_none() -> None:
    made = link("https://{@slug}.acme.example/jobs/{job.id}")
    assert made(record(**{"@slug": "north", "job": {"id": "a b/../c"}})) == (
        "https://north.acme.example/jobs/a%20b%2F..%2Fc"
    )
    assert made(record(**{"@slug": "north"})) is None
    assert url("u")(record(u="javascript:alert(1)")) is None


def test_a_posting_without_a_title_is_rejected_by_the_titles_path() -> None:
    fields = PostingFields(title="job.title")
    with pytest.raises(BadField, match=r"job\.title: is missing"):
        fields.posting(record(id=1))
    with pytest.raises(BadField, match=r"job\.title: is missing"):
        fields.posting(record(id=1, job={}))
    assert fields.posting(record(id=1, job={"title": "Analyst"})).title == "Analyst"
