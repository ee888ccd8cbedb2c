"""One run, or one after another, inside an event loop, with signals that end it in order."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
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


async def run_pipeline(config: Config, request: RunRequest, log: EventLog) -> RunOutcome:
    """Open the database, run once, close."""
    async with pipeline(config, request, log) as composed:
        return await composed.run(request.loop, request.only)


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

    The first signal cancels the work, which finishes or abandons the page in hand; a second ends the process.
    """
    received = 0
    result: T | None = None

    async def listen(scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
        nonlocal received
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            task_status.started()
            async for number in signals:
                if received:
                    if sys.stderr is not None and sys.stderr.isatty():
                        os.write(sys.stderr.fileno(), SHOW_CURSOR)
                    os._exit(128 + number)
                received = number
                log.warning("stopping", signal=signal.Signals(number).name)
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
        return 128 + received
    assert result is not None
    return result
