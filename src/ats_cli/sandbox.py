"""The sandbox: a folder of its own, whose configuration leads nowhere but to the small world on loopback."""

from __future__ import annotations

import os
import shlex
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from attrs import evolve, frozen

from ats_adapters import sandbox as small
from ats_adapters.sandbox.faults import FaultKind
from ats_adapters.system.clock import FixedClock, ShiftedClock
from ats_cli.config import CONFIG_NAME, Config, load_config
from ats_core.errors import ConfigurationError
from ats_core.ports import Clock

__all__ = ["FAULT_KINDS", "FOLDER", "Sandbox", "clock_of", "prepare", "refuse_sandbox"]

#: The ways in which the sandbox's vendors can misbehave.
FAULT_KINDS = tuple(kind.value for kind in FaultKind)

FOLDER = Path("atsp-sandbox")
_DAY = "day.txt"
_LIST = "companies.csv"


@frozen(kw_only=True)
class Sandbox:
    """A prepared sandbox: its folder, its configuration, and the day of its world."""

    folder: Path
    config: Config
    day: int

    def clock(self, misbehave: Collection[str]) -> Clock:
        """The world's clock. It stands still at the morning of its day, so that every run gives the same database.

        Vendors that misbehave ask to be left alone until a time; there it goes on, so that the time comes.
        """
        morning = small.World(self.day).now()
        return ShiftedClock(morning.date()) if misbehave else FixedClock(morning)

    @asynccontextmanager
    async def served(self, misbehave: Collection[str]) -> AsyncIterator[Config]:
        """The configuration that leads to the world, while it is served."""
        faults = small.Faults(kinds=misbehave, rate=0.2, seed=self.day) if misbehave else None
        clock = self.clock(misbehave)
        async with small.SandboxServer(small.World(self.day), faults=faults, clock=clock.now) as server:
            yield evolve(self.config, http=evolve(self.config.http, connect_to={"*": server.base_url}))


def refuse_sandbox(config: Config) -> None:
    """Raise `ConfigurationError` where *config* is a sandbox's own: without its world, a run would only do harm."""
    if config.file is not None and (config.file.parent / _DAY).exists():
        folder = config.file.parent
        raise ConfigurationError(
            "this is the sandbox's configuration, which leads nowhere by itself",
            where=str(config.file),
            hint=f"type atsp run --sandbox --sandbox-folder {shlex.quote(str(folder))}",
        )


def clock_of(config: Config) -> Clock | None:
    """The clock of the world whose configuration *config* is; None where it is no sandbox's."""
    if config.file is None or not (config.file.parent / _DAY).exists():
        return None
    return FixedClock(small.World(_last_day(config.file.parent)).now())


def prepare(folder: Path, day: int | None, *, keep: bool = True) -> Sandbox:
    """Make the folder, or go on in it: at its last day, or at a later one. Time does not go back.

    With *keep* false, the folder's day and list stay as they are.
    """
    config = folder / CONFIG_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        last = _last_day(folder)
        today = day or last
        if today < last:
            raise ConfigurationError(
                f"its world is at day {last} already", where=str(folder), hint=f"delete {folder} to start again"
            )
        if not config.exists():
            template = files("ats_cli") / "templates" / "sandbox.toml"
            _put(config, template.read_text(encoding="utf-8"))
        if keep or not (folder / _LIST).exists():
            _put(folder / _LIST, small.World(today).companies_csv())
        if keep:
            _put(folder / _DAY, f"{today}\n")
    except OSError as error:
        raise ConfigurationError(f"cannot be written: {error.strerror}", where=str(error.filename)) from None
    return Sandbox(folder=folder, config=load_config(config, {}, folder=Path()), day=today)


def _put(path: Path, text: str) -> None:
    """Let the file say *text*: whole at any instant, whoever reads it or kills us; untouched where it does."""
    if path.exists() and path.read_bytes() == text.encode():
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(text.encode())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _last_day(folder: Path) -> int:
    marker = folder / _DAY
    try:
        return int(marker.read_text(encoding="ascii")) if marker.exists() else 1
    except ValueError:
        raise ConfigurationError("holds no day", where=str(marker), hint=f"delete {folder} to start again") from None
