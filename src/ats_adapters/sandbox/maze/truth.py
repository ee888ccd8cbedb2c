"""What is true of a company of the maze, known from how it was made."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

__all__ = ["CompanyTruth", "Kind"]


class Kind(StrEnum):
    """What there is to find.

    `BOARD`: a board that the website leads to. `DECOY`: no board, but the site mentions others'. `PLAIN`: no board,
    nor any mention. `CLOSED`: a board on a site that robots.txt closes. `UNLINKED`: a board that the site does not
    show at all, so that only a guess can find it.
    """

    BOARD = "board"
    DECOY = "decoy"
    PLAIN = "plain"
    CLOSED = "closed"
    UNLINKED = "unlinked"


@frozen(kw_only=True)
class CompanyTruth:
    """A company of the list: its *style* of website, and its *boards* as (provider, region, slug).

    *shared*: its board is kept by another company of its group, so that one source is right for both.
    """

    name: str
    host: str
    style: str
    kind: Kind
    language: str
    boards: tuple[tuple[str, str, str], ...]
    shared: bool = False
