"""What a run says never stops the run."""

from __future__ import annotations

import io
import json
import os

from ats_cli.log import RunLog


class Broken(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, _: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


class Terminal(Broken):
    def isatty(self) -> bool:
        return True


def test_a_log_whose_reader_has_gone_raises_nothing() -> None:
    log = RunLog(stream=Broken())
    log.info("run_started", run=1)
    log.warning("runner_failed", error="x", exc_info=ValueError("x"))


def test_nor_does_one_on_a_terminal_that_has_gone() -> None:
    log = RunLog(stream=Terminal())
    log.info("runner_started", runner="directory")
    log.warning("runner_failed", error="x", exc_info=ValueError("x"))
    log.progress("directory", 1, 2)


def test_what_json_cannot_hold_is_written_all_the_same() -> None:
    stream = io.StringIO()
    log = RunLog(stream=stream)
    name = os.fsdecode(b"caf\xe9.xlsx")
    log.info("sheet_synced", place=name, count=2**70)
    assert json.loads(stream.getvalue()) | {"place": name, "count": 2**70} == json.loads(stream.getvalue())
