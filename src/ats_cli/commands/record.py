"""`atsp record`: a board's traffic as a fixture, and whether a stored one still has the vendor's shape."""

from __future__ import annotations

from pathlib import Path

import anyio
import click

from ats_cli.compose import vendor_line
from ats_cli.config import Config
from ats_cli.log import RunLog
from ats_cli.options import common, json_option, load
from ats_cli.plugged import load_plugins
from ats_cli.recording import Comparison, Made, board_meant, compared, recorded_board
from ats_cli.render import as_json
from ats_cli.render.shapes import print_comparison
from ats_core.domain.identity import clean_line
from ats_core.errors import ConfigurationError
from ats_core.testing.recording.fixture import Recording

#: What a fixture may weigh, unless said: so much is read by people and diffed.
MAX_BYTES = 100_000
#: The exit status of a comparison that found another shape.
OTHER_SHAPE = 5


@click.command(epilog="Examples: atsp record lever acme --output tests/fixtures/acme.json · atsp record --refresh FILE")
@click.argument("what", nargs=-1, metavar="[PROVIDER BOARD | URL]")
@click.option("--region", default="", help="The board's region at the vendor, such as eu.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write (default: stdout).")
@click.option("--max-bytes", type=click.IntRange(min=1), default=MAX_BYTES, show_default=True,
              help="How large the fixture may be: of a larger board fewer postings are kept.")  # fmt: skip
@click.option("--refresh", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Read the board of this fixture again and show what changed of its shape.")  # fmt: skip
@click.option("--write", is_flag=True, help="With --refresh: put what was read now into the file.")
@json_option
@common
def record(
    config_path: Path | None,
    what: tuple[str, ...],
    region: str,
    output: Path | None,
    max_bytes: int,
    refresh: Path | None,
    write: bool,
    as_json_: bool,
) -> int:
    """Record a board as a fixture, which contract tests replay.

    The board is probed and read once, as a run does it. Secrets, cookies, tracking, mailboxes, telephone numbers and
    recruiters' names are taken out.

    Exit status of --refresh: 0 the shape is the same, 5 it is another.
    """
    if refresh is None:
        if not 1 <= len(what) <= 2:
            raise click.UsageError("give PROVIDER and BOARD, a URL of a board, or --refresh FILE")
        if write or as_json_:
            raise click.UsageError("--write and --json go with --refresh")
        _record(load(config_path), what, region, output, max_bytes)
        return 0
    if what or region or output:
        raise click.UsageError("--refresh takes the board from its file, and writes there with --write")
    stored = Recording.parse(_read(refresh), where=str(refresh))
    found = _compare(load(config_path), stored, max_bytes)
    if as_json_:
        told = as_json.plain(found)
        told.pop("recording")
        click.echo(as_json.dumps({**told, "is_same": found.is_same}))
    else:
        print_comparison(found)
    if write and found.recording is not None:
        _write(refresh, found.recording.text)
        click.echo(f"wrote {refresh}", err=True)
    elif write:
        click.echo(f"{refresh} is left as it was: what came now cannot be read", err=True)
    return 0 if found.is_same else OTHER_SHAPE


def _record(config: Config, what: tuple[str, ...], region: str, output: Path | None, max_bytes: int) -> None:
    if output is not None and output.exists():
        raise ConfigurationError(
            "it is there already", where=str(output), hint="--refresh compares, and --write renews"
        )
    providers = load_plugins(config).providers()
    board = board_meant(providers, what, region)

    async def work() -> Made:
        with RunLog(debug=_is_debug()) as log:
            async with vendor_line(config, providers, log) as http:
                return await recorded_board(http, providers[board.provider], board, max_bytes=max_bytes)

    made = anyio.run(work)
    if output is None:
        click.echo(made.recording.text, nl=False)
    else:
        _write(output, made.recording.text)
    click.echo(_summary(made, output), err=True)


def _compare(config: Config, stored: Recording, max_bytes: int) -> Comparison:
    providers = load_plugins(config).providers()

    async def work() -> Comparison:
        with RunLog(debug=_is_debug()) as log:
            async with vendor_line(config, providers, log) as http:
                return await compared(http, providers, stored, max_bytes=max_bytes)

    return anyio.run(work)


def _summary(made: Made, output: Path | None) -> str:
    recording, mapped = made.recording, made.mapped
    rejected = f", {mapped.rejected} rejected" if mapped.rejected else ""
    lost = f", {mapped.lost_fields} fields lost" if mapped.lost_fields else ""
    counts = f"{_count(len(recording.exchanges), 'exchange')}, {_count(mapped.postings, 'posting')}{rejected}{lost}"
    told = f"{made.recording.board}: {counts}, {recording.size} bytes{f' in {output}' if output else ''}"
    missing = ", ".join(clean_line(change.path, limit=80) for change in made.not_shown[:5])
    return f"{told}; not shown by the postings that fit: {missing}" if missing else told


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ConfigurationError(f"cannot be read: {reason}", where=str(path)) from None


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot be written: {error.strerror}", where=str(path)) from None


def _is_debug() -> bool:
    return bool(click.get_current_context().find_root().meta.get("debug"))
