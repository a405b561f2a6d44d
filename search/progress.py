"""How far a long task is, shown on stderr while it runs, and only where a person is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Hands on the things given, saying how many are done and what is done with them."""

    def __call__(self, things: Iterable[T], doing: str) -> Iterable[T]:
        """The same things, one by one."""


def silent(things: Iterable[T], doing: str) -> Iterable[T]:
    """Say nothing."""
    return things


def shown(things: Iterable[T], doing: str) -> Iterator[T]:
    """A bar on stderr where that is a terminal; else nothing."""
    if not sys.stderr.isatty():
        yield from things
        return
    from rich.console import Console
    from rich.progress import track

    counted: Sequence[T] = things if isinstance(things, Sequence) else list(things)
    yield from track(counted, doing.capitalize(), console=Console(stderr=True), transient=True)
