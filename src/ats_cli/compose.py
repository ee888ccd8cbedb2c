"""The one place where adapters meet the core: builds what a command needs from the configuration."""

from __future__ import annotations

import os
import random
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

from attrs import frozen

from ats_adapters.http.client import Outside
from ats_adapters.http.driver import HttpDriver
from ats_adapters.http.pages import HttpWebPages
from ats_adapters.plugins import Plugins
from ats_adapters.sheets.read_only import ReadOnlySheet
from ats_adapters.sqlite import SqliteStore, open_store
from ats_adapters.system.clock import FixedClock, SystemClock
from ats_cli.catalogs import configured_catalog, named_catalog
from ats_cli.config import Config
from ats_cli.plugged import enabled_providers, load_plugins
from ats_core.domain.board import ProviderName
from ats_core.domain.run import Lease, Loop, RunnerName
from ats_core.pipeline import Pipeline
from ats_core.ports import AtsProvider, Clock, EventLog, SheetGateway
from ats_core.provider.messages import RateLimit
from ats_core.runners.directory import DirectoryRunner, DirectoryTerms
from ats_core.runners.discovery import AtsDiscoveryRunner
from ats_core.runners.feedback import FeedbackRunner
from ats_core.runners.ingestion import AtsIngestionRunner
from ats_core.runners.pauses import StoredPauses
from ats_core.runners.rescoring_run import RescoringRunner
from ats_core.runners.sheets_sync import SheetsSyncRunner
from ats_core.scoring.scorer import Scorer

__all__ = [
    "RunRequest",
    "alone_with_store",
    "configured_catalog",
    "named_catalog",
    "opened_store",
    "pipeline",
    "rescoring",
    "sheet_to_read",
    "vendor_line",
]

#: How long what is done by hand may take. Nothing beats its heart meanwhile.
_WHILE_ALONE = timedelta(minutes=10)


@frozen(kw_only=True)
class RunRequest:
    """What a person asked to be run.

    *clock* dates what is stored (None: the system's); leases and run records keep the wall clock. *dry_run* works on a
    copy of the database and writes no sheet.
    """

    loop: Loop = Loop.ALL
    only: Collection[RunnerName] = ()
    dry_run: bool = False
    feedback_now: bool = False
    full_sheet: bool = False
    clock: Clock | None = None


@contextmanager
def opened_store(config: Config, *, create: bool = False, scratch: bool = False) -> Iterator[SqliteStore]:
    """The configured database. *scratch*: a copy of it that is thrown away."""
    if not scratch:
        with open_store(config.database_path, create=create) as store:
            yield store
        return
    with tempfile.TemporaryDirectory(prefix="atsp-dry-run-") as folder:
        copy = Path(folder) / "atsp.db"
        if config.database_path.exists() and config.database_path.stat().st_size:
            with open_store(config.database_path, create=False) as original:
                original.copy_to(copy)
        with open_store(copy, create=True) as store:
            yield store


@contextmanager
def alone_with_store(config: Config) -> Iterator[SqliteStore]:
    """The configured database while no run is at it, and none can begin. Raises `LockHeld`."""
    with opened_store(config) as store:
        lock, owner, leases = store.lock(SystemClock()), _owner(), list[Lease]()
        try:
            for name in Loop.ALL.locks:
                leases.append(lock.acquire(name, owner, _WHILE_ALONE))
            store.fence(leases)
            yield store
        finally:
            store.fence(())
            for lease in leases:
                lock.release(lease)


def _limits(config: Config, providers: Mapping[ProviderName, AtsProvider]) -> dict[ProviderName, RateLimit]:
    own = config.providers
    return {name: own[name].limit(p.limit) if name in own else p.limit for name, p in providers.items()}


def _sheet(config: Config, plugins: Plugins, *, read_only: bool) -> SheetGateway | None:
    gateway = plugins.sheet(config.sheets, config.http)
    return ReadOnlySheet(gateway) if gateway is not None and read_only else gateway


def sheet_to_read(config: Config) -> SheetGateway | None:
    """The configured sheet, if any, for reading alone."""
    return _sheet(config, load_plugins(config), read_only=True)


