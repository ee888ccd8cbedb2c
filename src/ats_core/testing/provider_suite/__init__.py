"""The contract of `AtsProvider` as tests that every adapter inherits, a third party's too.

Describe the vendor in a `VendorWorld` (a declared one in a `JsonBoardWorld`), subclass `ProviderSuite`, return the
world from `make_world`, and run pytest:

    class TestAcmeHire(ProviderSuite):
        def make_world(self) -> VendorWorld:
            return AcmeHireWorld()
"""

import pytest

# Asserts in these modules explain themselves as those of test files do.
pytest.register_assert_rewrite(
    *(
        f"{__name__}.{part}"
        for part in (
            "boards",
            "changes",
            "discovery",
            "failures",
            "json_world",
            "paging",
            "play",
            "postings",
            "recognition",
            "xml_world",
        )
    )
)

from ats_core.testing.provider_suite.boards import BoardCases  # noqa: E402
from ats_core.testing.provider_suite.changes import ChangeCases  # noqa: E402
from ats_core.testing.provider_suite.discovery import DiscoveryCases  # noqa: E402
from ats_core.testing.provider_suite.failures import FailureCases  # noqa: E402
from ats_core.testing.provider_suite.json_world import JsonBoardWorld  # noqa: E402
from ats_core.testing.provider_suite.paging import PagingCases  # noqa: E402
from ats_core.testing.provider_suite.play import (  # noqa: E402
    failure_of,
    pages_of,
    posting_of,
    probe,
    run,
    sweep,
    swept_board,
    swept_recording,
)
from ats_core.testing.provider_suite.postings import PostingCases  # noqa: E402
from ats_core.testing.provider_suite.recognition import RecognitionCases  # noqa: E402
from ats_core.testing.provider_suite.world import VendorRecord, VendorWorld  # noqa: E402
from ats_core.testing.provider_suite.xml_world import XmlBoardWorld  # noqa: E402

__all__ = [
    "JsonBoardWorld",
    "ProviderSuite",
    "VendorRecord",
    "VendorWorld",
    "XmlBoardWorld",
    "failure_of",
    "pages_of",
    "posting_of",
    "probe",
    "run",
    "sweep",
    "swept_board",
    "swept_recording",
]


class ProviderSuite(BoardCases, PagingCases, ChangeCases, PostingCases, FailureCases, RecognitionCases, DiscoveryCases):
    """What every `AtsProvider` must do."""
