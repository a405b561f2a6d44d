"""Pillars, questions, areas and grades, where they are asked for as such."""

from __future__ import annotations

import re
from itertools import chain

from search.understand.reading import READ, WORD, Draft

AREAS = {
    "victims-of-crime": ("providing a service to victims of crime", "service for victims of crime", "victims of crime"),
    "recording-crime": ("recording data about crime", "crime data integrity", "crime recording", "recording crime"),
    "treating-the-public": (
        "engaging with and treating the public with fairness and respect",
        "police powers and treating the public fairly and respectfully",
        "treatment of the public",
        "treating the public fairly",
        "treating the public",
    ),
    "preventing-crime": (
        "preventing and deterring crime and antisocial behaviour, and reducing vulnerability",
        "preventing crime and anti-social behaviour",
        "preventing crime and tackling anti-social behaviour",
        "crime prevention",
        "preventing crime",
    ),
    "responding-to-the-public": ("responding to the public",),
    "investigating-crime": (
        "investigating crime and reducing re-offending",
        "investigating crime",
        "crime investigation",
        "investigations",
        "investigation",
    ),
    "protecting-vulnerable-people": (
        "protecting vulnerable people",
        "protection of vulnerable people",
        "protecting the vulnerable",
        "vulnerability",
    ),
    "managing-offenders": (
        "managing offenders and suspects",
        "managing offenders",
        "offender management",
        "management of offenders",
    ),
    "serious-organised-crime": (
        "disrupting serious organised crime",
        "disrupting serious and organised crime",
        "tackling serious and organised crime",
        "serious and organised crime",
        "serious organised crime",
        "organised crime",
    ),
    "workforce": (
        "building, supporting and protecting the workforce",
        "developing a positive workplace",
        "treating the workforce fairly",
        "supporting the workforce",
    ),
    "workforce-corruption": ("tackling workforce corruption", "workforce corruption"),
    "strategic-planning": (
        "strategic planning, organisational management and value for money",
        "strategic planning",
        "good use of resources",
        "value for money",
        "planning for the future",
    ),
    "strategic-policing-requirement": ("strategic policing requirement",),
    "armed-threats": ("protecting the public against armed threats", "armed policing"),
    "leadership-and-force-management": ("leadership and force management",),
}
"""What the areas of 2021/22 and later are called, by slug. Each stands for the questions of earlier cycles too,
along the lineage of the vocabulary."""
GRADES = {
    "outstanding": r"outstanding",
    "good": r"good",
    "adequate": r"adequate",
    "requires-improvement": r"requir(?:es|ed?|ing)[ -]improvement",
    "inadequate": r"inadequate",
}

_BOUNDS = {
    "least": r"(?:at\s+least|no(?:thing)?\s+(?:worse|less|lower)\s+than)\s+{}|{}\s+or\s+(?:better|above|higher)",
    "most": r"(?:at\s+(?:best|most)|no(?:thing)?\s+(?:better|higher)\s+than)\s+{}|{}\s+or\s+(?:worse|below|lower)",
    "above": r"(?:better|higher)\s+than\s+{}|above\s+{}",
    "below": r"(?:worse|less|lower)\s+than\s+{}|below\s+{}",
    "others": r"(?:any|every)thing\s+(?:but|other\s+than|except)\s+{}",
}
"""How people ask for grades by their order, from the best; `{}` stands for a grade."""

_AREA_OF = {name.replace("-", ""): slug for slug, names in AREAS.items() for name in names}
_PILLAR = r"effectiveness|efficiency|legitimacy"
_PILLARS = rf"(?:{_PILLAR})(?:\s*(?:,|/|&|\b(?:and|or)\b)\s*(?:{_PILLAR}))*"
_GRADE = "|".join(GRADES.values())
_LIST = rf"(?:{_GRADE})(?:\s*(?:,|/|or|and)\s*(?:{_GRADE}))*"
_CLAUSE_ENDS = (
    r"(?=\s*(?:$|[?.,;:!)\"'\x00\x01])"
    r"|\s(?:in|at|by|for|from|on|of|since|before|after|and|or|but|across|over|with|during|between|that|who|which|last|pillar)\b)"
)

