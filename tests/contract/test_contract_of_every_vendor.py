"""Each registered vendor is held to the contract of all, by a class of its own in this folder."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from ats_adapters.plugins import Plugins
from ats_core.domain.board import ProviderName
from ats_core.testing.provider_suite import ProviderSuite

FOLDER = Path(__file__).parent
VENDORS = sorted(Plugins(found=[]).providers())


def suites() -> Iterator[type[ProviderSuite]]:
    """The classes that pytest collects, and that hold an adapter to the contract."""
    for path in sorted(FOLDER.glob("test_*.py")):
        if path == Path(__file__) or "ProviderSuite" not in path.read_text("utf-8"):
            continue
        module = importlib.import_module(f"tests.contract.{path.stem}")
        for name, suite in inspect.getmembers(module, inspect.isclass):
            if name.startswith("Test") and issubclass(suite, ProviderSuite):
                yield suite


@cache
def by_vendor() -> Mapping[ProviderName, list[type[ProviderSuite]]]:
    found: dict[ProviderName, list[type[ProviderSuite]]] = {}
    for suite in suites():
        found.setdefault(suite().make_world().provider.name, []).append(suite)
    return found


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_registered_vendor_has_a_class_in_the_contract_suite_that_tests_its_adapter(vendor: ProviderName) -> None:
    adapter = Plugins(found=[]).providers()[vendor]
    suites = by_vendor().get(vendor, [])
    assert suites, f"no class below {FOLDER.name} subclasses ProviderSuite for {vendor}"
    assert any(type(suite().make_world().provider) is type(adapter) for suite in suites)


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_vendor_is_let_off_a_case_of_the_suite(vendor: ProviderName) -> None:
    cases = {name: case for name, case in inspect.getmembers(ProviderSuite) if name.startswith("test_")}
    assert len(cases) > 30
    for suite in by_vendor()[vendor]:
        for name, case in cases.items():
            assert getattr(suite, name) is case, f"{suite.__name__} has its own {name}"
        assert not getattr(suite, "pytestmark", []), f"{suite.__name__} is marked"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_world_shows_links_that_are_boards_and_links_that_are_none(vendor: ProviderName) -> None:
    links = [link for suite in by_vendor()[vendor] for link in suite().make_world().links.items()]
    assert any(expected is not None for _, expected in links)
    assert any(expected is None for _, expected in links)
