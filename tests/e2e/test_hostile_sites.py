"""A list of websites that are made to do harm, with good companies between them, through a run of the command.

Each costs its own company its deadline at the most; the run goes on, in little memory, and finds the good ones' boards.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from tests.e2e.desk import Desk, truth
from tests.e2e.peak import peak_of
from tests.servers.hostile import ATTACKS, Hostile
from tests.servers.threads import running

from ats_adapters.sandbox import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs the resource usage of a child"),
]

MEGABYTE = 1_000_000
LATE = "took longer than"
DEADLINE = 8
#: A page in hand is read to its end: so long a look may be over its deadline here, where others use the machine too.
OVER = 10
#: How looks at some of them end, as far as that does not depend on the machine.
ENDS: Mapping[str, str] = MappingProxyType(
    {
        "body-of-300-mb": "too_large",
        "html-of-50-mb": "too_large",
        "gzip-bomb": "too_large",
        "deflate-bomb": "too_large",
        "bomb-in-a-bomb": "too_large",
        "gzip-twice": "not_text",
        "brotli": "not_text",
        "zstd": "not_text",
        "gzip-cut-short": "network",
        "a-byte-a-second": "timeout",
        "slow-head": "timeout",
        "endless-head": "network",
        "silence": "timeout",
        "no-http": "network",
        "binary": "not_text",
        "pdf": "not_text",
        "longer-and-longer": "redirects",
        "in-a-circle": "redirects",
        "to-itself": "redirects",
        "robots-for-ever": "timeout",
    }
)


def test_hostile_sites_cost_their_own_companies_and_nobody_else(tmp_path: Path) -> None:
    world = World.crowd(companies=12, postings=40, text=0)
    server = Hostile(world)
    with running(server):
        desk = Desk.before(tmp_path / "desk", world)
        companies = desk.folder / "companies.csv"
        header, *good = companies.read_text(encoding="utf-8").splitlines()
        hostile = [f"{name},https://{name}.example/" for name in ATTACKS]
        companies.write_text("\n".join([header, *hostile, *good, ""]), encoding="utf-8")
        timing: dict[str, dict[str, object]] = {
            "http": {"timeout": "3s"},
            "discovery": {"company_deadline": f"{DEADLINE}s", "concurrency": 8},
        }
        desk.configure(server.url, timing)
        peak = peak_of(desk, "run", "--only", "directory,discovery")

    # The run went on to its end, and found the boards of the good companies, and no others.
    assert desk.rows("SELECT count(*) FROM discoveries") == [(len(ATTACKS) + len(good),)]
    found = {tuple(row) for row in desk.rows("SELECT provider, region, board FROM company_sources")}
    assert found == set(truth(world))
    # Each look says what stopped it.
    told = dict(desk.rows("SELECT c.name, d.detail FROM discoveries AS d JOIN companies AS c ON c.id = d.company_id"))
    unexpected = {name: told[name] for name, end in ENDS.items() if end not in told[name] and LATE not in told[name]}
    assert not unexpected
    # It took little memory, and nobody's look went on for much longer than it may.
    assert peak < 200 * MEGABYTE
    asked: dict[str, list[float]] = defaultdict(list)
    for host, at in server.heard:
        asked[host.removesuffix(".example")].append(at)
    spans = {name: max(times) - min(times) for name, times in asked.items() if name in ATTACKS}
    assert spans.keys() == ATTACKS.keys()
    assert not {name: span for name, span in spans.items() if span > DEADLINE + OVER}
