"""How often the scorer's hits are right, measured on labelled snippets (README.md).

    python benchmarks/scoring_quality                       both splits
    python benchmarks/scoring_quality --only development    for whoever tunes: nothing of the held-out part is shown
    python benchmarks/scoring_quality --figures             both, without the misses
    python benchmarks/scoring_quality --catalog my.toml --json

Exit status 1 if precision or recall of a shown split is below the aim, 2 if a wanted split has no files.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.scoring_quality.labelled import BONUS_LANGUAGES, SPLITS, PartMissing, load
from benchmarks.scoring_quality.measure import counted, judge
from benchmarks.scoring_quality.report import as_data, as_lines

from ats_adapters.catalogs import builtin_catalog, find_builtin
from ats_core.scoring.catalog_format import parse_catalog
from ats_core.scoring.scorer import Scorer

__all__ = ["main"]

AIM = 0.95
BUILTIN = "international-payments"


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        prog="python benchmarks/scoring_quality",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", choices=SPLITS, help="one split; the other is not even read")
    parser.add_argument("--catalog", type=Path, help="a catalog file; else the built-in one")
    parser.add_argument("--figures", action="store_true", help="only figures: nothing is learnt of single snippets")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    chosen = parser.parse_args(arguments)

    scorer = _scorer(chosen.catalog)
    splits = [chosen.only] if chosen.only else list(SPLITS)
    try:
        judged = {split: judge(scorer, load(split)) for split in splits}
    except PartMissing as missing:
        print(f"error: {missing}", file=sys.stderr)
        return 2
    if chosen.json:
        data: dict[str, Any] = {"catalog": scorer.catalog.id, "version": scorer.catalog.version, "aim": AIM}
        data |= {split: as_data(one, misses=not chosen.figures) for split, one in judged.items()}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for split, one in judged.items():
            print("\n".join(as_lines(split, one, misses=not chosen.figures)), end="\n\n")
    totals = [counted([j for j in one if j.snippet.language not in BONUS_LANGUAGES]) for one in judged.values()]
    return int(any(share is None or share < AIM for total in totals for share in (total.precision, total.recall)))


def _scorer(path: Path | None) -> Scorer:
    if path is not None:
        text = path.read_text(encoding="utf-8")
        return Scorer(parse_catalog(text, where=str(path), find_base=find_builtin))
    return Scorer(builtin_catalog(BUILTIN))
