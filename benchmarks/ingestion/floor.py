"""The least that reading boards can cost: fetch, parse, strip markup, match keywords, insert. Nothing else.

It keeps no checkpoints, asks for no ETag, looks for no change, rejects nothing, keeps no raw record and forgives no
failure: a program that does all that can only be slower, and the question is how much. It sends its requests through
httpcore, which is what the program itself uses and costs half of httpx; a floor on httpx would flatter.

    python benchmarks/ingestion/floor.py BASE_URL BOARDS_JSON KEYWORDS_JSON DATABASE

BOARDS_JSON is a list of [provider, region, slug], KEYWORDS_JSON a list of texts. The last line of its output is
{"offers": N}.
"""

from __future__ import annotations

import asyncio
import html
import json
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpcore
import orjson
from ahocorasick_rs import AhoCorasick
from selectolax.lexbor import LexborHTMLParser

LEVER_PAGE = 100
#: Boards of one vendor that are read at once: as many as the program's default.
AT_ONCE = 4

_TABLE = """
    CREATE TABLE IF NOT EXISTS offers (
        board TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, hits TEXT NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (board, id)
    ) STRICT, WITHOUT ROWID
"""
_INSERT = "INSERT OR REPLACE INTO offers (board, id, title, hits, text) VALUES (?, ?, ?, ?, ?)"


class Floor:
    """Reads boards into a database."""

    def __init__(self, base_url: str, keywords: Sequence[str], database: Path) -> None:
        self._base_url = base_url
        self._keywords = AhoCorasick([keyword.lower() for keyword in keywords])
        self._pool = httpcore.AsyncConnectionPool(max_keepalive_connections=32)
        self._connection = sqlite3.connect(database, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(_TABLE)
        self.offers = 0

    async def run(self, boards: Sequence[tuple[str, str, str]]) -> None:
        """Read all boards, each vendor's by a few workers."""
        lanes: dict[str, list[tuple[str, str, str]]] = {}
        for board in boards:
            lanes.setdefault(board[0], []).append(board)
        async with asyncio.TaskGroup() as tasks:
            for lane in lanes.values():
                for _ in range(AT_ONCE):
                    tasks.create_task(self._work(lane))
        self._connection.close()
        await self._pool.aclose()

    async def _work(self, lane: list[tuple[str, str, str]]) -> None:
        while lane:
            provider, region, slug = lane.pop()
            if provider == "greenhouse":
                offers = await self._greenhouse(slug)
            else:
                offers = await self._lever(region, slug)
            rows = [(f"{provider}/{region}/{slug}", *offer) for offer in offers]
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(_INSERT, rows)
            self._connection.execute("COMMIT")
            self.offers += len(rows)

    async def _get(self, host: str, target: str) -> Any:
        response = await self._pool.request("GET", self._base_url + target, headers={"Host": host})
        if response.status != 200:
            raise SystemExit(f"{host}{target} answered {response.status}")
        return orjson.loads(response.content)

    async def _greenhouse(self, slug: str) -> list[tuple[str, str, str, str]]:
        found = await self._get("boards-api.greenhouse.io", f"/v1/boards/{slug}/jobs?content=true")
        return [self._offer(str(job["id"]), job["title"], html.unescape(job["content"])) for job in found["jobs"]]

    async def _lever(self, region: str, slug: str) -> list[tuple[str, str, str, str]]:
        offers: list[tuple[str, str, str, str]] = []
        while True:
            target = f"/v0/postings/{slug}?mode=json&skip={len(offers)}&limit={LEVER_PAGE}"
            page = await self._get("api.eu.lever.co" if region else "api.lever.co", target)
            for posting in page:
                lists = "".join(f"<h3>{item['text']}</h3>{item['content']}" for item in posting["lists"])
                markup = posting["description"] + lists + posting["additional"]
                offers.append(self._offer(posting["id"], posting["text"], markup))
            if len(page) < LEVER_PAGE:
                return offers

    def _offer(self, number: str, title: str, markup: str) -> tuple[str, str, str, str]:
        text = LexborHTMLParser(markup).text(separator="\n")
        found = sorted(set(self._keywords.find_matches_as_strings(f"{title}\n{text}".lower())))
        return number, title, ",".join(found), text


def main(arguments: Sequence[str]) -> int:
    base_url, boards, keywords, database = arguments
    floor = Floor(base_url, json.loads(Path(keywords).read_text(encoding="utf-8")), Path(database))
    asyncio.run(floor.run([tuple(board) for board in json.loads(Path(boards).read_text(encoding="utf-8"))]))
    print(json.dumps({"offers": floor.offers}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
