"""What a person is shown of boards that wait for a word."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from rich.console import Console

from ats_cli.render.tables import print_evidence
from ats_core.domain.board import Board, ProviderName, Source, SourceStatus
from ats_core.domain.identity import CompanyId


def test_a_board_in_doubt_is_shown_with_its_confidence_and_what_was_seen_where() -> None:
    acme = CompanyId("c_acme")
    source = Source(
        company_id=acme,
        board=Board(ProviderName("lever"), "eu", "x9"),
        evidence_url="https://acme.example/careers",
        evidence_kind="parameter",
        confidence=0.6,
        status=SourceStatus.UNSURE,
        discovered_at=datetime(2026, 7, 1, tzinfo=UTC),
    )
    written = io.StringIO()
    print_evidence(Console(file=written, width=200), [source], {acme: "Acme"})
    for shown in (source.id, "lever:x9 (eu)", "Acme", "0.60", "parameter", "https://acme.example/careers"):
        assert shown in written.getvalue()