@asynccontextmanager
async def pipeline(
    config: Config, request: RunRequest, log: EventLog, *, way_out: Callable[..., Outside] = Outside
) -> AsyncIterator[Pipeline]:
    """The five runners over the real adapters and the opened database.

    What the configuration names is checked before the database is opened, so that a mistake leaves no file behind.
    *way_out* makes the way to the outside, as `Outside` does: a measurement may count what goes through it.
    """
    wall = SystemClock()
    clock = request.clock or wall
    # Turns and pauses need a clock that goes.
    pace = wall if isinstance(clock, FixedClock) else clock
    plugins = load_plugins(config)
    scorer = Scorer(configured_catalog(config, plugins))
    # Last of what plugins are asked for at the start: one that failed by then brings no vendor either.
    providers = enabled_providers(config, plugins)
    gateway = _sheet(config, plugins, read_only=request.dry_run)
    for problem in plugins.problems:
        log.warning("plugin_left_out", plugin=problem.plugin, reason=problem.reason)
    release = version("ats-pipeline")
    async with way_out(config.http, version=release) as outside:
        pauses, patience = StoredPauses(), config.http.max_retry_after

        def driver(limits: Mapping[ProviderName, RateLimit] | None = None) -> HttpDriver:
            # One a runner: limits are not shared between runners. Pauses are: vendors say them to all of us.
            limits = _limits(config, providers) if limits is None else limits
            return HttpDriver(outside, limits, pace, log, random.Random(), pauses)  # noqa: S311

        pages = HttpWebPages(outside, pace, log, limit=config.websites.limit)
        directory_http = driver({own.lane: own.limit for own in config.directories})
        directories = [plugins.directory(settings, directory_http) for settings in config.directories]
        terms = {
            # What another release makes of a list may be more, though the list has not changed.
            source.name: DirectoryTerms(interval=own.effective_interval, definition=f"{release} {own.definition}")
            for source, own in zip(directories, config.directories, strict=True)
        }
        with opened_store(config, create=True, scratch=request.dry_run) as store:
            # What a vendor says of waiting is said to us, not to this run: a dry run keeps that in the database itself.
            is_told = request.dry_run and config.database_path.exists()
            pauses.keep_in(store, also=partial(open_store, config.database_path, create=False) if is_told else None)
            yield Pipeline(
                store=store,
                lock=store.lock(wall),
                runners=[
                    DirectoryRunner(store, directories, clock, log, terms),
                    AtsDiscoveryRunner(
                        store, pages, driver(), providers, clock, log, config.discovery, patience=patience
                    ),
                    AtsIngestionRunner(
                        store,
                        driver(),
                        providers,
                        scorer,
                        clock,
                        log,
                        config.ingestion,
                        patience=patience,
                        retention=config.retention,
                        pauses=pauses,
                    ),
                    SheetsSyncRunner(store, gateway, clock, log, config.sheets, full=request.full_sheet),
                    FeedbackRunner(
                        store, gateway, clock, log, config.sheets, config.feedback, now_requested=request.feedback_now
                    ),
                ],
                clock=wall,
                log=log,
                settings=config.pipeline,
                owner=_owner(),
            )


@asynccontextmanager
async def vendor_line(
    config: Config, providers: Mapping[ProviderName, AtsProvider], log: EventLog
) -> AsyncIterator[HttpDriver]:
    """A driver for what is asked by hand: under the vendors' limits, and their pauses where there is a database."""
    async with Outside(config.http, version=version("ats-pipeline")) as outside:
        with opened_store(config, scratch=not config.database_path.exists()) as store:
            limits = _limits(config, providers)
            yield HttpDriver(outside, limits, SystemClock(), log, random.Random(), StoredPauses(store))  # noqa: S311


@contextmanager
def rescoring(
    config: Config, log: EventLog, *, every: bool, remap: bool, clock: Clock | None = None
) -> Iterator[tuple[Pipeline, RescoringRunner]]:
    """The pipeline of a run that only rescores, over the database that there is, and its one runner.

    *every*: what is current, too. *remap*: read the stored payloads again before. *clock* dates what is stored.
    """
    wall = SystemClock()
    plugins = load_plugins(config)
    providers = enabled_providers(config, plugins) if remap else None
    scorer = Scorer(configured_catalog(config, plugins))
    for problem in plugins.problems:
        log.warning("plugin_left_out", plugin=problem.plugin, reason=problem.reason)
    with opened_store(config) as store:
        runner = RescoringRunner(store, scorer, clock or wall, log, every=every, remap=providers)
        yield (
            Pipeline(
                store=store,
                lock=store.lock(wall),
                runners=[runner],
                clock=wall,
                log=log,
                settings=config.pipeline,
                owner=_owner(),
            ),
            runner,
        )


def _owner() -> str:
    """This process, as locks and run records name it."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
