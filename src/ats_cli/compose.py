"""The one place where adapters meet the core: builds what a command needs from the configuration."""

from __future__ import annotations

import os
import random
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
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
from ats_core.domain.board import ProviderName
from ats_core.domain.run import Loop, RunnerName
from ats_core.errors import ConfigurationError
from ats_core.pipeline import Pipeline
from ats_core.ports import AtsProvider, Clock, EventLog, SheetGateway
from ats_core.provider.messages import RateLimit
from ats_core.runners.directory import DirectoryRunner
from ats_core.runners.discovery import AtsDiscoveryRunner
from ats_core.runners.feedback import FeedbackRunner
from ats_core.runners.ingestion import AtsIngestionRunner
from ats_core.runners.pauses import StoredPauses
from ats_core.runners.rescoring_run import RescoringRunner
from ats_core.runners.sheets_sync import SheetsSyncRunner
from ats_core.scoring.scorer import Scorer

__all__ = ["RunRequest", "configured_catalog", "named_catalog", "opened_store", "pipeline", "rescoring"]


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


def enabled_providers(config: Config, plugins: Plugins) -> Mapping[ProviderName, AtsProvider]:
    """The vendors that plugins bring, less those that the configuration disables."""
    found = plugins.providers()
    for name in config.providers:
        if name not in found:
            raise ConfigurationError(
                f"there is no provider {name!r}", where=f"[providers.{name}]", hint=f"installed: {', '.join(found)}"
            )
    return {name: p for name, p in found.items() if name not in config.providers or config.providers[name].enabled}


def _limits(config: Config, providers: Mapping[ProviderName, AtsProvider]) -> dict[ProviderName, RateLimit]:
    own = config.providers
    return {name: own[name].limit(p.limit) if name in own else p.limit for name, p in providers.items()}


def _sheet(config: Config, plugins: Plugins, *, read_only: bool) -> SheetGateway | None:
    gateway = plugins.sheet(config.sheets)
    return ReadOnlySheet(gateway) if gateway is not None and read_only else gateway


@asynccontextmanager
async def pipeline(config: Config, request: RunRequest, log: EventLog) -> AsyncIterator[Pipeline]:
    """The five runners over the real adapters and the opened database.

    What the configuration names is checked before the database is opened, so that a mistake leaves no file behind.
    """
    wall = SystemClock()
    clock = request.clock or wall
    # Turns and pauses need a clock that goes.
    pace = wall if isinstance(clock, FixedClock) else clock
    plugins = Plugins()
    providers = enabled_providers(config, plugins)
    scorer = Scorer(configured_catalog(config, plugins))
    gateway = _sheet(config, plugins, read_only=request.dry_run)
    for problem in plugins.problems:
        log.warning("plugin_left_out", plugin=problem.plugin, reason=problem.reason)
    async with Outside(config.http, version=version("ats-pipeline")) as outside:
        pauses, patience = StoredPauses(), config.http.max_retry_after

        def driver() -> HttpDriver:
            # One a runner: limits are not shared between runners. Pauses are: vendors say them to all of us.
            return HttpDriver(outside, _limits(config, providers), pace, log, random.Random(), pauses)  # noqa: S311

        pages = HttpWebPages(outside, pace, log, limit=config.websites.limit)
        directory_http = driver()
        directories = [plugins.directory(settings, directory_http) for settings in config.directories]
        with opened_store(config, create=True, scratch=request.dry_run) as store:
            pauses.keep_in(store)
            yield Pipeline(
                store=store,
                lock=store.lock(wall),
                runners=[
                    DirectoryRunner(store, directories, clock, log),
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


@contextmanager
def rescoring(
    config: Config, log: EventLog, *, every: bool, remap: bool, clock: Clock | None = None
) -> Iterator[tuple[Pipeline, RescoringRunner]]:
    """The pipeline of a run that only rescores, over the database that there is, and its one runner.

    *every*: what is current, too. *remap*: read the stored payloads again before. *clock* dates what is stored.
    """
    wall = SystemClock()
    plugins = Plugins()
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
