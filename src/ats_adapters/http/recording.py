"""Keeps what a driver's vendors answered: the exchanges behind its limits, retries and byte limits."""

from __future__ import annotations

from ats_core.domain.board import ProviderName
from ats_core.errors import ProviderError
from ats_core.ports import VendorHttp
from ats_core.provider.messages import Reply, Request, Response

__all__ = ["RecordingHttp"]


class RecordingHttp:
    """A `VendorHttp` that sends through another one. *exchanges* are the requests that brought an answer, in order.

    An answer is the one that the adapter is given: after all tries, at the end of redirects, decompressed. A request
    that failed is no exchange; what it failed of is among the *failures*.
    """

    def __init__(self, http: VendorHttp) -> None:
        self._http = http
        self.exchanges: list[tuple[Request, Response]] = []
        self.failures: list[ProviderError] = []

    async def send(self, provider: ProviderName, requests: tuple[Request, ...]) -> tuple[Reply, ...]:
        """One reply for each request, in order, as the driver gives it."""
        replies = await self._http.send(provider, requests)
        for request, reply in zip(requests, replies, strict=True):
            if isinstance(reply, Response):
                self.exchanges.append((request, reply))
            else:
                self.failures.append(reply)
        return replies
