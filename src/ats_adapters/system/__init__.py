"""The machine's time."""

from ats_adapters.system.clock import FixedClock, SystemClock

__all__ = ["FixedClock", "SystemClock"]
