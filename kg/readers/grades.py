"""Grades lost from a copy of a page, recovered from its prose, but only where the prose leaves no doubt."""

from __future__ import annotations

import re

from kg.model import Grade

_GRADE = r"outstanding|good|adequate|inadequate"
_LACKING = r"(?:require|requires|requiring)\s+improvement"
_ABOUT = r"(?:at|in|with\s+respect\s+to|in\s+respect\s+of|in\s+terms\s+of|so\s+that)\b(?P<what>.*)"
_WHO = (
    r"\b(?:force|constabulary|police|service|area|it|[A-Z][\w’'-]+)\s+"
    r"(?:(?:overall|generally|still|also|currently)\s+)?"
)
_STATED = re.compile(
    rf"{_WHO}(?:(?:is|remains|has\s+been|to\s+be)\s+)?"
    r"(?:(?:judged|assessed|graded|found)\s+(?:(?:to\s+be|as|to)\s+)?(?:being\s+)?)?"
    rf"(?P<grade>(?i:{_GRADE}|{_LACKING}))\s+(?i:overall\s+)?{_ABOUT}",
    re.DOTALL,
)
_GRADED = re.compile(rf"\b(?P<grade>{_GRADE}|{_LACKING})\s+(?:at|in)\b", re.IGNORECASE)
_JUDGED_THAT = re.compile(rf"\bthat (?P<what>[^.]+?) (?:was|were) (?P<grade>{_GRADE})\W*$", re.IGNORECASE)
_UNSURE = re.compile(
    r"\b(?:not|never|could|should|aims?|wants?|if|last year|previous\w*|20\d\d)\b|n[’']t\b", re.IGNORECASE
)
_IDLE_WORDS = (
    "how what to extent does do is are the a an and or of at in from on for with it its this that force "
    "effective effectively efficient efficiently legitimate legitimately well all which their those who way"
)
_IDLE = frozenset(_IDLE_WORDS.split())
_ENOUGH = 0.6


def from_prose(sentence: str, title: str, pillar: str | None) -> Grade | None:
    """The grade that the first sentence under `title` states, or None.

    The sentence must grade the force, once, now, in what the title asks: it has at least 60 % of the title's
    words or, under a pillar's headline (`pillar` given), it names the pillar. ("X is outstanding at preventing
    crime" under a headline about reducing crime and keeping people safe is praise for a part, and gives nothing.)
    """
    found = _STATED.search(sentence)
    if found is None or _UNSURE.search(sentence[: found.start("what")]):
        return None
    grade = _grade(found["grade"])
    if any(_grade(other["grade"]) is not grade for other in _GRADED.finditer(sentence)):
        return None
    names_pillar = pillar is not None and re.search(rf"\b{pillar}\b", found["what"], re.IGNORECASE) is not None
    return grade if names_pillar or covers(found["what"], title) else None


def from_earlier_judgment(sentence: str, title: str) -> Grade | None:
    """The grade that a sentence on an earlier cycle gives what `title` asks ("we judged the force as good at …")."""
    if (judged := _JUDGED_THAT.search(sentence)) is not None:
        return _grade(judged["grade"]) if covers(judged["what"], title) else None
    found = list(_GRADED.finditer(sentence))
    if len(found) != 1 or not covers(sentence[found[0].end() :], title):
        return None
    return _grade(found[0]["grade"])


def covers(words: str, title: str) -> bool:
    """Whether words speak of what a title asks: they have at least 60 % of its words, inflection aside."""
    asked = _stems(title)
    return bool(asked) and len(asked & _stems(words)) / len(asked) >= _ENOUGH


def _grade(words: str) -> Grade:
    first = words.split(maxsplit=1)[0].casefold()
    return Grade.REQUIRES_IMPROVEMENT if first.startswith("requir") else Grade(first)


def _stems(text: str) -> set[str]:
    words = re.findall(r"[a-z]+", text.casefold().replace("-", ""))
    return {re.sub(r"(?:ing|ed|es|s|e)$", "", word)[:5] for word in words if word not in _IDLE}
