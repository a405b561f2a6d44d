"""Grades lost from a copy of a page, recovered from its prose, but only where the prose leaves no doubt."""

from __future__ import annotations

import re

from kg.model import Grade

_STATED = re.compile(
    r"\b(?:is|are|was|remains|been)\s+(?:\w+\s+){0,2}?(?:(?:judged|assessed|graded)\s+(?:to\s+be|as)\s+(?:being\s+)?)?"
    r"(?P<grade>outstanding|good|inadequate|requir(?:es|ing)\s+improvement)\s+"
    r"(?:at|in|with\s+respect\s+to|in\s+respect\s+of)\b(?P<what>.*)"
    r"|\bto\s+be\s+(?P<grade2>outstanding|good|inadequate)\s+(?:at|in)\b(?P<what2>.*)"
    r"|\b(?:requires|require)\s+(?P<grade3>improvement)\s+(?:at|in|so\s+that)\b(?P<what3>.*)",
    re.IGNORECASE | re.DOTALL,
)
_IDLE_WORDS = (
    "how what to extent does do is are the a an and or of at in from on for with it its this that force "
    "effective effectively efficient efficiently legitimate legitimately well all which their those who"
)
_IDLE = frozenset(_IDLE_WORDS.split())
_ENOUGH = 0.6


def from_prose(sentence: str, title: str, pillar: str | None) -> Grade | None:
    """The grade that the first sentence under `title` states, or None.

    The sentence must grade what the title asks: it names the pillar or at least 60 % of the title's words.
    ("X is outstanding at preventing crime" under a headline about reducing crime and keeping people safe is
    praise for a part, and gives nothing.)
    """
    found = _STATED.search(sentence)
    if found is None:
        return None
    grade = _grade(found["grade"] or found["grade2"] or found["grade3"])
    what = _stems(found["what"] or found["what2"] or found["what3"])
    asked = _stems(title)
    names_pillar = pillar is not None and pillar[:7] in {stem[:7] for stem in _raw_stems(found.group(0))}
    covered = len(asked & what) / len(asked) if asked else 0.0
    return grade if names_pillar or covered >= _ENOUGH else None


def _grade(words: str) -> Grade:
    first = words.split(maxsplit=1)[0].casefold()
    return Grade.REQUIRES_IMPROVEMENT if first in {"requires", "requiring", "improvement"} else Grade(first)


def _raw_stems(text: str) -> set[str]:
    return {word[:8] for word in re.findall(r"[a-z]+", text.casefold().replace("-", ""))}


def _stems(text: str) -> set[str]:
    words = re.findall(r"[a-z]+", text.casefold().replace("-", ""))
    return {word[:5] for word in words if word not in _IDLE}
