"""A store whose process can be killed before any of its operations, and after any of its transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from ats_core.ports import Store, UnitOfWork


class Killed(BaseException):
    """The process is dead: nothing that it would have done after this happens."""


class MortalStore:
    """A store that dies before its operation number *dies_at* (from 1; None: never), and does nothing any more then."""

    def __init__(self, store: Any, dies_at: int | None = None) -> None:
        self._store: Store = store
        self.dies_at = dies_at
        self.operations = 0

    def step(self) -> None:
        """One more operation, or death."""
        self.operations += 1
        if self.dies_at is not None and self.operations >= self.dies_at:
            raise Killed

    def fence(self, leases: Any) -> None:
        self._store.fence(leases)

    def read(self) -> AbstractContextManager[UnitOfWork]:
        return self._transaction(self._store.read)

    def write(self) -> AbstractContextManager[UnitOfWork]:
        return self._transaction(self._store.write)

    @contextmanager
    def _transaction(self, begin: Callable[[], AbstractContextManager[UnitOfWork]]) -> Iterator[Any]:
        self.step()
        with begin() as work:
            yield _Watched(work, self.step)
            self.step()
        self.step()


class _Watched:
    """A unit of work, or one of its repositories: each call of a method is an operation."""

    def __init__(self, inner: Any, step: Callable[[], None]) -> None:
        self._inner = inner
        self._step = step

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return _Watched(found, self._step)

        def call(*arguments: Any, **named: Any) -> Any:
            self._step()
            return found(*arguments, **named)

        return call
