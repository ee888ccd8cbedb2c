"""One run, or one after another, inside an event loop, with signals that end it in order."""

from __future__ import annotations

import gc
import os
import random
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import NoReturn, TypeVar

import anyio
from anyio.abc import TaskStatus

from ats_cli.compose import RunRequest, pipeline
from ats_cli.config import Config
from ats_core.errors import ConfigurationError, one_line
from ats_core.pipeline import RunOutcome
from ats_core.ports import EventLog

__all__ = ["interruptible", "run_every", "run_pipeline"]

T = TypeVar("T")

#: How far `--every` strays, so that many installations do not ask at the same moment.
JITTER = 0.05
#: What gives a terminal back the cursor that a progress bar hid.
SHOW_CURSOR = b"\x1b[?25h"
#: The signals that end a run.
ENDING = (signal.SIGINT, signal.SIGTERM)
#: How many seconds threads that were abandoned (a name being resolved, a workbook being written) may hold up the end.
LAST_SECONDS = 1.0


async def run_pipeline(config: Config, request: RunRequest, log: EventLog) -> RunOutcome:
    """Open the database, run once, close."""
    async with pipeline(config, request, log) as composed:
        _spare_the_collector()
        return await composed.run(request.loop, request.only)


def _spare_the_collector() -> None:
    """Let the garbage collector look at what a run makes, not again and again at the program; and less often.

    Nearly nothing that a run makes is garbage in a circle, and looking for it took a twelfth of the first run's time.
    """
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)


async def run_every(
    run: Callable[[], Awaitable[RunOutcome]], every: timedelta, log: EventLog, show: Callable[[RunOutcome], None]
) -> NoReturn:
    """Run for ever, each run *every* after the last one began (with a jitter), never two at once.

    A run that fails is said, and the next one runs at its time. A `ConfigurationError` is raised: waiting mends none.
    """
    while True:
        begun = anyio.current_time()
        try:
            show(await run())
        except ConfigurationError:
            raise
        except Exception as error:
            log.warning("run_failed", error=one_line(error), exc_info=error)
        stray = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
        pause = max(0.0, begun + every.total_seconds() * stray - anyio.current_time())
        log.info("sleeping", seconds=round(pause))
        await anyio.sleep(pause)


async def interruptible(work: Callable[[], Awaitable[T]], log: EventLog) -> T | int:
    """What *work* returns; or 128 + the number of the signal (SIGINT, SIGTERM) that ended it.

    The first signal cancels the work, which finishes or abandons the page in hand; a second ends the process at once.
    """
    received = 0
    result: T | None = None

    async def listen(scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
        nonlocal received
        with anyio.open_signal_receiver(*ENDING) as signals, _second_ends_process():
            task_status.started()
            async for number in signals:
                received = received or number
                log.warning("stopping", signal=signal.Signals(received).name)
                scope.cancel()

    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:
        with anyio.CancelScope() as scope:
            if sys.platform != "win32":
                await tasks.start(listen, scope)
            try:
                result = await work()
            except Exception as error:
                failure = error
        tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure
    if received and scope.cancelled_caught:
        _end_without_threads(128 + received)
        return 128 + received
    assert result is not None
    return result


def _end_without_threads(status: int) -> None:
    """End the process soon, whatever threads it still waits for. All that is to be kept has been by then."""
    last = threading.Timer(LAST_SECONDS, _end, (status,))
    last.daemon = True
    last.start()


def _end(status: int) -> NoReturn:
    if sys.stderr is not None and sys.stderr.isatty():
        os.write(sys.stderr.fileno(), SHOW_CURSOR)
    os._exit(status)


@contextmanager
def _second_ends_process() -> Iterator[None]:
    """Let a second signal end the process also while the event loop does not get its turn.

    The interpreter calls these handlers between two instructions of whatever runs; the event loop learns of the
    signals beside them, through its wake-up descriptor.
    """
    received: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1:
            _end(128 + number)

    before = {number: signal.signal(number, note) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
