"""Cycles out of years: single ones, ranges, and the latest."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from search.facets import Facets
from search.understand.reading import LEFT, Draft

_YEAR = r"(?<![\w£$€])(?<!\d[.,/-])20\d\d(?:\s?[/-]\s?(?:20)?\d\d(?!\d))?(?!\w|%|[.,/-]\d)"
_EDITION = r"(?:(?:the|its|their|our|peel)\s+){0,2}"
_UNTIL = (
    r"(?:\s+(?:inspections?|reports?|cycles?|rounds?))?(?:\s*(?:to|and|until|till|through|up to|-|(?:but\s+)?before))*"
)
_NOT_OF_A_CYCLE = re.compile(
    r"\b(?:(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|act|by|than|nearly|almost|approximately|roughly"
    r"|spring|summer|autumn|winter|vision|agenda|(?:end|start|beginning|middle|close)\s+of|\d(?:st|nd|rd|th)?)\s+(?:of\s+)?"
    r"|(?:published|issued|released|printed)\s+(?:\w+\s+)?)$"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\s+(?:act|targets?|budgets?|plans?|strateg(?:y|ies))\b"
    r"|\s+(?:(?!(?:on|of|in|about|after|at|for|to|and|with)\s)[\w']+\s+){0,2}?"
    r"(?:census|spending\s+review|white\s+paper|elections?|riots?|attacks?|bombings?|olympics)\b"
)
_COUNTED = re.compile(
    r"\s+(?:officers|calls|crimes|staff|people|victims|hours|pcsos|cases|offences|pounds|incidents|arrests|detectives)\b"
)
_NOT = (
    r"(?P<not>(?:not(?: in| from| of)?|other than|except(?: for| in)?|excluding|apart from|but not|outside|without|bar"
    r"|minus|(?:all|any\w*|every\w*)(?: \w+)? but(?: in)?)\s+)?"
)
_ASIDE = re.compile(
    r"\b(?:since|before|after|until)\s+(?:(?!(?:in|of|for|during|from|and|or)\s)[\w'&-]+\s+){1,3}$|\bas\s+in\s+$|\bnot\s+(?:only|just)\s+(?:in\s+)?$"
)

_RANGE = re.compile(
    rf"(?:\b(?:between|from|since|after)\s+)?\b{_EDITION}(?P<first>{_YEAR}){_UNTIL}\s*{_EDITION}(?P<last>{_YEAR})"
)
_ONWARDS = r"(?:onwards?|on(?=\s*(?:$|[?.,;:]))|(?:and|or) (?:later|after|since))\b"
_SINCE = re.compile(
    rf"\b(?:since|(?:no|not) (?:earlier than|before))\s+{_EDITION}(?P<a>{_YEAR})"
    rf"|(?:\bfrom\s+{_EDITION})?(?P<b>{_YEAR})(?:\s+{_ONWARDS}|\s?\+)"
)
_AFTER = re.compile(rf"\b(?:after|(?:later|newer|more recent) than|post)[\s-]+{_EDITION}(?P<a>{_YEAR})")
_BEFORE = re.compile(rf"\b(?:before|b4|prior to|(?:earlier|older) than|pre)[\s-]+{_EDITION}(?P<a>{_YEAR})")
_TO = re.compile(
    rf"\b(?:until|till|up to(?: and including)?|(?:no|not) (?:later than|after))\s+{_EDITION}(?P<a>{_YEAR})"
    rf"|(?P<b>{_YEAR})\s+(?:and|or) (?:earlier|before)\b"
)
_ONE = re.compile(rf"{_NOT}(?:peel\s+)?(?P<a>{_YEAR})")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_LATEST = re.compile(
    r"\b(?:latest|most recent|last(?=\s+(?:[2-6]|two|three|four|five|six)\b))"
    r"\s+(?:(?P<number>[2-6]|two|three|four|five|six)\s+)?(?:peel\s+)?"
    r"(?:cycles?|inspections?|rounds?|assessments?|reports?)\b"
)
_NEGATED = re.compile(r"\b(?:not|never|n't)\s+$")
_FIRST, _LAST = 2000, 2099


def read(draft: Draft) -> None:
    """Years, ranges and "the last two cycles" as filters on the cycle.

    A cycle is meant by every year it covers, and by a range that it shares a year with: "since 2019" takes in
    2018/19. A year without a cycle is left where it is, with a note. Years in dates, of publication, in
    names of Acts, of budgets and events, and in deadlines ("by 2018") are not cycles, nor are numbers of things
    ("2017 crimes"; but "2017 crime recording" and "2018/19 crimes" are). "The last inspection" may be the one before
    the latest, so it limits nothing, and neither does what was before or after something of a year.
    """
    _ranges(draft)
    for match in draft.find(_LATEST):
        _latest(draft, match)
    excluded = -1
    for match in draft.find(_ONE):
        if _is_a_cycle(draft, match) and not _ASIDE.search(draft.before(match.start())):
            excludes = bool(match["not"]) or draft.joins(excluded, match.span())
            _take(draft, match, _years(match["a"]), excludes)
            excluded = match.end() if excludes else excluded


def named(words: str, known: Facets) -> tuple[str, ...]:
    """The cycles that words name and nothing else; () where they name none."""
    plain = words.strip().lower().translate(str.maketrans("–—", "--"))
    years = _years(plain) if re.fullmatch(rf"(?:peel\s+)?{_YEAR}", plain) else None
    return _cycles_of(years, known) if years else ()


def _ranges(draft: Draft) -> None:
    for match in draft.find(_RANGE):
        first, last = _years(match["first"]), _years(match["last"])
        between = draft.plain[match.end("first") : match.start("last")].strip()
        listed = not re.search(r"\b(?:to|un|til)|through|-|before", between) and not match[0].startswith("between")
        if first and last and first[0] <= last[1] and not listed and _is_a_cycle(draft, match):
            after, before = match[0].startswith("after"), "before" in between
            _take(draft, match, (first[1] + 1 if after else first[0], last[0] - 1 if before else last[1]))
    for pattern, bounds in ((_SINCE, "since"), (_TO, "to"), (_AFTER, "after"), (_BEFORE, "before")):
        for match in draft.find(pattern):
            years = _years(match.groupdict().get("a") or match.groupdict().get("b") or "")
            if years is None or not _is_a_cycle(draft, match):
                continue
            span = {
                "since": (years[0], _LAST),
                "after": (years[1] + 1, _LAST),
                "before": (_FIRST, years[0] - 1),
                "to": (_FIRST, years[1]),
            }
            _take(draft, match, span[bounds])


def _is_a_cycle(draft: Draft, match: re.Match[str]) -> bool:
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    before = draft.plain[max(0, start - 24) : start]
    ranged = re.match(r"\s*(?:since|after|before|until|from|between|up to|prior)", match[0])
    if _NOT_OF_A_CYCLE.search(before) or _OF_SOMETHING_ELSE.match(draft.plain, match.end()):
        return False
    if (
        re.search(r"(?<![\d/-])\d{4}$", match[0])
        and "peel" not in match[0]
        and _COUNTED.match(draft.plain, match.end())
    ):
        return False
    if ranged and _NEGATED.search(before):
        draft.strike((start, match.end()), LEFT)
        return False
    return True


def _years(written: str) -> tuple[int, int] | None:
    """The first and last year of "2017", "2018/19" or "2015-2017"; None where the second is not the later."""
    first, *rest = re.findall(r"\d+", written)
    if not rest:
        return int(first), int(first)
    last = int(first[:2] + rest[0][-2:])
    return (int(first), last) if last > int(first) else None


@lru_cache(maxsize=32)
def _covered(cycle: str) -> range:
    first, last = _years(cycle) or (0, 0)
    return range(first, last + 1)


def _take(draft: Draft, match: re.Match[str], years: tuple[int, int] | None, excludes: bool = False) -> None:
    if years is None:
        return
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    cycles = _cycles_of(years, draft.known)
    if cycles and len(cycles) < len(draft.known.values["cycle"]):
        label = f"PEEL {cycles[0]} to {cycles[-1]}" if len(cycles) > 2 else ""
        draft.read("cycle", cycles, (start, match.end()), label=label, excludes=excludes)
    elif not cycles:
        draft.notes.append(
            f"No PEEL cycle covers {draft.written((start, match.end()))}, so it does not limit the answer."
        )
        draft.strike((start, match.end()), LEFT)


def _cycles_of(years: tuple[int, int], known: Facets) -> tuple[str, ...]:
    every = [value["value"] for value in known.values["cycle"]]
    exact = [c for c in every if (_covered(c)[0], _covered(c)[-1]) == years]
    shared = [c for c in every if _covered(c)[0] <= years[1] and years[0] <= _covered(c)[-1]]
    return tuple(exact or shared)


def _latest(draft: Draft, match: re.Match[str]) -> None:
    number = match["number"]
    count = 1 if number is None else _NUMBERS.get(number) or int(number)
    present = np.flatnonzero(np.bincount(draft.known.codes["cycle"])).tolist()
    cycles = tuple(draft.known.values["cycle"][place]["value"] for place in present[-count:])
    if cycles:
        draft.read("cycle", cycles, match.span())