_NAMES = "|".join(
    re.escape(name).replace(r"\ ", r"\s+").replace(r"\-", "-?")
    for name in sorted(chain.from_iterable(AREAS.values()), key=len, reverse=True)
)
_AREA = re.compile(rf"(?:the\s+)?[\"']?(?P<name>{_NAMES})\b{_CLAUSE_ENDS}")
_BEFORE_AREA = re.compile(
    r"\b(?:question|area|section|heading)\s+(?:of|on|about|for|called|named)\s+|\bunder\s+|\b(?:areas?|questions?):\s*"
    r"|(?:\b(?:afis?|areas? for improvement|causes? (?:of|for) concern)\s+(?:per force\s+)?for\s+)"
)
_BEFORE_GRADE = r"\b(?:graded|rated|judged|assessed|(?:judge?ments?|grades?|ratings?) of)\s+(?:to be\s+|as\s+|only\s+)?"
_GRADED = re.compile(
    rf"{_BEFORE_GRADE}(?P<said>{_LIST})\b|\b(?P<noun>{_LIST})\s+(?:grade|grading|judge?ment|rating)s?\b|\b(?P<bare>{_GRADE})\b"
)
_BOUNDED = re.compile(
    rf"(?P<stated>{_BEFORE_GRADE})?(?:"
    + "|".join(f"(?P<{bound}>{wording.replace('{}', f'(?:{_GRADE})')})" for bound, wording in _BOUNDS.items())
    + r")\b"
)
_AFTER_GRADE = re.compile(
    rf"\s+(?:(?:in\s+)?{READ}+\s+)?(?:(?:at|for|in|on|under)\s+)?(?:the\s+question\s+(?:of|on)\s+)?"
)
_PILLAR_HERE = re.compile(rf"(?:the\s+)?(?P<name>{_PILLARS}|leadership)\b{_CLAUSE_ENDS}(?!\s+of\b)")
_TREND = re.compile(
    r"\b(?:fall(?:ing|en)?|fell|ris(?:e|ing|en)|rose|dropp?(?:ed|ing)?|declin\w+|mov(?:e|ed|ing)|slipp?\w*|went"
    r"|downgrad\w+|upgrad\w+|g[eo]t(?:ting)? (?:better|worse)|became|becom\w+|improved|improving|wors\w+|from \w+ to)\b"
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|no longer|nor|neither|nobody|no one|none|nothing|without|avoid\w*|other than"
    rf"|rather than|instead of)|n't)\s+(?:{WORD}\s+){{0,3}}$"
)
_OF_A_PILLAR = (
    r"pillar|inspections?|reports?|pages?|findings|afis?|areas for improvement|strengths|grades?|judge?ments?|ratings?"
    r"|questions?"
)
_PILLAR_ASKED = re.compile(
    rf"\b(?:for|in|on|under)\s+(?:the\s+)?(?P<a>{_PILLARS})(?!\s+of\b){_CLAUSE_ENDS}"
    rf"|\b(?P<b>{_PILLARS}|leadership)\s+(?:{_OF_A_PILLAR})\b"
    rf"|\bpillar:?\s+(?P<c>{_PILLARS}|leadership)\b|^\s*(?P<d>{_PILLARS})\s*[:,]|[\x00\x01]\s+(?P<e>{_PILLARS})\b(?!\s+of\b)"
)
_BESIDE = r"(?:[\s\x00,?.]|\b(?:in|at|for|of|and|or|the|peel|forces?|police|which|who|are|is|was|were|all)\b)*"
_ALONE = re.compile(
    rf"{_BESIDE}\b(?P<alone>{_PILLARS}|outstanding|inadequate|{GRADES['requires-improvement']})\b{_BESIDE}"
)
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_NUMBER = re.compile(
    r"\bquestions?\s+(?:no\.?\s+|number\s+)?(?P<a>[1-9]|one|two|three|four|five|six)\b(?!\s*[-/.%]?\d)"
    r"(?:\s*(?:,|and|or|&)\s*(?P<b>[1-9])\b)?|\bq(?P<c>[1-6])\b"
)


