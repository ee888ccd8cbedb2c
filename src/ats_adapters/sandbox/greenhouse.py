"""Greenhouse's hosts as the world has them: the Job Board API, hosted boards, embeds."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ats_adapters.sandbox.answers import (
    SandboxResponse,
    etagged,
    found_at,
    html_page,
    json_document,
    not_here,
    text_file,
)
from ats_adapters.sandbox.greenhouse_records import department, job, location, office, posting_url
from ats_adapters.sandbox.markup import markup
from ats_adapters.sandbox.postings import BoardToday

__all__ = ["API_HOST", "HOSTED", "Greenhouse"]

API_HOST = "boards-api.greenhouse.io"
#: Hosts on which people see boards, and the region whose boards each shows.
HOSTED = {
    "boards.greenhouse.io": "",
    "job-boards.greenhouse.io": "",
    "boards.eu.greenhouse.io": "eu",
    "job-boards.eu.greenhouse.io": "eu",
}


class Greenhouse:
    """The vendor on one day, with its boards by lower-case token."""

    def __init__(self, boards: Iterable[BoardToday]) -> None:
        self._boards = {board.record.slug.lower(): board for board in boards if board.exists}

    def answer(self, host: str, target: str) -> SandboxResponse:
        """What one of Greenhouse's hosts answers to a GET."""
        parts = urlsplit(target)
        query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        path = [part for part in parts.path.split("/") if part]
        if host == API_HOST:
            return etagged(self._api(path, query))
        if path[:1] == ["embed"]:
            return self._embed(host, path[1:], query)
        if host.startswith("boards."):
            return found_at(f"https://job-{host}{target}")
        return self._hosted(host, path)

    def _api(self, path: list[str], query: dict[str, str]) -> SandboxResponse:
        board = self._boards.get(path[2].lower()) if path[:2] == ["v1", "boards"] and len(path) > 2 else None
        if board is None:
            return json_document({"status": 404, "error": "Job not found"}, 404)
        match path[3:]:
            case []:
                about = escape(f"<p>{escape(board.company.about['en'])}</p>")
                return json_document({"name": board.company.name, "content": about})
            case ["jobs"]:
                return json_document(self._listing(board, query))
            case ["jobs", number]:
                return self._single(board, number, query)
            case ["departments"]:
                return json_document({"departments": self._grouped(board, "department")})
            case ["offices"]:
                return json_document({"offices": self._grouped(board, "office")})
        return json_document({"status": 404, "error": "Not found"}, 404)

    def _listing(self, board: BoardToday, query: dict[str, str]) -> dict[str, Any]:
        full = query.get("content") == "true"
        pay = query.get("pay_transparency") == "true"
        jobs = [job(board, posting, full=full, pay=pay) for posting in board.postings]
        jobs += self._broken(board, jobs)
        return {"jobs": jobs, "meta": {"total": len(jobs)}}

    def _single(self, board: BoardToday, number: str, query: dict[str, str]) -> SandboxResponse:
        posting = board.posting_called(lambda serial: str(board.greenhouse_id(serial)), number)
        if posting is None:
            return json_document({"status": 404, "error": "Job not found"}, 404)
        return json_document(job(board, posting, full=True, pay=query.get("pay_transparency") == "true"))

    def _broken(self, board: BoardToday, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Records that no reader can use, made from good ones: each with null where the data says."""
        if not jobs:
            return []
        made = []
        for nth, missing in enumerate(board.record.malformed):
            made.append({**jobs[0], "id": board.greenhouse_id(board.broken_serial(nth)), missing: None})
        return made

    def _grouped(self, board: BoardToday, kind: str) -> list[dict[str, Any]]:
        units: dict[int, dict[str, Any]] = {}
        for posting in board.postings:
            record = job(board, posting, full=False, pay=False)
            made = (
                [department(board, posting.department)]
                if kind == "department"
                else [office(board, city) for city in posting.cities]
            )
            for unit in made:
                units.setdefault(unit["id"], {**unit, "jobs": []})["jobs"].append(record)
        return [units[key] for key in sorted(units)]

    def _hosted(self, host: str, path: list[str]) -> SandboxResponse:
        board = self._boards.get(path[0].lower()) if path else None
        if board is None or board.record.hosted != HOSTED[host]:
            return not_here(host)
        if len(path) == 1:
            return html_page(self._listing_page(board))
        posting = board.posting_called(lambda serial: ["jobs", str(board.greenhouse_id(serial))], path[1:])
        if posting is None:
            return not_here(host)
        return html_page(_page(f"{posting.title} at {board.company.name}", markup(posting, board)))

    def _embed(self, host: str, path: list[str], query: dict[str, str]) -> SandboxResponse:
        board = self._boards.get(query.get("for", "").lower())
        if board is None or board.record.hosted != HOSTED[host]:
            return not_here(host)
        match path:
            case ["job_board"]:
                return html_page(self._listing_page(board))
            case ["job_board", "js"]:
                script = f"var Grnhse=Grnhse||{{}};Grnhse.Settings={{boardToken:{board.record.slug!r},autoLoad:true}};"
                return text_file(script, "text/javascript; charset=utf-8")
            case ["job_app"]:
                return html_page(_page(f"Apply at {board.company.name}", "<form><input name='first_name'></form>"))
        return not_here(host)

    def _listing_page(self, board: BoardToday) -> str:
        rows = "".join(
            f'<li><a href="{escape(posting_url(board, p))}">{escape(p.title)}</a> {escape(location(board, p))}</li>'
            for p in board.postings
        )
        logo = f'<a class="logo" href="https://{board.company.host}">{escape(board.company.name)}</a>'
        return _page(f"Jobs at {board.company.name}", f"{logo}<ul>{rows}</ul>")


def _page(title: str, body: str) -> str:
    head = f"<!doctype html><html><head><meta charset=utf-8><title>{escape(title)}</title></head>"
    return f"{head}<body><h1>{escape(title)}</h1>{body}</body></html>"
