"""Acmehire, as a plugin of ats-pipeline."""

from __future__ import annotations

from collections.abc import Iterable

from ats_core import hookimpl
from ats_core.ports import AtsProvider

from atsp_acmehire.vendor import ACMEHIRE

#: The version of the plugin API that this is written for.
ats_api = "1"


@hookimpl
def ats_providers() -> Iterable[AtsProvider]:
    """The vendor of this plugin."""
    return (ACMEHIRE,)
