"""`atsp catalog try`: scores a text and explains the score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ats_adapters.catalogs.shelf import Shelf
from ats_cli.catalogs import configured_document, named_document
from ats_cli.options import common, json_option, load
from ats_cli.plugged import plugins_at_hand
from ats_cli.render import as_json
from ats_cli.render.console import console, safe
from ats_cli.render.evidence import print_scored
from ats_core.errors import ConfigurationError
from ats_core.scoring.language import language_of
from ats_core.scoring.scorer import Scorer

#: The size of a text at most, in bytes: no posting comes near it.
LARGEST = 1_000_000


@click.command(
    "try",
    epilog='Examples: atsp catalog try posting.txt --title "Treasury Analyst" · pbpaste | atsp catalog try -',
)
@click.argument("text", metavar="FILE|-", type=click.File("rb"))
@click.option("--title", default="", help="The posting's title, in which keywords count more.")
@click.option("--department", default="", help="The department that it names.")
@click.option(
    "--boilerplate", type=click.File("rb"), help="A text that stands in most of the company's postings: it counts less."
)
@click.option("--catalog", "named", metavar="ID|FILE", help="Another catalog than the configured one.")
@json_option
@common
def try_(config_path: Path | None, as_json_: bool, **options: Any) -> None:
    """Score a text as the description of a posting, and explain the score.

    The text is plain text in UTF-8; - reads it from standard input.
    """
    shelf = Shelf(plugins_at_hand(config_path).catalogs())
    named = options["named"]
    document = (
        configured_document(load(config_path), shelf) if named is None else named_document(named, shelf, folder=Path())
    )
    description = _text(options["text"])
    boilerplate = _text(options["boilerplate"]) if options["boilerplate"] is not None else ""
    parts = {"title": options["title"], "department": options["department"], "description": description}
    if not any(part.strip() for part in (*parts.values(), boilerplate)):
        raise ConfigurationError("there is nothing to score", where=options["text"].name, hint="give a text or --title")
    catalog = shelf.read(document).or_raise()
    language = language_of(options["title"], description or boilerplate)
    scored = Scorer(catalog).score(**parts, boilerplate=boilerplate, language=language)
    if as_json_:
        shown = {"catalog_version": catalog.version, "language": language, **as_json.plain(scored)}
        click.echo(as_json.dumps(shown))
        return
    out = console()
    if options["title"]:
        out.print(safe(options["title"], "bold"))
    print_scored(out, scored, catalog.category_names)
    if not scored.hits:
        out.print("nothing of the catalog stands in it", style="dim")
    out.print(safe(f"under {catalog.version}", "dim"))


def _text(file: Any) -> str:
    """A text with line ends as postings have them; raises `ConfigurationError` where it is none."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ConfigurationError(
            f"larger than {LARGEST // 1000} kB, more than any posting has", where=file.name, hint="give one posting"
        )
    if b"\0" in content:
        raise ConfigurationError("not text: it holds NUL bytes", where=file.name, hint="give plain text in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError("not UTF-8 text", where=file.name, hint="save it as UTF-8") from None
    return str(text).replace("\r\n", "\n").replace("\r", "\n")
