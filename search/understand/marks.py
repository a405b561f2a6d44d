"""What people mark themselves: "phrases" in quotes, and words to leave out with a minus."""

from __future__ import annotations

import re

from search.understand import cycles, places
from search.understand.reading import READ, Draft

_MARKED = re.compile(r"(?P<minus>(?<!\S)-)?\"(?P<phrase>[^\"]*[^\W_][^\"]*)\"|(?<!\S)-(?P<word>(?!-)[^\W_][\w'-]*)")


def read(draft: Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The phrases that must stand in a finding, and the words and phrases that must not.

    A minus counts only at the start of a word, right before it: "body-worn" and "2018-19" hold none. What is
    marked is read for nothing else, but that a force, region or cycle with a minus is excluded as such too.
    """
    phrases: list[str] = []
    excluded: list[str] = []
    for match in draft.find(_MARKED):
        start, end = match.span("phrase" if match["phrase"] is not None else "word")
        words = " ".join(draft.written((start, end)).split())
        minus = match["minus"] or match["word"]
        (excluded if minus else phrases).append(words)
        if minus:
            _exclude(draft, words, match.span())
        draft.strike(match.span(), READ)
    return tuple(phrases), tuple(excluded)


def _exclude(draft: Draft, words: str, span: tuple[int, int]) -> None:
    """Exclude the force, region or cycle that the words with a minus name."""
    place, years = places.named(words, draft.known), cycles.named(words, draft.known)
    if place is not None:
        places.take(draft, place[0], place[1], span, excludes=True)
    elif years:
        draft.read("cycle", years, span, excludes=True)
