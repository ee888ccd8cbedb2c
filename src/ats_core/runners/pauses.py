"""Pauses of vendors, in the database: whoever asks a vendor looks here first, and keeps here what the vendor says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from ats_core.domain.board import ProviderName, ProviderPause
from ats_core.ports import Store, UnitOfWork

__all__ = ["StoredPauses"]


class StoredPauses:
    """A `PauseBook` in a store. Not to be asked inside a unit of work."""

    def __init__(self, store: Store | None = None) -> None:
        """Without a store nothing is paused and nothing may be kept, until `keep_in` names one."""
        self._store = store
        self._also: Callable[[], AbstractContextManager[Store]] | None = None

    def keep_in(self, store: Store, *, also: Callable[[], AbstractContextManager[Store]] | None = None) -> None:
        """From now on, the pauses are those of *store*.

        *also* opens another store, in which what is kept is kept too: where *store* is a copy that is thrown away, what
        a vendor said of waiting holds for whoever asks it next.
        """
        self._store = store
        self._also = also

    def standing(self, provider: ProviderName, now: datetime) -> ProviderPause | None:
        """The vendor's pause, if it ends after *now*."""
        if self._store is None:
            return None
        with self._store.read() as uow:
            pause = _of(uow, provider)
        return pause if pause is not None and pause.paused_until > now else None

    def keep(self, pause: ProviderPause) -> ProviderPause:
        """Keep a pause; returns what stands then: a longer one stays."""
        standing = _kept(self._opened(), pause)
        if standing is pause and self._also is not None:
            with self._also() as other:
                _kept(other, pause)
        return standing

    def strike(self, pause: ProviderPause) -> None:
        """The pause is over; nothing happens where another has taken its place."""
        with self._opened().write() as uow:
            if _of(uow, pause.provider) == pause:
                uow.sources.forget_pause(pause.provider)

    def _opened(self) -> Store:
        if self._store is None:
            raise RuntimeError("there is no store yet to keep pauses in")
        return self._store


def _kept(store: Store, pause: ProviderPause) -> ProviderPause:
    with store.write() as uow:
        standing = _of(uow, pause.provider)
        if standing is not None and standing.paused_until >= pause.paused_until:
            return standing
        uow.sources.save_pause(pause)
    return pause


def _of(uow: UnitOfWork, provider: str) -> ProviderPause | None:
    return next((pause for pause in uow.sources.pauses() if pause.provider == provider), None)
