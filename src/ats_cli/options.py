"""Options that several commands share, and what they build."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ats_cli.config import Config, load_config

__all__ = ["common", "json_option", "load"]

F = TypeVar("F", bound=Callable[..., Any])


def common(command: F) -> F:
    """Add `--config` and `--debug`. What a group was given counts for its subcommand, unless that is given its own."""

    @click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        help="The configuration file (default: atsp.toml here).",
    )
    @click.option("--debug", is_flag=True, help="Show tracebacks and every log event.")
    @functools.wraps(command)
    def wrapped(*args: Any, debug: bool, config_path: Path | None, **kwargs: Any) -> Any:
        context = click.get_current_context()
        meta = context.find_root().meta
        meta["debug"] = debug or meta.get("debug", False)
        if config_path is None and context.parent is not None:
            config_path = context.parent.params.get("config_path")
        return command(*args, config_path=config_path, **kwargs)

    return wrapped  # type: ignore[return-value]


json_option = click.option("--json", "as_json_", is_flag=True, help="Print one JSON value instead of a table.")


def load(config_path: Path | None) -> Config:
    """The configuration of this process."""
    return load_config(config_path, os.environ, folder=Path())
