"""The contract of a `Store`, as tests: an adapter's author subclasses `StoreSuite` and gives it a database.

    class TestMyStore(StoreSuite):
        @pytest.fixture
        def database(self, tmp_path):
            return MyDatabase(tmp_path)   # a `DatabaseUnderTest`

Where the docstrings of the ports leave a question open, this suite answers it. Needs pytest and hypothesis.
"""

import pytest

# Asserts in these modules explain themselves as those of test files do.
pytest.register_assert_rewrite(
    *(
        f"{__name__}.{part}"
        for part in (
            "companies",
            "directories",
            "locks",
            "merging",
            "offers",
            "people",
            "reports",
            "runs",
            "sketches",
            "sources",
            "texts",
            "transactions",
        )
    )
)

from ats_core.testing.store_suite.base import DatabaseUnderTest, StoreContract, fill  # noqa: E402
from ats_core.testing.store_suite.companies import CompanyRepoSuite  # noqa: E402
from ats_core.testing.store_suite.directories import DirectoryRepoSuite  # noqa: E402
from ats_core.testing.store_suite.locks import RunLockSuite  # noqa: E402
from ats_core.testing.store_suite.merging import MergingSuite  # noqa: E402
from ats_core.testing.store_suite.offers import MetricsSuite, OfferRepoSuite  # noqa: E402
from ats_core.testing.store_suite.people import FeedbackRepoSuite, SheetRepoSuite  # noqa: E402
from ats_core.testing.store_suite.reports import ReportsSuite  # noqa: E402
from ats_core.testing.store_suite.runs import RunRepoSuite  # noqa: E402
from ats_core.testing.store_suite.sketches import SketchSuite  # noqa: E402
from ats_core.testing.store_suite.sources import SourceRepoSuite  # noqa: E402
from ats_core.testing.store_suite.texts import HostileTextSuite, RoundTripSuite  # noqa: E402
from ats_core.testing.store_suite.transactions import TransactionSuite  # noqa: E402

__all__ = ["DatabaseUnderTest", "StoreContract", "StoreSuite", "fill"]


class StoreSuite(
    TransactionSuite,
    RunLockSuite,
    CompanyRepoSuite,
    DirectoryRepoSuite,
    MergingSuite,
    SourceRepoSuite,
    OfferRepoSuite,
    MetricsSuite,
    SketchSuite,
    SheetRepoSuite,
    FeedbackRepoSuite,
    RunRepoSuite,
    ReportsSuite,
    HostileTextSuite,
    RoundTripSuite,
):
    """All of the contract."""
