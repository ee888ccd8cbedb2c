from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve

from ats_core.domain.checkpoint import Validators
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import Request, Response
from ats_core.testing.vendor_http import as_reply, json_answer, recorded

ASKED = Request(url="https://api.vendor.example/jobs")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, FailureKind.FORBIDDEN),
        (429, FailureKind.RATE_LIMITED),
        (500, FailureKind.SERVER_ERROR),
        (503, FailureKind.SERVER_ERROR),
    ],
)
def test_answers_that_say_nothing_arrive_as_failures(status: int, kind: FailureKind) -> None:
    reply = as_reply(Response(url=ASKED.url, status=status))
    assert isinstance(reply, ProviderError)
    assert reply.kind is kind


@pytest.mark.parametrize("status", [200, 304, 401, 404, 410])
def test_answers_that_say_something_arrive_as_they_are(status: int) -> None:
    answer = Response(url=ASKED.url, status=status)
    assert as_reply(answer) is answer


def test_what_the_asker_already_has_is_not_sent_again() -> None:
    first = json_answer(ASKED, [1])
    again = evolve(ASKED, validators=first.validators)
    assert json_answer(again, [1]).not_modified
    assert json_answer(again, [2]).status == 200
    assert json_answer(ASKED, [1], etag=False).validators == Validators()


def test_a_recording_answers_what_was_recorded_and_nothing_else(tmp_path: Path) -> None:
    fixture = tmp_path / "acme.json"
    exchanges = [
        {"url": ASKED.url, "headers": {"ETag": "x"}, "json": {"jobs": []}},
        {"url": ASKED.url, "method": "POST", "status": 404, "text": "no"},
    ]
    fixture.write_text(json.dumps({"exchanges": exchanges}), encoding="utf-8")
    serve = recorded(fixture)
    got, posted = serve(ASKED), serve(evolve(ASKED, method="POST"))
    assert isinstance(got, Response)
    assert isinstance(posted, Response)
    assert (got.status, got.body, got.validators.etag) == (200, b'{"jobs": []}', "x")
    assert (posted.status, posted.body) == (404, b"no")
    with pytest.raises(LookupError, match=r"GET https://api\.vendor\.example/other was not recorded in .*acme\.json"):
        serve(Request(url="https://api.vendor.example/other"))
