"""A log that a test reads."""

from __future__ import annotations

from attrs import frozen

__all__ = ["RecordedEvent", "RecordedProgress", "RecordingLog"]


@frozen
class RecordedEvent:
    """One event: its level (`info` or `warning`), its name and its fields."""

    level: str
    name: str
    fields: dict[str, object]


@frozen
class RecordedProgress:
    """One word of progress."""

    what: str
    done: int
    total: int | None


class RecordingLog:
    """An `EventLog` that keeps everything."""

    def __init__(self) -> None:
        self.events: list[RecordedEvent] = []
        self.steps: list[RecordedProgress] = []

    def info(self, event: str, /, **fields: object) -> None:
        """Something of note."""
        self.events.append(RecordedEvent("info", event, fields))

    def warning(self, event: str, /, **fields: object) -> None:
        """Something best-effort failed."""
        self.events.append(RecordedEvent("warning", event, fields))

    def progress(self, what: str, done: int, total: int | None) -> None:
        """How far a runner is."""
        self.steps.append(RecordedProgress(what, done, total))

    def named(self, name: str) -> list[RecordedEvent]:
        """The events of this name, in order."""
        return [event for event in self.events if event.name == name]

    @property
    def warnings(self) -> list[RecordedEvent]:
        """The warnings, in order."""
        return [event for event in self.events if event.level == "warning"]
