"""The thesaurus at a question's side: which subjects its words name, so that other names of them match too.

A subject is named by any of its labels, as the same stems in the same order; the longest label wins and no two
overlap. What it stands for in the corpus are the findings that were tagged with it, whichever label they use.

Only its preferred label and its abbreviations say exactly what a subject is. The others mark it in a finding, but
many are narrower ("drones" mark IT and digital investment), so a question of theirs takes the subject for less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Stems = tuple[str, ...]

SUBJECT = 0.8
"""What a subject that the question names weighs as a word of it, beside the words that name it. Chosen on judged
questions (`docs/evaluation.md`)."""
EXACT, LOOSE = 0.8, 0.35
"""How much of the words that name a subject a finding on it has, whatever its own words: where these are the subject's
preferred label or an abbreviation, and where they are another label. Set by comparing answers."""

_JOINING = frozenset({"a", "an", "and", "at", "for", "in", "of", "the", "to"})
_WORD = re.compile(r"[^\W_]+\+?")


@dataclass(frozen=True)
class Subject:
    """A subject of the thesaurus: its name, what each of its labels (as stems) takes it for, its abbreviations as
    they are written, and the rows that speak of it, ascending."""

    name: str
    labels: Mapping[Stems, float]
    abbreviations: Sequence[str]
    rows: NDArray[np.int32]


@dataclass(frozen=True)
class Thesaurus:
    """Subjects, found by their labels. A label of two subjects names neither."""

    subjects: Sequence[Subject] = ()
    _named: Mapping[Stems, Subject] = field(init=False, repr=False)
    _longest: int = field(init=False, repr=False)
    _spelt: Mapping[str, Subject] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        named: dict[Stems, Subject] = {}
        shared: set[Stems] = set()
        for subject in self.subjects:
            for label in subject.labels:
                if named.setdefault(label, subject) is not subject:
                    shared.add(label)
        object.__setattr__(self, "_named", {label: s for label, s in named.items() if label not in shared})
        object.__setattr__(self, "_longest", max(map(len, self._named), default=0))
        spelt = {subject.name: subject for subject in self.subjects if subject.name.isupper()}
        spelt |= {short: subject for subject in self.subjects for short in subject.abbreviations}
        object.__setattr__(self, "_spelt", spelt)

    def named(self, stems: Sequence[str]) -> Iterator[tuple[range, Subject, float]]:
        """The subjects that a row of stems names, in order: the places of the label, and what it takes it for."""
        taken: set[int] = set()
        found = []
        for length in range(min(len(stems), self._longest), 0, -1):
            for start in range(len(stems) - length + 1):
                places, label = range(start, start + length), tuple(stems[start : start + length])
                subject = self._named.get(label)
                if subject is not None and taken.isdisjoint(places):
                    taken.update(places)
                    found.append((places, subject, subject.labels[label]))
        yield from sorted(found, key=lambda one: one[0].start)

    def spelt_out(self, text: str, labels: Mapping[str, Iterable[str]] = MappingProxyType({})) -> str:
        """A question with subjects' abbreviations, which few models know, spelt out.

        An abbreviation is known by its capitals, or in a question that has none. Where its letters begin the words of
        the subject's name, the name stands for it. Else it stays, as the subject may be broader, and after it come
        the words that it abbreviates, from `labels` (other labels, as written, by subject's name), or the name.
        """
        shouted = text.upper() if text == text.lower() else text

        def name(match: re.Match[str]) -> str:
            written = shouted[match.start() : match.end()]
            short = written if written in self._spelt else written.removesuffix("s")
            subject = self._spelt.get(short)
            return _long(short, subject.name, labels.get(subject.name, ())) if subject else match[0]

        return _WORD.sub(name, text) if len(shouted) == len(text) else text


def _long(short: str, name: str, others: Iterable[str]) -> str:
    if short in _initials(name) or (name != short and short in _WORD.findall(name)):
        return name
    begun = sorted((label for label in others if short in _initials(label)), key=lambda label: (len(label), label))
    return " ".join(dict.fromkeys((short, begun[0] if begun else name)))


def _initials(label: str) -> set[str]:
    """What a label of several words may be abbreviated to: "best use of stop and search" to BUOSAS and BUSS."""
    words = _WORD.findall(label.casefold())
    telling = [word for word in words if word not in _JOINING]
    return {"".join(word[0] for word in some).upper() for some in (words, telling) if len(some) > 1}
