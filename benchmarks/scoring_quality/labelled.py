"""The labelled snippets: what a posting says, and what a salesperson would mark in it. Knows no scorer.

A snippet stands in `development.LANGUAGE.toml` or `held_out.LANGUAGE.toml`: the file decides to which part it belongs.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from attrs import field, frozen
from attrs.validators import in_, matches_re, min_len

__all__ = [
    "BONUS_LANGUAGES",
    "CATEGORIES",
    "KINDS",
    "LANGUAGES",
    "SPLITS",
    "PartMissing",
    "Snippet",
    "data_files",
    "load",
    "load_file",
]

DATA = Path(__file__).parent
SPLITS = ("development", "held_out")
LANGUAGES = ("en", "es")
BONUS_LANGUAGES = ("ca", "pt")  # a look beyond what the catalog promises; in no total
KINDS = ("hit", "several", "negation", "ambiguous", "boilerplate", "hard_negative", "address")
CATEGORIES = (
    "currency-fx",
    "cross-border-payments",
    "treasury",
    "international-trade",
    "international-ecommerce",
    "markets-abroad",
    "saas-abroad",
    "payment-stack",
    "cloud-stack",
    "growth-stack",
)


class PartMissing(Exception):
    """A part of the set is wanted whose files are not there; its text is one line for whoever ran the benchmark."""


@frozen(kw_only=True)
class Snippet:
    """A piece of a posting and its labels.

    *affirmed*: categories that it truly shows. *negated*: categories that it mentions and denies. *arguable*: where
    two careful readers could differ, so finding them is neither right nor wrong. The three share nothing.
    """

    id: str = field(validator=matches_re(r"[a-z]{2}-[a-z_]+-\d{3,4}"))
    language: str = field(validator=in_(LANGUAGES + BONUS_LANGUAGES))
    kind: str = field(validator=in_(KINDS))
    title: str = ""
    department: str = ""
    description: str = ""
    boilerplate: str = ""
    affirmed: tuple[str, ...] = ()
    negated: tuple[str, ...] = ()
    arguable: tuple[str, ...] = ()
    reason: str = field(validator=min_len(1))

    def __attrs_post_init__(self) -> None:
        if self.id.split("-")[:2] != [self.language, self.kind]:
            raise ValueError(f"{self.id}: an id is LANGUAGE-KIND-NUMBER, here {self.language}-{self.kind}-…")
        if not (self.title or self.description or self.boilerplate):
            raise ValueError(f"{self.id}: there is no text")
        labels = self.affirmed + self.negated + self.arguable
        for label in labels:
            if label not in CATEGORIES:
                raise ValueError(f"{self.id}: no category is called '{label}'")
        if len(set(labels)) < len(labels):
            raise ValueError(f"{self.id}: a category has one label, not two")


def data_files(split: str, folder: Path = DATA) -> list[Path]:
    """The files of a split, one a language; a bonus language may have none. `PartMissing` if another has none."""
    files = [folder / f"{split}.{language}.toml" for language in LANGUAGES + BONUS_LANGUAGES]
    wanted = [file.name for file in files[: len(LANGUAGES)] if not file.exists()]
    if wanted:
        others = " or ".join(f"`--only {other}`" for other in SPLITS if other != split)
        raise PartMissing(
            f"{folder.name}: the part '{split}' is not there ({', '.join(wanted)}); add it, or use {others}"
        )
    return [file for file in files if file.exists()]


def load_file(path: Path) -> list[Snippet]:
    """The snippets of one file. A wrong one is a ValueError that names the file and the snippet."""
    language = path.name.split(".")[1]
    found = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["snippet"]:
        values: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in entry.items()}
        try:
            found.append(Snippet(language=language, **values))
        except (TypeError, ValueError) as wrong:
            raise ValueError(f"{path.name}, {entry.get('id', 'a snippet without an id')}: {wrong}") from wrong
    return found


def load(split: str, folder: Path = DATA) -> list[Snippet]:
    """All snippets of a split, in the order of the files. `PartMissing` if it is not there."""
    return [snippet for path in data_files(split, folder) for snippet in load_file(path)]
