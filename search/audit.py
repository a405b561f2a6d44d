"""The audit log: one JSON line for every write to a home, appended and never changed.

{"time": "…", "who": "key:editor", "what": "ingest", "before": "000001", "after": "000002",
 "inputs": ["<sha256>", …], "outcome": "done"}

`outcome` is done or nothing new, with how many pages were refused, or the error that stopped it.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kg import generations
from kg.errors import HomeError, NotFound, PeelError

FILE = "audit.jsonl"


@dataclass(slots=True)
class Entry:
    """What is known of a write while it goes on."""

    inputs: list[str] = field(default_factory=list)
    outcome: str = "done"

    def read(self, data: Iterable[bytes]) -> None:
        """Note the bytes that are read, by their sha256."""
        self.inputs += [hashlib.sha256(one).hexdigest() for one in data]

    def came(self, new: bool, refused: int) -> None:
        """Note what an ingest came to."""
        self.outcome = "done" if new else "nothing new"
        if refused:
            self.outcome += f", {refused} refused" if new else f": {refused} refused"


@contextmanager
def written(home: Path, what: str, who: str | None = None) -> Iterator[Entry]:
    """Put a write on record when it ends, however it ends. `who` is the account on this machine unless given."""
    entry, before = Entry(), _generation(home)
    try:
        yield entry
    except BaseException as error:
        entry.outcome = f"{type(error).__name__}: {error}" if isinstance(error, PeelError) else type(error).__name__
        raise
    finally:
        _append(home, what, who or f"account:{_account()}", before, entry)


def _append(home: Path, what: str, who: str, before: str | None, entry: Entry) -> None:
    """One line, in one write at the end of the file, and on the disk before anything goes on."""
    if not home.is_dir():
        return  # nothing was ever written there
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": who,
        "what": what,
        "before": before,
        "after": _generation(home),
        "inputs": entry.inputs,
        "outcome": entry.outcome,
    }
    handle = os.open(home / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _generation(home: Path) -> str | None:
    try:
        return generations.current(home).name
    except (NotFound, HomeError):
        return None


def _account() -> str:
    """The name of the account; its number where it has none, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
