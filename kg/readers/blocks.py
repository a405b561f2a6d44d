"""Lines -> blocks: paragraphs and list items, with items wrapped over several lines put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.model import Sentence
from kg.readers.text import SourceLine

_FINISHED = re.compile(r"[.;:!?]['\"’”)]?$|;\s*and$")
_WRAPPED_AT = 50


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or list item: its words as one run, the lines it stands on, and whether it stands free.

    `free` is true where a blank line stands before and after it, as headings do in full copies; `plain` has
    the words on one line with single spaces, which is what literals are compared with.
    """

    words: Sentence
    item: bool
    lines: tuple[int, ...]
    free: bool
    plain: str


def blocks(lines: Sequence[SourceLine], text: str) -> Iterator[Block]:
    """The blocks of a page, in order; their words are slices of `text`."""
    groups: list[list[SourceLine]] = []
    for line in lines:
        if groups and _continues(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    for index, group in enumerate(groups):
        after = groups[index + 1][0].blank_before if index + 1 < len(groups) else True
        start, end = group[0].start, group[-1].end
        yield Block(
            words=Sentence(text[start:end], start, end),
            item=group[0].bullet,
            lines=tuple(line.number for line in group),
            free=group[0].blank_before and after,
            plain=" ".join(text[start:end].split()),
        )


def _continues(group: Sequence[SourceLine], line: SourceLine) -> bool:
    """Whether `line` goes on with the list item or paragraph above it (a hard line break inside it).

    A paragraph is broken only where its line is long: a short one may be a heading.
    """
    last = group[-1].text
    if line.bullet or line.blank_before or _FINISHED.search(last):
        return False
    if group[0].bullet:
        return line.indented or line.text[:1].islower()
    return len(last) >= _WRAPPED_AT and line.text[:1].islower() and not line.text.startswith("the extent to which")
