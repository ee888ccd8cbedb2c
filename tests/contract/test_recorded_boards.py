"""Every recorded board and posting that lies beside the checkout is mapped, nothing of it rejected."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ats_adapters.ats.ashby import ASHBY
from ats_adapters.ats.greenhouse import Greenhouse
from ats_adapters.ats.lever import Lever
from ats_core.domain.board import Board
from ats_core.domain.offer import Posting
from ats_core.errors import FailureKind, ProviderError
from ats_core.ports import AtsProvider
from ats_core.provider.messages import Request, Response
from ats_core.testing.provider_suite import run
from ats_core.testing.swept_board import SweptBoard
from ats_core.testing.vendor_http import FakeVendorHttp, json_answer

PROVIDERS: dict[str, AtsProvider] = {"ashby": ASHBY, "greenhouse": Greenhouse(), "lever": Lever()}


def recordings(shared: Path, provider: str) -> dict[str, Any]:
    folder = shared / "recorded" / provider
    found = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    assert found, f"nothing recorded in {folder}"
    return found


def records_of(recording: Any) -> list[dict[str, Any]] | None:
    """The postings of a recorded list or single posting; None for a recorded refusal."""
    if isinstance(recording, list):
        return recording
    if "jobs" in recording:
        return list(recording["jobs"])
    return [recording] if "id" in recording else None


def swept(provider: str, records: list[dict[str, Any]]) -> SweptBoard:
    """A board of *records*, whose list without content leaves out what Greenhouse leaves out of it."""

    def serve(request: Request) -> Response:
        if provider == "lever":
            return json_answer(request, records)
        if provider == "ashby":
            return json_answer(request, {"apiVersion": 1, "jobs": records})
        if "content=true" in request.url:
            return json_answer(request, {"jobs": records, "meta": {"total": len(records)}})
        listed = [{name: value for name, value in record.items() if name != "content"} for record in records]
        return json_answer(request, {"jobs": listed, "meta": {"total": len(records)}})

    name = PROVIDERS[provider].name
    board = SweptBoard(PROVIDERS[provider], Board(name, "", "recorded"), FakeVendorHttp(serve))
    run(board.sweep)
    return board


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_every_recorded_posting_is_mapped(shared: Path, provider: str) -> None:
    count = 0
    for file, recording in recordings(shared, provider).items():
        records = records_of(recording)
        if records is None:
            continue
        board = swept(provider, records)
        assert not board.rejected, file
        listed = [record for record in records if record.get("isListed", True)]
        assert board.open_ids == {str(record["id"]) for record in listed}, file
        for record in listed:
            check(provider, board.postings[str(record["id"])], record)
            count += 1
    assert count > 0


@pytest.mark.parametrize("provider", ["greenhouse", "lever"])
def test_every_recorded_refusal_is_an_unknown_board(shared: Path, provider: str) -> None:
    refusals = [r for r in recordings(shared, provider).values() if records_of(r) is None]
    assert refusals
    for refusal in refusals:
        http = FakeVendorHttp(lambda request, refusal=refusal: json_answer(request, refusal, status=404))  # type: ignore[misc]
        board = SweptBoard(PROVIDERS[provider], Board(PROVIDERS[provider].name, "", "unknown"), http)
        with pytest.raises(ProviderError) as caught:
            run(board.sweep)
        assert caught.value.kind is FailureKind.NOT_FOUND


def check(provider: str, posting: Posting, record: dict[str, Any]) -> None:
    assert json.loads(posting.raw) == record
    assert len(posting.description_text) > 50
    assert not {"<p>", "<li>", "<div>", "&nbsp;", "&amp;", "&lt;"} & set(posting.description_text.split())
    assert all(line and line == line.strip() for line in posting.description_text.split("\n"))
    checks = {"ashby": check_ashby, "greenhouse": check_greenhouse, "lever": check_lever}
    checks[provider](posting, record)


def check_ashby(posting: Posting, record: dict[str, Any]) -> None:
    assert posting.title == " ".join(record["title"].split())
    assert posting.published_at == datetime.fromisoformat(record["publishedAt"])
    places = [record["location"], *(place["location"] for place in record["secondaryLocations"])]
    assert posting.locations == tuple(dict.fromkeys(filter(None, places)))
    assert (posting.department, posting.team) == (record["department"], record["team"])
    assert (posting.url, posting.apply_url) == (record["jobUrl"], record["applyUrl"])
    tiers = (record.get("compensation") or {}).get("compensationTiers") or []
    ranges = [part for tier in tiers for part in tier["components"] if part["compensationType"] == "Salary"]
    lows = [part["minValue"] for part in ranges if part["minValue"] is not None]
    if len({(part["currencyCode"], part["interval"]) for part in ranges}) == 1:
        assert posting.salary is not None
        assert posting.salary.minimum == min(lows, default=None)
        assert posting.salary.interval == ranges[0]["interval"].split()[1].lower()


def check_lever(posting: Posting, record: dict[str, Any]) -> None:
    categories = record["categories"]
    assert posting.title == " ".join(record["text"].split())
    assert posting.published_at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=record["createdAt"])
    assert posting.locations == tuple(categories.get("allLocations") or [categories["location"]])
    assert posting.team == categories.get("team")
    assert posting.department == categories.get("department")
    assert posting.employment_type == categories.get("commitment")
    assert posting.url == record["hostedUrl"]
    assert posting.apply_url == record["applyUrl"]
    assert (posting.workplace or "unspecified") == record["workplaceType"].replace("-", "_")
    for item in record.get("lists", []):
        assert item["text"] in posting.description_text
    for twin in ("descriptionPlain", "additionalPlain"):
        for line in record.get(twin, "").split("\n"):
            assert " ".join(line.split()) in posting.description_text


def check_greenhouse(posting: Posting, record: dict[str, Any]) -> None:
    assert posting.title == " ".join(record["title"].split())
    assert posting.updated_at == datetime.fromisoformat(record["updated_at"])
    first_published = record["first_published"]
    assert posting.published_at == (datetime.fromisoformat(first_published) if first_published else None)
    assert posting.locations == (record["location"]["name"],)
    assert posting.language == record["language"]
    assert posting.url == record["absolute_url"]
    assert urlsplit(posting.url or "").scheme == "https"
    departments = record.get("departments") or [{"name": None}]
    assert posting.department == departments[0]["name"]
    ranges = record.get("pay_input_ranges") or []
    assert (posting.salary is None) == (not ranges)
    if posting.salary and posting.salary.minimum and posting.salary.maximum:
        assert posting.salary.minimum * 100 == min(pay["min_cents"] for pay in ranges)
        assert posting.salary.maximum * 100 == max(pay["max_cents"] for pay in ranges)
        assert all(pay["title"] in (posting.salary.text or "") for pay in ranges)
    for entry in record["metadata"] or []:
        if entry["name"] == "Employment Type":
            assert posting.employment_type == entry["value"]