def read(draft: Draft) -> None:
    """Questions by number, grades, areas and pillars as filters, only where the words ask for them as such.

    "Inadequate" is a grade in "rated inadequate", "inadequate judgments" and "inadequate at organised crime",
    never in "inadequate supervision"; "good" is none in "good work". "Good or better" are the grades from there on; a
    grade that is denied otherwise than by "anything but" limits nothing. A question about grades that rise or fall is
    not limited to one of them. An area is a limit after a grade, as an area or question, and after
    "areas for improvement for"; an area's words stay in the meaning, since they are the subject too. A pillar or a
    grade that is all there is beside forces, cycles and questions is asked for as such; "good" and "adequate" may be
    words.
    """
    _numbers(draft)
    _alone(draft)
    trend = _TREND.search(_BOUNDED.sub("", draft.plain)) is not None
    for match in chain(draft.find(_BOUNDED), draft.find(_GRADED)):
        if not trend and not _DENIED.search(draft.before(match.start())):
            _grade(draft, match)
    for match in draft.find(_BEFORE_AREA):
        if not _DENIED.search(draft.before(match.start())):
            _area(draft, match.end())
    for match in draft.find(_PILLAR_ASKED):
        which = next(name for name in "abcde" if match[name])
        _pillars(draft, match.span(which))


def _numbers(draft: Draft) -> None:
    known = {value["value"] for value in draft.known.values["question"]}
    for match in draft.find(_NUMBER):
        given = [match[name] for name in "abc" if match[name]]
        numbers = tuple(_NUMBERS.get(number, number) for number in given)
        if set(numbers) <= known:
            draft.read("question", numbers, match.span())
        else:
            draft.notes.append(f"No report has {draft.written(match.span())}, so it does not limit the answer.")


def _alone(draft: Draft) -> None:
    """A pillar or grade with nothing beside it but constraints; a grade with nothing but "forces" too."""
    match = _ALONE.fullmatch(draft.plain)
    if match is None:
        return
    word, span = match["alone"], match.span("alone")
    named = {chip.facet for chip in draft.chips} | {key.partition(":")[0] for key in draft.without}
    constrained = not named.isdisjoint({"force", "region", "cycle", "question"})
    if re.fullmatch(_PILLARS, word):
        if constrained:
            _pillars(draft, span)
    elif constrained or re.search(r"\bforces?\b", draft.plain):
        draft.read("grade", tuple(grade for grade, spelt in GRADES.items() if re.fullmatch(spelt, word)), span)


def _grade(draft: Draft, match: re.Match[str]) -> None:
    """A grade, with the area or pillar that follows it; a bare word is a grade only where one follows."""
    after = _AFTER_GRADE.match(draft.plain, match.end())
    place = after.end() if after else match.end()
    area, pillar = _AREA.match(draft.plain, place), _PILLAR_HERE.match(draft.plain, place)
    found = match.groupdict()
    bound = next((name for name in _BOUNDS if found.get(name)), None)
    bare = found["bare"] if bound is None else not found["stated"] and match[0]
    if bare and not (pillar or (area and bare not in {"good", "adequate"})):
        return
    draft.read("grade", _grades(match[0], bound), match.span())
    if area:
        _area(draft, place)
    elif pillar:
        _pillars(draft, pillar.span("name"))


def _grades(words: str, bound: str | None) -> tuple[str, ...]:
    """The grades that words name, or those on the side of the one they name."""
    named = [grade for grade, spelt in GRADES.items() if re.search(rf"\b{spelt}\b", words)]
    every, place = list(GRADES), list(GRADES).index(named[0])
    sides = {
        "least": every[: place + 1],
        "most": every[place:],
        "above": every[:place],
        "below": every[place + 1 :],
        "others": [*every[:place], *every[place + 1 :]],
    }
    return tuple(sides[bound] if bound else named)


def _pillars(draft: Draft, span: tuple[int, int]) -> None:
    """The pillars that a span names."""
    draft.read("pillar", tuple(re.findall(rf"{_PILLAR}|leadership", draft.plain[slice(*span)])), span)


def _area(draft: Draft, place: int) -> None:
    """The area whose name begins here, if one does."""
    match = _AREA.match(draft.plain, place)
    if match is not None:
        slug = _AREA_OF[" ".join(match["name"].replace("-", "").split())]
        draft.read("area", (slug,), match.span("name"), label=AREAS[slug][0].capitalize(), stays=True)
