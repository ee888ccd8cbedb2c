"""The pipeline's core: domain, use-cases and ports, without any I/O.

`import ats_core` is enough to write a plugin: `hookimpl` marks its hooks, `ats_core.ports` says what they return.
"""

from ats_core.hookspecs import API_VERSION, hookimpl

__all__ = ["API_VERSION", "hookimpl"]
