"""API keys: 256 random bits, shown once; the home keeps only their SHA-256, in `keys.json`."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from kg.errors import Damaged, InvalidQuery, NotFound

FILE = "keys.json"
PREFIX = "peel_"
"""What every key begins with, so that it is known for one where it should not stand."""
_BYTES = 32


class Scope(StrEnum):
    """What a key may do: ask more often, or also write through `peel admin`."""

    READ = "read"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key: its name, what it may do, its SHA-256 and the day it was made."""

    name: str
    scope: Scope
    sha256: str
    created: str


def add(home: Path, name: str, scope: Scope = Scope.READ) -> str:
    """Make a key; it comes back and is never to be had again. Raises InvalidQuery for a name that is taken or empty."""
    held = listed(home)
    if not name.strip() or any(key.name == name for key in held):
        raise InvalidQuery(f"the name {name!r} cannot be given to a key", "give one that is not taken")
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    made = Key(name, Scope(scope), _digest(token), datetime.now(UTC).date().isoformat())
    _write(home, [*held, made])
    return token


def revoke(home: Path, name: str) -> None:
    """Forget a key by its name. Raises NotFound."""
    held = listed(home)
    if all(key.name != name for key in held):
        raise NotFound(f"there is no key {name!r}", "`peel keys list` shows them")
    _write(home, [key for key in held if key.name != name])


def listed(home: Path) -> list[Key]:
    """The keys of a home, in the order they were made. Raises Damaged where the file is none of ours."""
    file = home / FILE
    try:
        entries = json.loads(file.read_text("utf-8"))["keys"]
        return [Key(**{**entry, "scope": Scope(entry["scope"])}) for entry in entries]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(file, "it is no list of keys", "restore it, or remove it and add the keys anew") from error


class Ring:
    """The keys of a home as a service asks for them: read again whenever the file changes."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._seen: tuple[int, int] | None = None
        self._keys: list[Key] = []

    def holder(self, token: str) -> Key | None:
        """The key that a token is, None where it is none. Every key is compared, in constant time."""
        self._refresh()
        digest = _digest(token)
        found = [key for key in self._keys if secrets.compare_digest(key.sha256, digest)]
        return found[0] if found else None

    def _refresh(self) -> None:
        try:
            state = (self._home / FILE).stat()
        except FileNotFoundError:
            self._seen, self._keys = None, []
            return
        now = (state.st_mtime_ns, state.st_ino)
        if now != self._seen:
            self._keys, self._seen = listed(self._home), now


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _write(home: Path, keys: list[Key]) -> None:
    """Replace the file whole; nobody but its owner may read it."""
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / f"{FILE}.tmp"
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps({"keys": [asdict(key) for key in keys]}, indent=1) + "\n", "utf-8")
    fresh.replace(home / FILE)
