"""A small outside world on loopback: companies with websites, two ATS vendors, days that pass, and trouble on request.

`World` is pure: it answers any request for any of its hosts. `SandboxServer` puts it on a port of 127.0.0.1, and
`Faults` makes it misbehave.
"""

from ats_adapters.sandbox.answers import SandboxResponse
from ats_adapters.sandbox.faults import FaultKind, Faults
from ats_adapters.sandbox.server import RequestRecord, SandboxServer
from ats_adapters.sandbox.world import BoardKey, World

__all__ = ["BoardKey", "FaultKind", "Faults", "RequestRecord", "SandboxResponse", "SandboxServer", "World"]
