"""The vendors that the program reads out of the box. Each imports nothing but the core: a plugin can do the same."""

from ats_adapters.ats.ashby import ASHBY
from ats_adapters.ats.bamboohr import BAMBOOHR
from ats_adapters.ats.breezy import BREEZY
from ats_adapters.ats.greenhouse import Greenhouse
from ats_adapters.ats.lever import Lever
from ats_adapters.ats.pinpoint import PINPOINT
from ats_adapters.ats.recruitee import RECRUITEE
from ats_adapters.ats.rippling import RIPPLING

__all__ = ["ASHBY", "BAMBOOHR", "BREEZY", "PINPOINT", "RECRUITEE", "RIPPLING", "Greenhouse", "Lever"]
