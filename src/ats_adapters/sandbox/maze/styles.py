"""The styles of the maze by name: what makes their pages, what they need, and what is true of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from ats_adapters.sandbox.crowd import Vendor
from ats_adapters.sandbox.maze import decoys, embeds, mixed, ways
from ats_adapters.sandbox.maze.site import Builder
from ats_adapters.sandbox.maze.truth import Kind

__all__ = ["STYLES", "Style"]

_BOTH: tuple[Vendor, ...] = ("greenhouse", "lever")


@frozen(kw_only=True)
class Style:
    """*build* makes the pages. The company has *boards* boards at *vendors*; the site mentions *others* boards.

    *shares*: its board is another company's of the list. *listed*: what the list gives for a website, where that is
    not a spelling of the front page: `board`, `careers` (as website), or `column` (in a column of its own).
    """

    build: Builder
    kind: Kind
    vendors: tuple[Vendor, ...] = _BOTH
    boards: int = 0
    others: int = 0
    shares: bool = False
    listed: str = ""


def _way(
    build: Builder, *vendors: Vendor, boards: int = 1, others: int = 0, listed: str = "", kind: Kind = Kind.BOARD
) -> Style:
    return Style(build=build, kind=kind, vendors=vendors or _BOTH, boards=boards, others=others, listed=listed)


def _decoy(build: Builder, others: int = 0) -> Style:
    return Style(build=build, kind=Kind.DECOY, others=others)


def _plain(build: Builder) -> Style:
    return Style(build=build, kind=Kind.PLAIN)


STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "home-link": _way(ways.home_link),
        "careers-link": _way(ways.careers_link),
        "footer-link": _way(ways.footer_link),
        "posting-list": _way(ways.posting_list),
        "home-postings": _way(ways.home_postings),
        "iframe": _way(embeds.iframe),
        "embed-script": _way(embeds.embed_script, "greenhouse"),
        "lever-widget": _way(embeds.lever_widget, "lever"),
        "gh-jid": _way(embeds.gh_jid, "greenhouse"),
        "application-links": _way(embeds.application_links, "greenhouse"),
        "api-fetch": _way(embeds.api_fetch),
        "json-in-script": _way(embeds.json_in_script),
        "escaped-json": _way(embeds.escaped_json),
        "json-ld": _way(embeds.json_ld),
        "button-data": _way(embeds.button_data),
        "redirect": _way(ways.redirect),
        "refresh": _way(ways.refresh),
        "custom-domain": _way(ways.custom_domain),
        "subdomain": _way(ways.subdomain),
        "own-career-domain": _way(ways.own_career_domain),
        "sitemap-only": _way(ways.sitemap_only),
        "well-known": _way(ways.well_known),
        "two-hops": _way(ways.two_hops),
        "about-hop": _way(ways.about_hop),
        "locale-home": _way(ways.locale_home),
        "listed-careers": _way(ways.listed_careers, listed="column"),
        "listed-page": _way(ways.listed_careers, listed="careers"),
        "listed-board": _way(ways.careers_link, listed="board"),
        "several-boards": _way(ways.several_boards, boards=2),
        "moved-vendor": _way(ways.moved_vendor),
        "group-board": Style(build=ways.group_board, kind=Kind.BOARD, shares=True),
        "investor-with-own": _way(mixed.investor_with_own, others=5),
        "agency-with-own": _way(mixed.agency_with_own, others=3),
        "moved-domain": _way(mixed.moved_domain),
        "blog-post": _decoy(decoys.blog_post, 3),
        "customer-stories": _decoy(decoys.customer_stories, 4),
        "portfolio": _decoy(decoys.portfolio, 6),
        "partner-links": _decoy(decoys.partner_links, 3),
        "powered-by": _decoy(decoys.powered_by, 1),
        "job-directory": _decoy(decoys.job_directory, 8),
        "clients-jobs": _decoy(decoys.clients_jobs, 4),
        "agency": _decoy(decoys.agency, 4),
        "agency-of-one": _decoy(decoys.agency_of_one, 1),
        "sister-company": _decoy(decoys.sister_company, 1),
        "embed-demo": _decoy(decoys.embed_demo, 1),
        "tutorial": _decoy(decoys.tutorial, 1),
        "dead-board": _decoy(decoys.dead_board),
        "namesake": _decoy(decoys.namesake),
        "no-careers": _plain(decoys.no_careers),
        "no-openings": _plain(decoys.no_openings),
        "careers-mail": _plain(decoys.careers_mail),
        "own-postings": _plain(decoys.own_postings),
        "other-vendor": _plain(decoys.other_vendor),
        "parked": _plain(decoys.parked),
        "closed": _way(ways.closed, kind=Kind.CLOSED),
        "unlinked": _way(ways.unlinked, kind=Kind.UNLINKED),
    }
)
