"""Bytes -> lines with offsets: the first step of every reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import UnreadablePage
from kg.model import Sentence

MAX_BYTES = 4_000_000
"""The largest page that is read; real pages have up to about 200 kB of text."""

MAX_LINE = 20_000
"""The longest line that is read, in characters; real paragraphs have up to about 3,000."""

LINE_END = re.compile(r"\r\n|\r|\n")
BULLET = "  • "
"""What a list item begins with in text that we lay out ourselves."""

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

    @property
    def plain(self) -> str:
        """The text with no-break and repeated spaces as single ones: what literals are compared with."""
        return " ".join(self.text.split())

    def span(self) -> Sentence:
        """The line as a run of words."""
        return Sentence(self.text, self.start, self.end)


def decode(data: bytes, path: str) -> str:
    """The text of a page; a byte order mark is dropped.

    Raises UnreadablePage for an empty, oversized or binary file, for one that is not UTF-8, and for one with an
    overlong line (which no page has, and on which patterns would take minutes).
    """
    if len(data) > MAX_BYTES:
        raise UnreadablePage(path, f"{len(data):,} bytes", f"a page has at most {MAX_BYTES:,}; split the file")
    if b"\0" in data:
        raise UnreadablePage(path, "binary, not text", "save the page as plain text (UTF-8)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = len(LINE_END.findall(data[: error.start].decode("latin-1"))) + 1
        mend = "save it as UTF-8 (it may be Windows-1252: iconv -f WINDOWS-1252 -t UTF-8)"
        raise UnreadablePage(path, "not UTF-8 text", mend, place) from error
    if not text.strip():
        raise UnreadablePage(path, "empty", "save the page again")
    for number, raw in enumerate(LINE_END.split(text), start=1):
        if len(raw) > MAX_LINE:
            raise UnreadablePage(path, f"{len(raw):,} characters in one line", "save the page as plain text", number)
    return text


def lines(text: str) -> Iterator[SourceLine]:
    """The lines of `text` that are not blank, in order; no-break spaces count as blank.

    Lines may end as on any system: the same lines come out, only their offsets differ.
    """
    offset, blank = 0, True
    for number, raw in enumerate(LINE_END.split(text), start=1):
        body = raw.strip()
        if body:
            marker = _BULLET.match(raw)
            lead = marker.end() if marker else len(raw) - len(raw.lstrip())
            start, end = offset + lead, offset + len(raw.rstrip())
            indented = raw[:1].isspace()
            yield SourceLine(number, text[start:end], start, end, marker is not None, indented, blank)
        blank = not body
        ending = LINE_END.match(text, offset + len(raw))
        offset = ending.end() if ending else len(text)
