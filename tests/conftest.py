"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

ROOT = Path(__file__).parent.parent


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Recorded payloads and real lists that lie beside a checkout, where there are any."""
    folder = ROOT.parent / "shared"
    if not (folder / "recorded").is_dir():
        pytest.skip("no recorded payloads beside this checkout (../shared)")
    return folder
