"""A home: numbered folders that are each there whole or not at all, and a pointer to the one being served.

    home/CURRENT             "000007"
    home/LOCK                held by the one writer
    home/000007/…            one generation, never changed after it is published
    home/000007/manifest.json   size and sha256 of every file, counts, versions, parent
    home/draft-*             what a writer that was killed left behind; removed by the next

Nothing is published unless `publish` is called, and the pointer moves only after every byte is on the disk.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.errors import Busy, Damaged, Gone, HomeError, NotFound, StorageFull

FORMAT = 2
"""The version of the folder layout."""
KEEP = 3
"""How many generations are kept: the one being served and those that `rollback` can go back to."""

_POINTER, _LOCK, _MANIFEST = "CURRENT", "LOCK", "manifest.json"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_UNUSABLE = (errno.EEXIST, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS)

Manifest = dict[str, Any]


def current(home: Path) -> Path:
    """The folder of the generation being served.

    Raises NotFound for a home without one, Damaged where the pointer leads nowhere.
    """
    try:
        number = (home / _POINTER).read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"there is nothing in {home} yet", "run `peel demo` or `peel ingest PAGE…`") from error
    except OSError as error:
        raise _unusable(home, error) from error
    folder = home / number.decode("ascii", "replace").strip()
    if not number.strip().isdigit() or not folder.is_dir():
        raise Damaged(home / _POINTER, "it names no generation")
    return folder


def kept(home: Path, number: str) -> Path:
    """The folder of a generation that is still kept, given by its number.

    Raises Gone for one that was published and is no longer kept, NotFound for one that never was.
    """
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) <= 6 else 0
    folder = home / f"{wanted:06d}"
    if wanted and folder.is_dir():
        return folder
    have = sorted(_numbers(home)) if home.is_dir() else []
    mend = f"the generations kept are {', '.join(f'{n:06d}' for n in have)}"
    if have and 0 < wanted < have[-1]:
        raise Gone(f"generation {number} is no longer kept", mend)
    raise NotFound(f"there is no generation {number!r}", mend if have else "run `peel demo` or `peel ingest PAGE…`")


@contextmanager
def writer(home: Path) -> Iterator[Path]:
    """Hold the home for writing and give a draft folder; whatever is left of the draft goes at the end.

    Raises Busy where another process holds it, and StorageFull when the disk or a limit stops a write.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / _LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(home) from error
            for left in home.glob("draft-*"):
                shutil.rmtree(left)
            draft = Path(tempfile.mkdtemp(prefix="draft-", dir=home))
            try:
                yield draft
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(home, error.strerror or str(error)) from error
        if error.errno in _UNUSABLE:
            raise _unusable(home, error) from error
        raise


def publish(home: Path, draft: Path, about: Manifest, verify: Callable[[Path], None]) -> Path:
    """Make the draft the generation being served, durably; the folder it is in now comes back.

    `about` goes into the manifest beside the files' sizes and digests. `verify` opens the finished draft
    with the code that will serve it, and raises if it cannot. Called while `writer` is held.
    """
    parent = current(home).name if (home / _POINTER).exists() else None
    manifest = {"format": FORMAT, "parent": parent, **about, "files": _digests(draft)}
    (draft / _MANIFEST).write_text(_sealed(manifest), "utf-8")
    verify(draft)
    for path in sorted(draft.rglob("*")):
        _fsync(path)
    _fsync(draft)
    draft.chmod(0o755)
    folder = home / f"{max(_numbers(home), default=0) + 1:06d}"
    draft.rename(folder)
    _fsync(home)
    _point(home, folder.name)
    _prune(home, folder.name)
    return folder


def rollback(home: Path) -> Path:
    """Serve the newest earlier generation that is whole; its folder comes back.

    Raises NotFound where there is no earlier one.
    """
    with writer(home):
        pointer = (home / _POINTER).read_bytes() if (home / _POINTER).exists() else b""
        now = int(pointer) if pointer.strip().isdigit() else max(_numbers(home), default=0) + 1
        for number in sorted(_numbers(home), reverse=True):
            folder = home / f"{number:06d}"
            if number < now and _is_whole(folder):
                _point(home, folder.name)
                return folder
    raise NotFound(f"{home} has no earlier generation that is whole", "build it again with `peel ingest`")


def manifest(folder: Path) -> Manifest:
    """The manifest of a generation. Raises Damaged where it is not what was written."""
    path = folder / _MANIFEST
    try:
        text = path.read_text("utf-8")
        found: Manifest = json.loads(text)
    except (OSError, ValueError) as error:
        raise _damaged(folder, _MANIFEST, "it cannot be read") from error
    if not isinstance(found, dict) or _sealed({k: v for k, v in found.items() if k != "seal"}) != text:
        raise _damaged(folder, _MANIFEST, "it is not what was written")
    return found


def check(folder: Path) -> Manifest:
    """Compare every file of a generation with its manifest, which comes back.

    Raises Damaged for the first file that is changed, missing or not of this generation.
    """
    found = manifest(folder)
    here = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {_MANIFEST}
    for name in sorted(here ^ set(found["files"])):
        raise _damaged(folder, name, "it is missing" if name not in here else "it is not of this generation")
    for name in sorted(found["files"]):
        verify(folder, name, found)
    return found


def verify(folder: Path, name: str, about: Manifest) -> Path:
    """The path of one file, once its size and sha256 are as in the manifest `about`. Raises Damaged."""
    path, expected = folder / name, about["files"].get(name)
    try:
        with path.open("rb") as file:
            found = {"size": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    except OSError as error:
        raise _damaged(folder, name, "it cannot be read") from error
    if found != expected:
        raise _damaged(folder, name, "its bytes have changed")
    return path


def _unusable(home: Path, error: OSError) -> HomeError:
    """What is said of a home that is no folder, or one that may not be read or written."""
    why = "it is not a folder" if home.exists() and not home.is_dir() else error.strerror or str(error)
    return HomeError(f"{home} cannot be used as a home ({why})", "name a folder of your own with --home or PEEL_HOME")


def _damaged(folder: Path, name: str, why: str) -> Damaged:
    """A damaged file of a generation, with the mend that works for it: the first has none before it to go back to."""
    if folder.name.isdigit() and not any(number < int(folder.name) for number in _numbers(folder.parent)):
        mend = "run `peel ingest --rebuild`, or restore the home from a copy: there is no generation before it"
        return Damaged(folder / name, why, mend)
    return Damaged(folder / name, why)


def _is_whole(folder: Path) -> bool:
    try:
        check(folder)
    except Damaged:
        return False
    return True


def _numbers(home: Path) -> list[int]:
    return [int(entry.name) for entry in home.iterdir() if entry.name.isdigit() and entry.is_dir()]


def _digests(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        str(path.relative_to(folder)): {
            "size": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _sealed(about: Manifest) -> str:
    """The manifest's text with a digest of itself in it, so that it can vouch for its own bytes."""
    seal = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
    return json.dumps({**about, "seal": seal}, indent=1, sort_keys=True) + "\n"


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _point(home: Path, number: str) -> None:
    fresh = home / f"{_POINTER}.tmp"
    with fresh.open("w") as file:
        file.write(number)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(home / _POINTER)
    _fsync(home)


def _prune(home: Path, now: str) -> None:
    """Remove the oldest generations beyond KEEP; readers that hold one open keep their open files."""
    for number in sorted(_numbers(home), reverse=True)[KEEP:]:
        if f"{number:06d}" != now:
            shutil.rmtree(home / f"{number:06d}")
