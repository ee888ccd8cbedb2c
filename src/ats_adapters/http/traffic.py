"""What was asked of the outside, counted."""

from __future__ import annotations

from attrs import frozen

__all__ = ["NO_TRAFFIC", "Traffic"]


@frozen(kw_only=True)
class Traffic:
    """*requests* sent, redirects among them; *retries* that were made; *bytes_received* of bodies on the wire."""

    requests: int = 0
    retries: int = 0
    bytes_received: int = 0

    def plus(self, *, requests: int = 0, retries: int = 0, bytes_received: int = 0) -> Traffic:
        """This and that much more."""
        return Traffic(
            requests=self.requests + requests,
            retries=self.retries + retries,
            bytes_received=self.bytes_received + bytes_received,
        )


NO_TRAFFIC = Traffic()
