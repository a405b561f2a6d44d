"""What sort of finding is asked for: kinds, and praise or criticism in looser words."""

from __future__ import annotations

import re

from search.understand.reading import LEFT, WORD, Draft

CRITICISED = ("area-for-improvement", "cause-of-concern")
PRAISED = ("strength", "innovative-practice")

_VERY = r"(?:particularly\s+|very\s+|really\s+)?"
_TOLD = r"(?:told|asked|instructed|urged|advised|required|directed)\s+(?:\w+\s+)?to"
_MENDED = r"fix|sort\s+out|put\s+right|address|change"
_BETTER = rf"(?:improve|{_MENDED}|do\s+better(?:\s+(?:at|on|in|with))?|make\s+improvements?(?:\s+(?:to|in))?)"
_HEAD = (
    r"(?:^|[?.:;,\x00\x01]|\b(?:what|which|any|show|list|find|give|me|all|the|count|many|and|or|of|are|were|for|with|other"
    r"|as|by|in))\s*(?:\d+\s+)?"
)
_GIVEN = (
    r"(?:\s+(?:made|given|issued)(?:\s+to)?)?"
    r"(?=\s*(?:$|[?.,;\x00\x01]|\b(?:were|was|are|have|on|about|for|in|to|and|or|from\s+[\x00\x01])))"
)

READINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"\bareas?\s+for\s+improve?me?nts?\b|\bafi'?s?\b", "kind", ("area-for-improvement",)),
    (r"\b(?:accelerated\s+)?causes?\s+(?:of|for)\s+concern\b|\bcocs?\b", "kind", ("cause-of-concern",)),
    (rf"{_HEAD}(?P<words>recommendations){_GIVEN}", "kind", ("recommendation",)),
    (rf"\b(?:get\s+|got\s+)?{_TOLD}\s+{_BETTER}\b", "kind", CRITICISED),
    (r"\b(?:innovative|promising|notable)\s+practices?\b", "kind", ("innovative-practice",)),
    (rf"{_HEAD}(?P<words>strengths)\b", "kind", ("strength",)),
    (r"\b(?:good|best)\s+(?:work|practice)\b", "kind", PRAISED),
    (r"\b(?:praised?|commended|applauded|complimented)\b(?:\s+for\b)?", "kind", PRAISED),
    (r"\b(?:criticised|criticized|faulted)\b(?:\s+for\b)?", "polarity", ("negative",)),
    (r"\bcriticisms?\b(?:\s+(?:of|for)\b)?", "polarity", ("negative",)),
    (rf"{_HEAD}(?P<words>weaknesses)\b", "polarity", ("negative",)),
    (r"\b(?:negative|critical)\s+findings?\b", "polarity", ("negative",)),
    (
        rf"\b(?:inspect\w+|hmic\w*|reports?)\s+(?:is|are|was|were)\s+{_VERY}(?P<words>critical\s+of)\b",
        "polarity",
        ("negative",),
    ),
    (rf"\b(?:do|does|did|doing|done|perform\w*)\s+{_VERY}well\b(?:\s+(?:at|on|in|with)\b)?", "polarity", ("positive",)),
    (rf"\b(?:forces?|who|which|[\x00\x01])\s+(?:is|are|was|were)\s+{_VERY}good\s+at\b", "polarity", ("positive",)),
    (r"\bpositive\s+findings?\b", "polarity", ("positive",)),
)
"""Wording, the facet it limits, and the values it takes.

"Told to improve" is areas for improvement and causes of concern; praise is strengths and innovative practice.
Looser criticism and praise take the polarity of a finding and not its kind, since most criticism in reports is of no
formal kind. "Backlogs", "failings", "poor" and the like are subjects and limit nothing.
"""
_LEFT_OUT = re.compile(
    r"\b(?:but\s+)?(?:no|not|without|excluding|except(?:\s+for)?|other\s+than|rather\s+than|apart\s+from|bar|minus"
    r"|instead\s+of|ignoring)\s+(?:(?:any|the)\s+)?(?:(?P<weakness>weaknesses|an?\s+weakness|criticisms?)"
    r"|(?P<strength>strengths|an?\s+strength)|(?:an?\s+)?(?:(?P<afi>areas?\s+for\s+improvement|afi'?s?)"
    r"|(?P<concern>causes?\s+(?:of|for)\s+concern)|(?P<recommendation>recommendations)))\b"
)
_NAMED = {
    "weakness": ("polarity", "negative"),
    "strength": ("kind", "strength"),
    "afi": ("kind", "area-for-improvement"),
    "concern": ("kind", "cause-of-concern"),
    "recommendation": ("kind", "recommendation"),
}
"""What each group of the wording before leaves out: "no weaknesses" all that is criticism."""
_DENIED = re.compile(
    r"(?:\b(?:not(?!\s+(?:only|just)\b)|never|no longer|nor|without|hardly|rarely|seldom|no|nobody|no one|none|nowhere"
    r"|yet to be|cannot|fail(?:ed|s|ing)? to|other than|rather than|except|excluding|instead of"
    r"|lack(?:s|ed|ing)?(?: of)?|absence of|little|(?<!a )few)|n't)"
    rf"\s+(?:{WORD}\s+){{0,3}}$|\bneither\s+(?:{WORD}\s+){{0,4}}$"
)
_NOT_THE_REPORT = re.compile(
    r"\b(?:implement\w*|track\w*|monitor\w*|follow\w* up|progress|act\w* (?:up)?on|respon\w+ to|previous|earlier|past"
    r"|outstanding|iopc|ipcc|coroner\w*|victims?|staff|officers?|managers?|supervisors?|public|judges?|residents?"
    r"|communit\w+|councillors?|complainants?|callers?)\s+(?:\w+\s+){0,2}$"
)
_SUBJECT = re.compile(r"\b(?:subject|topic):\s*[\"']?(?P<name>[\w][\w &'/-]*)")


def read(draft: Draft) -> None:
    """Kinds and polarities by the table of readings; denied wording ("not praised") is left as it is, but a
    kind denied by its name ("not weaknesses", "no AFIs") is excluded."""
    _subjects(draft)
    for match in draft.find(_LEFT_OUT):
        which = next(name for name in _NAMED if match[name])
        draft.read(_NAMED[which][0], (_NAMED[which][1],), match.span(), excludes=True)
    for wording, facet, values in READINGS:
        for match in draft.find(re.compile(wording)):
            span = match.span("words") if "words" in match.re.groupindex else match.span()
            before = draft.before(span[0])
            if _DENIED.search(before) or (facet == "kind" and _NOT_THE_REPORT.search(before)):
                draft.strike(span, LEFT)
            else:
                draft.read(facet, values, span)


def _subjects(draft: Draft) -> None:
    """The words after "subject:" as a filter: the longest name of a subject that stands after it."""
    named = {
        name.casefold().replace("-", " "): value["value"]
        for value in (draft.known.values["topic"] if ":" in draft.plain else ())
        for name in (value["value"], value["label"], *value["names"])
    }
    for match in draft.find(_SUBJECT):
        words = match["name"]
        for end in (m.start() for m in reversed(list(re.finditer(r"(?<=\w)(?!\w)", words)))):
            slug = named.get(words[:end].replace("-", " ").strip())
            if slug:
                draft.read("topic", (slug,), (match.start(), match.start("name") + end))
                break
