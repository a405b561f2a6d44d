"""Paragraphs -> sentences with offsets, and sentences -> statements that stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.model import Force, Sentence

_END = re.compile(r"[.!?]['\"’”)\]]*(?=\s+['\"‘“(\[]?[A-Z0-9£])")
_NO_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|no|nos|para|paras|p|pp|fig|st|mr|mrs|ms|dr|prof|sgt|insp|ch|supt|det)"
    r"|\b[A-Z]|\d)\.$",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"\b[A-Z]\.$")

_CONTRAST = re.compile(r"^(?:however|but|nevertheless|nonetheless)\b[,:]?\s+", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:most positively|positively|however|in addition|additionally|also|overall|"
    r"furthermore|moreover|but|nevertheless|nonetheless)\b,?\s+",
    re.IGNORECASE,
)
_SUBJECT_IT = re.compile(r"^(It|Its)\b(?=\s)")
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
        piece = text[start : mark.end()]
        if _is_abbreviation(piece):
            continue
        yield Sentence(piece, offset + start, offset + mark.end())
        rest = text[mark.end() :]
        start = mark.end() + len(rest) - len(rest.lstrip())
    last = text[start:].rstrip()
    if last:
        yield Sentence(last, offset + start, offset + start + len(last))


def _is_abbreviation(piece: str) -> bool:
    return bool(_NO_END.search(piece)) and not re.search(r"\d\.$", piece)


def is_contrast(sentence: str) -> bool:
    """Whether a sentence opens by turning against what stands before it ("However, …")."""
    return bool(_CONTRAST.match(sentence))


def masked(text: str, force: Force) -> str:
    """`text` with the force's own names as "the force" and its area's name as "the force area".

    Likeness across forces must come from the matter, never from the name.
    """
    names = sorted({force.label, *force.names}, key=len, reverse=True)
    out = _replace_name(text, names, "the force")
    out = _replace_name(out, [force.area], "the force area")
    out = re.sub(r"\b([Tt])he the force", r"\1he force", out)
    out = re.sub(r"\b([Tt])he constabulary\b", r"\1he force", out)
    return out[:1].upper() + out[1:]


def _replace_name(text: str, names: Sequence[str], by: str) -> str:
    pattern = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    return re.sub(rf"\b(?:{pattern})\b(?!-)", by, text)


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


def join(lead_in: str | None, item: str, force: Force) -> str:
    """The meaning of a list item: its lead-in's last clause joined to it ("The force:" + "attends …").

    An item that is a sentence of its own stands as it is.
    """
    body = " ".join(item.split())
    if lead_in is None or (body[:1].isupper() and body.endswith(".")):
        return stand_alone(body, None, force)
    stem = _OPENING.sub("", " ".join(lead_in.split())).rstrip(" :")
    return trimmed(masked(f"{stem[:1].upper()}{stem[1:]} {body}", force))


def trimmed(text: str) -> str:
    """`text` without the punctuation that ends a sentence or a list item."""
    return re.sub(r"[\s;:.,]+$|;?\s+and$", "", re.sub(r"[;,]\s+and\s*$", "", text))


def item_end(text: str) -> int:
    """Where the words of a list item end: before a closing ";", "; and" or ", and"."""
    found = re.search(r"(?:[;,]\s*(?:and|or)?|\s+and)\s*$", text)
    return found.start() if found else len(text)
