"""Paragraphs -> sentences with offsets, and sentences -> statements that stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from kg.model import Force, Sentence

_END = re.compile(r"[.!?]['\"’”)\]]*(?=\s+['\"‘“(\[]?[A-Z0-9£])")
_NO_END = re.compile(
    r"\b(?:e\.g|i\.e|etc|cf|vs|approx|para|paras|pp|fig|st|mr|mrs|ms|dr|prof|sgt|insp|ch|supt|det|[a-z])\.$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?:no|nos)\.$", re.IGNORECASE)
_TAIL = 12
_SPACE = re.compile(r"\s*")

_OPENING = re.compile(
    r"^(?:(?:positively|in addition|additionally|also|overall|furthermore|moreover|nonetheless),"
    r"|most positively,?|however,?|nevertheless,?|but)\s+",
    re.IGNORECASE,
)
_NAMES_A_LIST = re.compile(
    r"\b(?:areas|ways|respects|following|these|things|improvements|examples|strengths|weaknesses)$"
)
_OPEN_ENDED = re.compile(r"\b(?:should|must)\b[^.;]*$|\b(?:to|that)$", re.IGNORECASE)
_OWN_SUBJECT = re.compile(r"(?:The|It|They|This|These|Those|All|Every|Each)\b")
_FINAL = " \t\r\n\u00a0;:.,"
_SUBJECT_IT = re.compile(r"^(It|Its)\b(?=\s|$)")
_DUMMY_IT = re.compile(
    r"^It (?:is|was|appears|seems|remains) (?:\w+ )?(?:that|to|clear|likely|important|"
    r"encouraging|disappointing|essential|vital|good to)\b"
)
_UNRESOLVED = re.compile(r"^(?:They|Their|Them|These|Those|This|It|Its|Such)\b")
_INTRODUCTORY = re.compile(r"^(?:When|Where|Since|In|At|During|As|For|After|Following)\b[^,.]{1,60},\s+")
_OF_THE_FORCE = re.compile(r"^(?:the|this) (?:force|constabulary|service)\b|^its?\b", re.IGNORECASE)


def split(text: str, offset: int = 0) -> Iterator[Sentence]:
    """The sentences of one paragraph, `offset` being where the paragraph begins in its source.

    Splits after a full stop, question or exclamation mark that a capital, digit or opening quote follows,
    but not after common abbreviations and initials. Nothing but white space lies between two sentences.
    """
    start = len(text) - len(text.lstrip())
    for mark in _END.finditer(text):
        if _is_abbreviation(text[max(start, mark.end() - _TAIL) : mark.end()], text[mark.end() : mark.end() + 3]):
            continue
        yield Sentence(text[start : mark.end()], offset + start, offset + mark.end())
        start = mark.end() + len(_SPACE.match(text, mark.end())[0])  # type: ignore[index]
    last = text[start:].rstrip()
    if last:
        yield Sentence(last, offset + start, offset + start + len(last))


def _is_abbreviation(tail: str, after: str) -> bool:
    return bool(_NO_END.search(tail)) or bool(_NUMBER.search(tail) and after.strip()[:1].isdigit())


def masked(text: str, force: Force) -> str:
    """`text` with the force's own names as "the force" and its area's name as "the force area".

    Likeness across forces must come from the matter, never from the name.
    """
    of_force, of_area = _names(force)
    out = of_area.sub("the force area", of_force.sub("the force", text))
    out = _DOUBLED.sub(r"\1he force", out)
    return out[:1].upper() + out[1:]


_DOUBLED = re.compile(r"\b([Tt])he (?:the force|constabulary\b)")


@cache
def _names(force: Force) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds a force's names, the longest first, and what finds its area's."""
    of_the_area = [f"{force.area} {noun}" for noun in ("force", "constabulary", "police")]
    names = sorted({force.label, *force.names, *of_the_area}, key=len, reverse=True)
    return _any_of(names), _any_of([force.area])


def _any_of(names: Sequence[str]) -> re.Pattern[str]:
    pattern = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    return re.compile(rf"\b(?:{pattern})\b")


def stand_alone(sentence: str, before: str | None, force: Force) -> str:
    """The meaning of a narrative sentence: its subject put in, its opening word dropped, the force masked.

    `before` is the sentence in front of it in the paragraph. A leading "It" or "Its" becomes the force where
    that sentence is about the force; any other leading pronoun keeps the sentence it points to.
    """
    body = " ".join(_OPENING.sub("", sentence).split())
    body = body[:1].upper() + body[1:]
    meaning = masked(body, force)
    points_to_force = before is None or _about_force(before, force)
    if points_to_force and _SUBJECT_IT.match(meaning) and not _DUMMY_IT.match(meaning):
        meaning = _SUBJECT_IT.sub(lambda m: "The force" if m[1] == "It" else "The force's", meaning)
    if before is not None and _UNRESOLVED.match(meaning) and not _DUMMY_IT.match(meaning):
        meaning = f"{trimmed(masked(' '.join(before.split()), force))}. {meaning}"
    return trimmed(meaning)


def _about_force(sentence: str, force: Force) -> bool:
    body = masked(_INTRODUCTORY.sub("", _OPENING.sub("", sentence)), force)
    return bool(_OF_THE_FORCE.match(body))


def join(lead_in: str | None, item: str, force: Force, before: str | None = None) -> str:
    """The meaning of a list item: its lead-in joined to it ("The force:" + "attends …").

    An item that is a sentence of its own stands as it is, unless its lead-in lacks the verb ("The force should:").
    `before` is the sentence in front of the lead-in, which a pronoun in the lead-in points to.
    """
    body = " ".join(item.split())
    stem = "" if lead_in is None else stand_alone(lead_in.rstrip(" :"), before, force)
    open_ended = bool(_OPEN_ENDED.search(stem))
    whole = body[:1].isupper() and body.endswith(".")
    if not stem or (whole and (not open_ended or _OWN_SUBJECT.match(body))):
        return stand_alone(body, None, force)
    if open_ended and body[1:2].islower() and masked(body, force)[:4] == body[:4]:  # no name of the force
        body = body[:1].lower() + body[1:]
    colon = ":" if _NAMES_A_LIST.search(stem) else ""
    return trimmed(masked(f"{stem}{colon} {body}", force))


def trimmed(text: str) -> str:
    """`text` without the punctuation that ends a sentence or a list item."""
    return re.sub(r"(?:[;,]\s?|\s)and$", "", text.rstrip(_FINAL)).rstrip(_FINAL)


def item_end(text: str) -> int:
    """Where the words of a list item end: before a closing ";", "; and" or ", and"."""
    found = re.search(r"(?:[;,]\s{0,9}(?:and|or)?|\s{1,9}and)\s{0,9}$", text)
    return found.start() if found else len(text)
