"""The command `peel`. Data goes to stdout, progress and errors to stderr.

Exit codes: 0 ok, 1 failed, 2 usage, 3 part of the input refused, 4 not found, 5 home damaged or busy.
Heavy modules are imported inside the commands, so that `peel --help` is there at once.
"""

from __future__ import annotations

import sys

from kg.errors import PeelError
from search.cli import linking, reading, writing  # noqa: F401 - importing them registers the commands
from search.cli.common import app

__all__ = ["app", "main"]


def main() -> None:
    """Run `peel`; an error of ours becomes one line and its exit code."""
    try:
        app()
    except PeelError as error:
        print(f"peel: {error}", file=sys.stderr)  # noqa: T201 - the one place that prints errors
        sys.exit(error.exit_code)
