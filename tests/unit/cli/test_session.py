"""Run after run: what fails is said and does not end the rest, but for what waiting cannot mend."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest

from ats_cli.session import run_every
from ats_core.errors import ConfigurationError, DatabaseUnusable
from ats_core.pipeline import RunOutcome
from ats_core.testing.event_log import RecordingLog


class Runs:
    """Runs that fail, one error after another."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.log = RecordingLog()

    async def once(self) -> RunOutcome:
        raise self.errors.pop(0)

    def every(self, seconds: float) -> None:
        anyio.run(run_every, self.once, timedelta(seconds=seconds), self.log, lambda outcome: None)


def test_a_run_that_fails_for_whatever_reason_is_said_and_the_next_one_runs() -> None:
    runs = Runs(
        DatabaseUnusable("the disk is full"),
        ExceptionGroup("tasks", [ValueError("a\nbug")]),
        ConfigurationError("the end of this test"),
    )
    with pytest.raises(ConfigurationError):
        runs.every(0.001)
    assert [event.fields["error"] for event in runs.log.named("run_failed")] == [
        "the disk is full",
        "ValueError: a bug",
    ]


def test_a_wrong_configuration_ends_it_at_once() -> None:
    runs = Runs(ConfigurationError("no such catalog"))
    with pytest.raises(ConfigurationError, match="no such catalog"):
        runs.every(3600)
    assert runs.log.named("sleeping") == []
