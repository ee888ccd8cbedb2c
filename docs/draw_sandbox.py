"""Draws docs/sandbox.svg, the README's picture: the ranked table of a sandbox on its first day.

python3 dev.py sandbox && .venv/bin/python docs/draw_sandbox.py atsp-sandbox/atsp.db
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from ats_adapters.sqlite import open_store
from ats_cli.render.tables import print_companies

SHOWN = 25
#: Rich's picture loads its font from afar; ours takes the reader's own.
SVG = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def main(database: Path) -> None:
    """Read the table from *database* and draw it."""
    console = Console(record=True, width=150, file=io.StringIO(), force_terminal=True)
    with open_store(database, create=False) as store, store.read() as uow:
        print_companies(console, uow.reports.companies()[:SHOWN])
    picture = console.export_svg(title="atsp run --sandbox", code_format=SVG)
    (Path(__file__).parent / "sandbox.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
