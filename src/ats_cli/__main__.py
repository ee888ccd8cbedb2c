"""The process's first lines: a ^C while the program still loads ends it as quietly as one later."""

from __future__ import annotations

import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Load the command line and run it."""
    try:
        from ats_cli.main import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
