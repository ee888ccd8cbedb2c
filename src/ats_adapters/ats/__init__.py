"""The vendors that the program reads out of the box. Each imports nothing but the core: a plugin can do the same."""

from ats_adapters.ats.greenhouse import Greenhouse
from ats_adapters.ats.lever import Lever

__all__ = ["Greenhouse", "Lever"]
