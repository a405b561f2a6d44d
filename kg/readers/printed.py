"""Lines as they stand on printed pages -> blocks: running heads, contents and hard line breaks taken out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.readers.literals import GRADE_LINES, KIND_HEADINGS
from kg.readers.text import BULLET

CUT = "\u00ad"
"""What a word that the end of its line cuts ends in."""

_BULLET = re.compile(r"[•●▪■◦‣∙·➢\uf0a7\uf0b7]\s*")
_LEADERS = re.compile(r"(?:[.…·_]\s?){4,}\s*\d{0,4}$")
_CONTENTS = {"contents", "table of contents"}
_WRAPPED = 4
_ENDED = re.compile(r"[.;:!?]['\"’”)]*$|;\s+and$")
_NUMBER = re.compile(r"\d+")
_FIRST_PAGE = re.compile(r"(?:page )?1(?: (?:of|/) 1)?", re.IGNORECASE)
_HYPHENED = re.compile(rf"(\w+)[{CUT}-]$")
_PREFIXES = frozenset({"anti", "co", "cross", "ex", "multi", "non", "post", "pre", "re", "self", "semi"})


@dataclass(slots=True)
class Line:
    """One printed line and where it stands; `size` is its height, `first` the width of its first word."""

    page: int
    text: str
    left: float
    right: float
    bottom: float
    size: float
    first: float
    bold: bool
    margin: bool

    @property
    def bullet(self) -> bool:
        """Whether it begins a list item."""
        return _BULLET.match(self.text) is not None


def blocks_of_lines(lines: Sequence[Line]) -> Iterator[str]:
    """The blocks that the lines of a document are of: without what runs on every page, and the table of contents."""
    body = list(_without_contents(_without_running(lines)))
    column = _Column(body)
    known = _whole_words(body)
    group: list[Line] = []
    for line in body:
        if group and not column.goes_on(group, line):
            yield _block(group, known)
            group = []
        group.append(line)
    if group:
        yield _block(group, known)


def _without_running(lines: Sequence[Line]) -> list[Line]:
    """The lines but for headers, footers and page numbers: what stands in a margin and comes again on other pages."""
    pages = len({line.page for line in lines})
    seen: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for line in filter(_may_run, lines):
        for key in _running_keys(line):
            seen[key].add(line.page)
    enough = {key for key, where in seen.items() if len(where) >= (2 if "#" in key[1] else min(3, max(2, pages)))}
    alone = pages == 1
    return [
        line
        for line in lines
        if not (_may_run(line) and (enough & set(_running_keys(line)) or (alone and _FIRST_PAGE.fullmatch(line.text))))
    ]


def _may_run(line: Line) -> bool:
    words = line.text.casefold()
    return line.margin and words not in GRADE_LINES and words not in KIND_HEADINGS


def _running_keys(line: Line) -> Iterator[tuple[int, str]]:
    """What a header has in common with the others: its place and words, or words whose number counts the pages."""
    place = round(line.bottom / 4)
    yield place, line.text.replace("#", "")
    for number in _NUMBER.finditer(line.text[:200]):
        counted = int(number[0][:9]) - line.page
        yield place, f"{line.text[: number.start()]}#{counted}{line.text[number.end() :]}"


def _without_contents(lines: Sequence[Line]) -> list[Line]:
    """The lines but for tables of contents: dot leaders with no more than a wrapped title between two of them."""
    dropped: set[int] = set()
    before = -_WRAPPED
    for place, line in enumerate(lines):
        if not _LEADERS.search(line.text):
            continue
        near = range(max(place - _WRAPPED, 0), place)
        titles = [above for above in near if lines[above].text.casefold() in _CONTENTS]
        start = before if place - before <= _WRAPPED else titles[-1] if titles else place
        dropped.update(range(start, place + 1))
        before = place
    return [line for place, line in enumerate(lines) if place not in dropped]


class _Column:
    """How wide the columns are and how far apart the lines of a paragraph: which line goes on with the one above."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.rights: Counter[int] = Counter()
        for line in lines:
            for place in range(-1, 2):
                near = round(line.left / 30) + place
                self.rights[near] = max(self.rights[near], round(line.right))
        wrapped = (
            round((a.bottom - b.bottom) / a.size, 1)
            for a, b in pairwise(lines)
            if a.page == b.page and a.bottom > b.bottom and _alike(a, b) and self._room(a) <= b.first and not b.bullet
        )
        usual = Counter(wrapped).most_common(1)
        self.leading = min(usual[0][0], 1.8) if usual else 1.2

    def goes_on(self, group: Sequence[Line], line: Line) -> bool:
        """Whether `line` goes on with the block whose lines are `group`."""
        last, item = group[-1], group[0].bullet
        if (
            line.bullet
            or _alone(line)
            or _alone(last)
            or not _alike(last, line)
            or (item and line.left <= group[0].left + 1)
        ):
            return False
        full = self._room(last) <= line.first or last.text.endswith(CUT)
        ended = _ENDED.search(last.text) is not None
        if last.page != line.page or line.bottom > last.bottom + last.size:
            return not ended and (full or line.text[:1].islower())
        if last.bottom - line.bottom > (self.leading + 0.25) * last.size:
            return False
        return full or not (ended or self._room(last) > 0.4 * (last.right - last.left + self._room(last)))

    def _room(self, line: Line) -> float:
        """What is left of the line's column to the right of it."""
        return self.rights[round(line.left / 30)] - line.right


def _alone(line: Line) -> bool:
    """Whether a line is a block by itself: a grade, the number of a question, the heading of a list of findings."""
    words = line.text
    number = words.isdecimal() and len(words) <= 2
    return number or (words[:1].isupper() and (words.casefold() in GRADE_LINES or words.casefold() in KIND_HEADINGS))


def _alike(a: Line, b: Line) -> bool:
    return abs(a.size - b.size) < 0.06 * max(a.size, b.size) and a.bold == b.bold


def _whole_words(lines: Iterable[Line]) -> set[str]:
    """The words of the document that no line end cuts."""
    words: set[str] = set()
    cut = False
    for line in lines:
        found = line.text.casefold().split()
        cut, was_cut = _HYPHENED.search(line.text) is not None, cut
        words.update(word.strip(".,;:!?()'\"‘’“”") for word in found[was_cut : len(found) - cut])
    return words


def _block(group: Sequence[Line], known: set[str]) -> str:
    text = ""
    for line in group:
        text = _joined(text, line.text, known) if text else line.text
    text = text.replace(CUT, "-")
    marker = _BULLET.match(text)
    return BULLET + text[marker.end() :] if marker and marker.end() < len(text) else text


def _joined(text: str, line: str, known: set[str]) -> str:
    """Two lines as one; a word cut between them is made whole, one that has a hyphen keeps it."""
    cut = _HYPHENED.search(text[-60:])
    rest = re.match(r"\w+", line)
    if cut is None or rest is None or not rest[0][0].islower():
        return f"{text}{line}" if cut else f"{text} {line}"
    first, second = cut[1].casefold(), rest[0].casefold()
    whole = first + second in known
    kept = f"{first}-{second}" in known or first in _PREFIXES or {first, second} <= known
    return text[:-1] + ("-" if kept and not whole else "") + line
