"""The Protocols that the use-cases need. Adapters implement them; fakes in `ats_core.testing` do too."""

from ats_core.ports.outside import (
    AtsProvider,
    Clock,
    DirectoryPage,
    DirectorySource,
    EventLog,
    RateLimiter,
    SheetGateway,
    VendorHttp,
    WebPage,
    WebPages,
)
from ats_core.ports.storage import (
    CompanyRepo,
    FeedbackRepo,
    OfferRepo,
    Reports,
    RunLock,
    RunRepo,
    SheetRepo,
    SourceRepo,
    Store,
    UnitOfWork,
)

__all__ = [
    "AtsProvider",
    "Clock",
    "CompanyRepo",
    "DirectoryPage",
    "DirectorySource",
    "EventLog",
    "FeedbackRepo",
    "OfferRepo",
    "RateLimiter",
    "Reports",
    "RunLock",
    "RunRepo",
    "SheetGateway",
    "SheetRepo",
    "SourceRepo",
    "Store",
    "UnitOfWork",
    "VendorHttp",
    "WebPage",
    "WebPages",
]
