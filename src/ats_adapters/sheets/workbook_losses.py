"""What rewriting a workbook with openpyxl would drop: then it is not rewritten, so that nobody loses anything."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping

from ats_core.errors import SheetError

__all__ = ["refuse_losses"]

#: Parts of a workbook (ECMA-376 part 1; [MS-XLSX]) by the beginning of their names. Not named are parts that every
#: program makes anew, and threaded comments, whose text openpyxl keeps as notes.
_PARTS: Mapping[str, str] = {
    "xl/media/": "images",
    "xl/charts/chart": "charts",
    "xl/pivotTables/": "pivot tables",
    "xl/slicers/": "slicers",
    "xl/timelines/": "timelines",
    "xl/ctrlProps/": "form controls",
    "xl/activeX/": "controls",
    "xl/embeddings/": "embedded objects",
    "xl/richData/": "pictures or data types in cells",
    "xl/queryTables/": "queries",
    "xl/connections": "data connections",
    "xl/model/": "a data model",
    "xl/vbaProject": "macros",
}
_SHAPE = re.compile(rb"<(?:\w+:)?(?:sp|grpSp|cxnSp)[ >]")
#: Extensions of a worksheet that openpyxl warns it removes; a conditional format's extension only refines its looks.
_EXTENSIONS: Mapping[str, str] = {
    "Data Validation extension": "choices taken from another worksheet",
    "Sparkline Group extension": "sparklines",
    "Slicer List extension": "slicers",
    "Protected Range extension": "protected ranges",
}


def refuse_losses(before: bytes, after: bytes, warned: Iterable[str]) -> None:
    """Raise `SheetError` where the rewritten workbook *after* lacks what a person put into *before*."""
    had, has = _counts(before), _counts(after)
    lost = {name for name, count in had.items() if has.get(name, 0) < count}
    lost |= {name for text, name in _EXTENSIONS.items() if any(text in warning for warning in warned)}
    if lost:
        raise SheetError(
            f"the workbook holds {', '.join(sorted(lost))}, which writing it would drop; nothing was written",
            hint="keep them in a workbook of their own that refers to this one",
        )


def _counts(workbook: bytes) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        for part in archive.namelist():
            for beginning, name in _PARTS.items():
                if part.startswith(beginning) and not part.endswith((".rels", "/")):
                    counts[name] = counts.get(name, 0) + 1
            if part.startswith("xl/drawings/drawing"):
                counts["shapes"] = counts.get("shapes", 0) + len(_SHAPE.findall(archive.read(part)))
    return counts
