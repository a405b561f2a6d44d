"""What is read out of a question, and the draft that the readers of its parts share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from typing_extensions import TypedDict

from kg.model import Filters
from search.facets import Facets

_ALIKE = str.maketrans(
    dict.fromkeys("’‘ʼ`´", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("“”„", '"')
    | dict.fromkeys("\x00\x01*_", " ")
)
_BACK = 64
_CHAIN = re.compile(r"\s*(?:,\s*)?(?P<word>(?:and|or|nor)\s+|&\s*)?(?:(?:in|the)\s+)?")
_GOES_ON = re.compile(r"\s*,\s*(?:and|or)\b|\s+(?:and|or)\b|\s*[,&]")
READ, LEFT = "\x00", "\x01"
"""What stands in a draft for a letter that was read and goes, and for one that was read and stays."""
WORD = rf"[\w'{READ}{LEFT}-]+"
"""A word of a draft as a pattern, read or not: a denial reaches over the name of a force ("didn't Kent do well")."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One constraint read out of a question: `text[start:end] == words`, offsets in code points.

    `values` are those that the filter takes: for "other than Kent" every force but Kent. `key` names the chip
    in `understand(…, without={key})`. The words of a chip leave the meaning, unless it `stays`: an area says
    both what is allowed and what is asked about. A `linked` chip limits the finding at the other end of a relation,
    not the answers.
    """

    facet: str
    values: tuple[str, ...]
    label: str
    words: str
    start: int
    end: int
    key: str
    excludes: bool = False
    stays: bool = False
    linked: bool = False


class Relation(TypedDict):
    """A link that is asked for: the notation of scheme relation, and the filters of the finding at its other end.

    The other end is the earlier or criticised finding (the link's subject); `Understood.filters` are those of
    the answers.
    """

    relation: str
    of: Filters


@dataclass(frozen=True, slots=True)
class Understood:
    """A question taken apart.

    `filters` hold exactly as `peel find --force …` would. `pattern` is a SPARQL group pattern that must hold
    too, None where columns are enough. `phrases` must stand in a finding word for word, `excluded` words and
    phrases must not. `meaning` is what is left to rank by; it is "" where the whole question was constraint, and
    then what the filters allow is listed in its usual order. `notes` say what was left unread and why, to be shown.
    """

    filters: Filters
    chips: tuple[Chip, ...]
    phrases: tuple[str, ...]
    excluded: tuple[str, ...]
    meaning: str
    relation: Relation | None = None
    pattern: str | None = None
    notes: tuple[str, ...] = ()


@dataclass
class Draft:
    """A question while it is read.

    `plain` is the text in lower case with plain quotes and dashes and single spaces; what was read is struck out,
    so that no two readings overlap. Spans are of `plain`; `place` and `written` lead back to the text.
    """

    text: str
    known: Facets
    without: frozenset[str] = frozenset()
    chips: list[Chip] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    plain: str = ""
    _places: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in self.text)
        alike = "".join(" " if letter.isspace() else letter for letter in lower.translate(_ALIKE))
        self._places = [i for i, letter in enumerate(alike) if letter != " " or alike[i - 1 : i] != " "]
        self.plain = "".join(alike[i] for i in self._places)

    def place(self, span: tuple[int, int]) -> tuple[int, int]:
        """Where a span that is not empty stands in the text."""
        start, end = span
        return self._places[start], self._places[end - 1] + 1

    def written(self, span: tuple[int, int]) -> str:
        """The words of a span as they stand in the text; "" for an empty one."""
        start, end = self.place(span) if span[0] < span[1] else (0, 0)
        return self.text[start:end]

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The matches in what is not read yet, in order; reading one on the way is allowed."""
        place = 0
        while match := pattern.search(self.plain, place):
            yield match
            place = max(match.end(), match.start() + 1)

    def read(
        self,
        facet: str,
        values: tuple[str, ...],
        span: tuple[int, int],
        *,
        label: str = "",
        key: str = "",
        excludes: bool = False,
        stays: bool = False,
    ) -> None:
        """Take a span as a constraint, unless it was switched off: then its words ask for nothing any more, but for
        those that would stay.

        `values` are those named; of an excluding chip they become all the others.
        """
        shown = label or _list(self.label(facet, value) for value in values)
        name = f"{facet}:{'-' if excludes else ''}{key or '+'.join(values)}"
        taken = tuple(v["value"] for v in self.known.values[facet] if v["value"] not in values) if excludes else values
        if name in self.without:
            self.strike(span, LEFT if stays else READ)
            return
        text = f"not {shown}" if excludes else shown
        self.chips.append(Chip(facet, taken, text, self.written(span), *self.place(span), name, excludes, stays))
        self.strike(span, LEFT if stays else READ)

    def strike(self, span: tuple[int, int], mark: str) -> None:
        """Put a mark in place of every letter of the span."""
        start, end = span
        self.plain = self.plain[:start] + mark * (end - start) + self.plain[end:]

    def before(self, place: int) -> str:
        """The words right before a place: as many letters as a reading looks back."""
        return self.plain[max(0, place - _BACK) : place]

    def joins(self, last: int, span: tuple[int, int]) -> bool:
        """Whether a name goes on a list whose last name ended at `last` (-1 where there is none).

        A comma alone may also end the list ("apart from Kent, Durham does well"), so the list must then go on.
        """
        chain = _CHAIN.fullmatch(self.plain, last, span[0]) if last >= 0 else None
        return chain is not None and (chain["word"] is not None or _GOES_ON.match(self.plain, span[1]) is not None)

    def label(self, facet: str, value: str) -> str:
        """A value as people read it; the value itself for what is no facet."""
        named = (v["label"] for v in self.known.values.get(facet, ()) if v["value"] == value)
        return next(named, value)

    def has(self, facet: str) -> bool:
        """Whether a constraint of this facet was read."""
        return any(chip.facet == facet for chip in self.chips)


def _list(labels: Iterator[str]) -> str:
    *most, last = labels
    return f"{', '.join(most)} or {last}" if most else last
