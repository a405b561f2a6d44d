"""Questions that ask for links between findings: praise for what another was told, the same told again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.understand.reading import LEFT, READ, WORD, Draft

_CRITICISED = (
    r"told|asked|criticised|struggl\w*|fail\w*|weak\w*|poor\w*|bad\w*|afis?|areas? for improvement|causes? of concern"
)
_ISSUES = r"issues?|problems?|weakness(?:es)?|criticisms?|afis?|areas for improvement|failings?|findings?|concerns?"
_WHERE = (
    r"what|the\s+(?:same\s+)?things?(?:\s+(?:that|which))?|things(?:\s+that)?"
    r"|(?:the\s+)?areas?\s+(?:that|where|in\s+which)|where"
)
_TO_MEND = r"to\s+(?:improve|fix|sort\s+out|put\s+right|address|change|do\s+better)"
_SOLVE = r"(?:re)?solve[sd]?|(?:fix|crack|address)(?:e[sd])?|overc[ao]me|put\s+right|sort(?:ed)?\s+out"
_OF_ANOTHER = rf"^\s+(?!(?:their|its|last|this)\b)(?:[\w-]+\s+){{0,3}}?[\w-]+'s?\s+(?:\S+\s+)?(?:{_ISSUES})\b"
_FORMAL = r"afi'?s?|areas? for improvement|causes? of concern|recommendations?|weakness(?:es)?|criticisms?|failings"
_SAME_AS = (
    rf"(?:the\s+)?same(?:\s+(?:things?|matters?|{_ISSUES}))?\s+as\b"
    r"(?!\s+(?:in|at|on|before|last|previous\w*|it|they)\b)"
)
_WAS_TOLD = r"\b(?:was|were)\s+told\b(?!\s+to\b)(?:\s+about\b)?"
_HAD = rf"\bhad\s+{_TO_MEND}\b"
_AGAIN = (
    r"more\s+than\s+once|again(?:\s+and\s+again)?|repeatedly|twice|time\s+and\s+again"
    r"|in\s+(?:two|several|more\s+than\s+one|successive|consecutive)\s+cycles"
)
LABELS = {
    "good-practice": "Praised where another force is criticised",
    "recurs": "Criticised again in a later cycle",
    "answered-by": "Praised later for what was criticised",
    "same-issue": "Criticised on the same matter",
}
"""The relations that questions ask for, by notation, as shown on their chips."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """Wording that asks for a relation: `link` are its words, after `opening`, and in one clause with `beside`.

    The finding at the other end is told of `after`, `before` or `around` the link, or is of the same force (None).
    The words of `also` go with it, wherever they stand.
    """

    relation: str
    link: str
    opening: str = ""
    other: str | None = None
    beside: str = ""
    also: str = ""


_READINGS = (
    _Reading(
        "good-practice",
        rf"\b(?:{_WHERE})\b",
        r"\b(?:well|good|better|best|strong|excel\w*|praised|commended)\s+(?:(?:at|in|on|with|for)\s+)?$",
        "after",
        rf"\b(?:{_CRITICISED})\b|{_HAD}",
        also=_HAD,
    ),
    _Reading(
        "good-practice",
        r"\bwhat\b",
        r"\b(?:do|does|did|doing)\s+$",
        "after",
        rf"(?:\b(?:{_CRITICISED})\b|{_HAD}).*\bwell\b\s*$",
        also=rf"\bwell\b(?=\s*[?.;]|\s*$)|{_HAD}",
    ),
    _Reading(
        "good-practice",
        r"(?:\band|[,:;-])\s+(?:who|which\s+forces?)\s+(?:(?:is|are|was|were|do|does|did)\s+)?"
        r"(?:(?:good|better|best|strong|well)\s+(?:at|in|on)\s+(?:it|this|that|them|these)|(?:it|this|that)\s+well)\b",
        other="before",
        beside=rf"\b(?:{_CRITICISED})\b|{_HAD}",
        also=_HAD,
    ),
    _Reading(
        "good-practice",
        rf"\b(?:{_SOLVE})\b",
        r"\b(?:forces?|who|which|others?)\s+(?:else\s+)?(?:(?:has|have|had|could|can|might|did)(?:n't|\s+not|\s+never)?\s+)?$",
        "after",
        rf"^\s+(?:{_WHERE})\s+(?!(?:it|they)\b).*\b(?:{_CRITICISED})\b|{_OF_ANOTHER}",
        also=rf"\b(?:who|forces?)\s+(?:could|can|might)\b(?=\s+{READ})|{_WAS_TOLD}",
    ),
    _Reading(
        "answered-by",
        rf"\b(?:{_SOLVE})\b",
        rf"\b(?:has|have|had|did)\s+(?:{WORD}\s+){{1,4}}$",
        "around",
        rf"(?:{_SOLVE})\s+(?:(?:its|their)\s+(?:\S+\s+){{0,3}}?(?:{_FORMAL})\b"
        r"|what\s+(?:it|they)\s+(?:was|were|had\s+been)\s+(?:told|asked|criticised)\b)",
        also=rf"(?<={READ} )(?:its|their)\b|(?<={READ} )what\s+(?:it|they)\s+{_WAS_TOLD}",
    ),
    _Reading(
        "same-issue",
        rf"\b(?:been\s+)?(?:told|warned\s+(?:about|of|over))\s+{_SAME_AS}",
        r"(?<!\bstaff )(?<!\bofficers )(?<!\bvictims )(?<!\bstaff were )(?<!\bofficers were )(?<!\bvictims were )$",
        "after",
    ),
    _Reading("same-issue", rf"\b{_SAME_AS}", r"\b(?:told|asked|criticised|warned)\s+(?:\w+\s+){1,3}$", "after"),
    _Reading(
        "same-issue",
        r"\b(?:who\s+else|(?:which|what)\s+other\s+forces?)\s+(?:has|have|had|shares?)\b"
        r"|\b(?:forces|who)\s+(?:(?:that|which|who)\s+)?shares?\b",
        other="after",
        beside=rf"{_OF_ANOTHER}|^\s+(?:the\s+)?(?:{_ISSUES})\s+(?:(?:that|which)\s+)?(?:[\w-]+\s+){{1,4}}(?:has|had|have)\b",
    ),
    _Reading("good-practice", r"\blearn\s+from\b", other="before"),
    _Reading(
        "recurs",
        r"\b(?:been\s+)?(?:told|criticised|warned|asked|pulled\s+up)\s+(?:\w+\s+){0,4}?same\s+(?:things?|"
        rf"{_ISSUES})\b(?:\s+(?:{_AGAIN})\b)?|\b(?:been\s+)?(?:told|criticised|warned)\s+(?:{_AGAIN})\b"
        rf"|\b(?:recurring|repeated)\s+(?:{_ISSUES})\b",
        also=rf"\b(?:{_AGAIN})\b",
    ),
    _Reading(
        "recurs",
        rf"\b(?:{_AGAIN})\b",
        beside=r"\b(?:told|criticised|warned)\s+(?:about|for|over|to)\s",
        also=r"\b(?:been\s+)?(?:told|criticised|warned)\s+(?:about|for|over)\b",
    ),
    _Reading(
        "answered-by",
        r"\b(?:(?:seem|appear)\w*\s+|(?:have|has)\s+been\s+|(?:were|was|are|is)\s+)?(?:to\s+(?:be|have\s+been)\s+)?"
        r"(?:later\s+|since\s+|then\s+|now\s+)?answered(?:\s+(?:by|with))?\b"
        r"|\b(?:(?:have|has)\s+(?:since\s+)?been|were|was|been|got)\s+(?:(?:later|since|then)\s+)?(?:put\s+right|resolved|fixed)\b"
        r"|\b(?:(?:were|was|been)\s+)?(?:later|then|subsequently)(?=\s+praised)",
        r"(?<!how they) $|(?<=\x00)$",
        "before",
        rf"\b(?:{_CRITICISED}|recommendations?)\b",
    ),
    _Reading(
        "same-issue",
        rf"\b(?:{_WHERE})\b",
        rf"\b(?:told|asked)\s+(?:{_TO_MEND}\s+)?$|\b(?:criticised|warned)\s+(?:for|about|over)\s+$",
        "after",
        r"\b(?:told|asked|criticised|warned)\b",
        also=rf"\bwe\s+were\b|\bus\b|{_WAS_TOLD}",
    ),
    _Reading(
        "same-issue",
        rf"\b(?:(?:have|has|had|share|with)\s+)?(?:the\s+)?(?:same|similar)\s+(?:{_ISSUES})\s+(?:as|to)\b"
        rf"|\b(?:{_ISSUES})\s+(?:similar\s+to|like|the\s+same\s+as)\b",
        other="after",
    ),
)
_TURNED_ROUND = re.compile(
    rf"\b(?:struggl\w*|fail\w*|weak|poor\w*|bad\w*|criticised|told\s+{_TO_MEND})\s+(?:(?:with|at|on|in|for)\s+)?"
    rf"(?P<praise>(?:{_WHERE})\s[^?;]*\b(?:well|good\s+at|praised(?:\s+for)?|commended(?:\s+for)?|strong))\b"
)
_DENIED = re.compile(
    r"(?:\b(?:not(?!\s+(?:only|just)\b)|never|no\s+longer|nor|neither|hardly|rarely|nobody|no\s+one|none|nowhere"
    rf"|yet\s+to)|n't)\s+(?:{WORD}\s+){{0,4}}$"
)
_CLAUSE_ENDS = re.compile(r"[?;]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A link that is asked for, and the spans of its words and of those on the finding at its other end."""

    relation: str
    link: tuple[int, int]
    other: tuple[int, int] | None


