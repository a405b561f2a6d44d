"""Paths on the command line -> pages: files, folders, and `sources.csv` beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import NotFound, UnreadablePage

SOURCES_FILE = "sources.csv"
"""In a folder: the address each page came from, as lines `path,url` below that header."""
ENDINGS = (".txt", ".md", ".html", ".htm", ".pdf")
"""The files that are taken from a folder; what they are is recognised by content."""


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of one page, where they were found, and the address they came from."""

    path: str
    data: bytes
    url: str | None = None


def pages(paths: Iterable[Path], source: str | None = None) -> Iterator[Page]:
    """The pages below `paths`, in order. `source` is the address of a single page.

    Raises NotFound for a path that is not there, UnreadablePage for a broken `sources.csv`.
    """
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        elif path.is_file():
            yield Page(str(path), path.read_bytes(), source)
        else:
            raise NotFound(f"there is no file {path}", "check the path")


def _folder(folder: Path) -> Iterator[Page]:
    addresses = _addresses(folder / SOURCES_FILE)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in ENDINGS and path.name.upper() != "README.MD":
            yield Page(str(path), path.read_bytes(), addresses.get(path.relative_to(folder).as_posix()))


def _addresses(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        if table.fieldnames is None or not {"path", "url"} <= set(table.fieldnames):
            raise UnreadablePage(str(file), "it has no columns path and url", "begin it with the line path,url", 1)
        return {row["path"]: row["url"] for row in table if row["url"]}
