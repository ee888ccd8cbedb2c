"""Why a score is what it is: each hit and synergy with its points, down to the words that were found."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from ats_cli.render.console import safe
from ats_cli.render.tables import LABEL_STYLES, day, print_sources
from ats_core.domain.match import Hit, Scored
from ats_core.domain.metrics import ScoredOffer
from ats_core.domain.summary import CompanyEvidence

__all__ = ["print_evidence", "print_scored"]

#: How many offers an explanation lists in full.
EXPLAINED_OFFERS = 5


def print_evidence(out: Console, evidence: CompanyEvidence) -> None:
    """Why a company stands where it stands."""
    company, metrics = evidence.summary.company, evidence.summary.metrics
    out.print(
        safe(company.name, "bold")
        + Text("  ")
        + safe(company.website or "no website", "dim")
        + Text(f"  {company.id}", style="dim")
    )
    out.print(
        f"decision: {company.resolution.value}"
        + (f" since {day(company.resolution_at)}" if company.resolution_at else "")
    )
    if evidence.discovery is not None:
        found = evidence.discovery
        out.print(
            safe(f"board: {found.outcome.value.replace('_', ' ')}, looked at {day(found.checked_at)}: {found.detail}")
        )
    if evidence.summary.sources:
        print_sources(out, evidence.summary.sources, {company.id: company.name})
    if metrics is None:
        read = any(source.checkpoint.last_ingested_at for source in evidence.summary.sources)
        out.print("its board was read and has no offers" if read else "no offers were read yet")
        return
    style = LABEL_STYLES[metrics.label]
    out.print(
        Text(f"score {metrics.best_score:.1f} {metrics.label.value}", style=style)
        + Text(
            f"  {metrics.open_offers} open offers ({metrics.unique_offers} unique, {metrics.strong_offers} strong), "
            f"{metrics.new_30d} new and {metrics.reposted_30d} reposted in 30 days"
        )
    )
    scored = [offer for offer in evidence.offers if offer.scored and offer.scored.hits]
    for offer in scored[:EXPLAINED_OFFERS]:
        _print_offer(out, offer)
    if len(scored) > EXPLAINED_OFFERS:
        out.print(f"\nand {len(scored) - EXPLAINED_OFFERS} more offers with evidence: --json lists all")


def _print_offer(out: Console, offer: ScoredOffer) -> None:
    assert offer.scored is not None
    closed = f", closed {day(offer.closed_at)}" if offer.closed_at else ""
    language = f", in {offer.language}" if offer.language else ", language unknown"
    out.print()
    life = f"  first seen {day(offer.first_seen_at)}{closed}{language}"
    out.print(safe(offer.title, "bold") + Text(life, style="dim"))
    if offer.url:
        out.print(Text("      ") + safe(offer.url, "dim"))
    print_scored(out, offer.scored)


def print_scored(out: Console, scored: Scored, names: Mapping[str, str] | None = None) -> None:
    """A line for each hit and synergy, then their sum; categories are called by *names*, else by their ids."""
    called = names or {}
    for hit in scored.hits:
        out.print(
            Text(f"{hit.points:+6.1f}  ", style="dim" if hit.negated else "")
            + safe(f"{called.get(hit.category, hit.category)}:")
            + Text(" ")
            + _snippet(hit, in_bold=out.is_terminal)
            + _told(hit)
        )
    for synergy in scored.synergies:
        together = " + ".join(called.get(category, category) for category in synergy.categories)
        out.print(Text(f"{synergy.points:+6.1f}  ") + safe(together) + Text("  (together)", style="dim"))
    out.print(Text(f"{scored.score:6.1f}  {scored.label.value}", style=LABEL_STYLES[scored.label]))


def _told(hit: Hit) -> Text:
    """What was looked for, where it was found, and whether it counts against the offer."""
    return safe(f"({hit.keyword}, {hit.field.value}{', negated' if hit.negated else ''})", "dim")


def _snippet(hit: Hit, *, in_bold: bool) -> Text:
    """The words around a match, the match itself in bold, or, where nothing shows bold, in the brackets it has."""
    before, _, rest = hit.snippet.partition("[[")
    match, closed, after = rest.partition("]]")
    if not in_bold or not closed:
        return safe(hit.snippet) + Text("  ")
    return Text.assemble(_inline(before), (_inline(match), "bold"), _inline(after), "  ")


def _inline(text: str) -> str:
    """A piece of a line made safe, its outer spaces kept."""
    return safe(f"|{text}|").plain[1:-1]