def read(draft: Draft) -> Asked | None:
    """The link that a question asks for, the first in the order of the readings; None where it asks for none.

    A link that is denied ("not good at what Kent was told") is none, and what is said of its other end is left.
    """
    for reading in _READINGS:
        if f"relation:{reading.relation}" in draft.without:
            continue
        for match in draft.find(re.compile(reading.link)):
            asked = _asked(draft, reading, match)
            if asked is not None and _DENIED.search(draft.before(match.start())):
                _left(draft, reading, asked)
                return None
            if asked is not None:
                draft.read("relation", (reading.relation,), match.span(), label=LABELS[reading.relation])
                for more in draft.find(re.compile(reading.also)) if reading.also else ():
                    draft.strike(more.span(), READ)
                return asked
    for match in draft.find(_TURNED_ROUND):
        words = draft.written(match.span("praise"))
        draft.notes.append(f"No link leads from praise to criticism, so “{words}” does not limit the answer.")
        draft.strike(match.span("praise"), LEFT)
    return None


def _left(draft: Draft, reading: _Reading, asked: Asked) -> None:
    """Leave a link that is denied as it is, with what follows of its other end."""
    if reading.other == "after" and asked.other is not None:
        span = (asked.link[0], asked.other[1])
        draft.notes.append(
            f"No link is followed where it is denied, so “{draft.written(span)}” does not limit the answer."
        )
        draft.strike(span, LEFT)


def _asked(draft: Draft, reading: _Reading, match: re.Match[str]) -> Asked | None:
    if not re.search(reading.opening, draft.before(match.start())):
        return None
    first = max((end.end() for end in _CLAUSE_ENDS.finditer(draft.plain, 0, match.start())), default=0)
    ending = _CLAUSE_ENDS.search(draft.plain, match.end())
    last = ending.start() if ending else len(draft.plain)
    spans = {"after": (match.end(), last), "before": (first, match.start()), "around": (first, last)}
    other = spans.get(reading.other or "")
    start, end = other or (first, last)
    if reading.beside and not re.search(reading.beside, draft.plain[start:end]):
        return None
    return Asked(reading.relation, match.span(), other)
