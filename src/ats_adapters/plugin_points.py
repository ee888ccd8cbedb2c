"""The entry points by which installed distributions offer plugins, whatever state the distributions are in."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points

from attrs import frozen

from ats_core.errors import one_line
from ats_core.hookspecs import ENTRY_POINT_GROUP

__all__ = ["BrokenDistribution", "installed_points"]


@frozen
class BrokenDistribution:
    """A distribution of which it cannot be told what plugins it has, and why."""

    name: str
    reason: str


def installed_points(
    every: Iterable[Distribution] | None = None,
) -> tuple[list[EntryPoint], list[BrokenDistribution]]:
    """The entry points of the plugins' group, and the distributions of which they cannot be read.

    Of two distributions of one name the first on the path counts, as for imports. *every* defaults to all installed.
    """
    if every is None:
        try:
            return list(entry_points(group=ENTRY_POINT_GROUP)), []
        except Exception:  # one distribution is broken, and the library reads all or none: see which
            every = distributions()
    points: dict[str, list[EntryPoint]] = {}
    broken: dict[str, BrokenDistribution] = {}
    for distribution in every:
        name = "?"
        try:
            name = distribution.metadata["Name"] or "?"
            if name not in points and name not in broken:
                points[name] = list(distribution.entry_points.select(group=ENTRY_POINT_GROUP))
        except Exception as error:
            broken[name] = BrokenDistribution(name, f"its entry points cannot be read: {one_line(error)}")
    return [point for those in points.values() for point in those], list(broken.values())
