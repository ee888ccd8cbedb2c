"""A small outside world on loopback: companies with websites, two ATS vendors, days that pass, and trouble on request.

`World` is pure: it answers any request for any of its hosts. `SandboxServer` puts it on a port of 127.0.0.1, and
`Faults` makes it misbehave. `World.crowd` is a world of any size, and `Maze` one
of websites that lead to boards in many ways, or only seem to.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ats_adapters.sandbox.answers import SandboxResponse
    from ats_adapters.sandbox.crowd import Crowd, Vendor
    from ats_adapters.sandbox.faults import FaultKind, Faults
    from ats_adapters.sandbox.maze import CompanyTruth, Maze
    from ats_adapters.sandbox.server import RequestRecord, SandboxServer
    from ats_adapters.sandbox.world import BoardKey, World

__all__ = [
    "BoardKey",
    "CompanyTruth",
    "Crowd",
    "FaultKind",
    "Faults",
    "Maze",
    "RequestRecord",
    "SandboxResponse",
    "SandboxServer",
    "Vendor",
    "World",
]

_HOMES = {
    "BoardKey": "world",
    "CompanyTruth": "maze",
    "Crowd": "crowd",
    "FaultKind": "faults",
    "Faults": "faults",
    "Maze": "maze",
    "RequestRecord": "server",
    "SandboxResponse": "answers",
    "SandboxServer": "server",
    "Vendor": "crowd",
    "World": "world",
}


def __getattr__(name: str) -> Any:
    """The public names, loaded when first asked for: whoever only names a kind of fault needs no server."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
