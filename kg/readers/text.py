"""Bytes -> lines with offsets: the first step of every reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import UnreadablePage
from kg.model import Sentence

MAX_BYTES = 4_000_000
"""The largest page that is read; real pages have up to about 200 kB of text."""

_BULLET = re.compile(r"\s*(?:[•·▪]\s*|[-*–]\s+)(?=\S)")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line: its number from 1, the offsets of its text without the white space around it.

    `bullet` is true for a list item, whose offsets leave the bullet out; `indented` for leading white space;
    `blank_before` where an empty line or the start of the page stands before it.
    """

    number: int
    text: str
    start: int
    end: int
    bullet: bool
    indented: bool
    blank_before: bool

    def span(self) -> Sentence:
        """The line as a run of words."""
        return Sentence(self.text, self.start, self.end)


def decode(data: bytes, path: str) -> str:
    """The text of a page; a byte order mark is dropped.

    Raises UnreadablePage for an empty, oversized or binary file, and for one that is not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise UnreadablePage(path, f"{len(data):,} bytes", f"a page has at most {MAX_BYTES:,}; split the file")
    if b"\0" in data:
        raise UnreadablePage(path, "binary, not text", "save the page as plain text (UTF-8)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        mend = "save it as UTF-8 (it may be Windows-1252: iconv -f WINDOWS-1252 -t UTF-8)"
        raise UnreadablePage(path, "not UTF-8 text", mend, line) from error
    if not text.strip():
        raise UnreadablePage(path, "empty", "save the page again")
    return text


def lines(text: str) -> Iterator[SourceLine]:
    """The lines of `text` that are not blank, in order; no-break spaces count as blank."""
    offset, blank = 0, True
    for number, raw in enumerate(text.split("\n"), start=1):
        body = raw.strip()
        if body:
            marker = _BULLET.match(raw)
            lead = marker.end() if marker else len(raw) - len(raw.lstrip())
            start, end = offset + lead, offset + len(raw.rstrip())
            indented = raw[:1].isspace()
            yield SourceLine(number, text[start:end], start, end, marker is not None, indented, blank)
        blank = not body
        offset += len(raw) + 1
