"""The literal lines that pages of 2014 to 2018/19 are recognised by: headings, grades, and lines set aside."""

from __future__ import annotations

import re

from kg.model import Grade, Kind, Status

GRADE_LINES: dict[str, tuple[Grade | None, Status]] = {
    "outstanding": (Grade.OUTSTANDING, Status.INSPECTED),
    "good": (Grade.GOOD, Status.INSPECTED),
    "adequate": (Grade.ADEQUATE, Status.INSPECTED),
    "requires improvement": (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED),
    "inadequate": (Grade.INADEQUATE, Status.INSPECTED),
    "ungraded": (None, Status.NOT_GRADED),
    "not graded": (None, Status.NOT_GRADED),
    "not being graded": (None, Status.NOT_GRADED),
    "to be graded": (None, Status.NOT_YET_GRADED),
    "not yet graded": (None, Status.NOT_YET_GRADED),
}
"""A line that is one of these, under a title or a date, is a grade line."""

KIND_HEADINGS: dict[str, Kind] = {
    "area for improvement": Kind.AREA_FOR_IMPROVEMENT,
    "areas for improvement": Kind.AREA_FOR_IMPROVEMENT,
    "cause of concern": Kind.CAUSE_OF_CONCERN,
    "causes of concern": Kind.CAUSE_OF_CONCERN,
    "accelerated cause of concern": Kind.CAUSE_OF_CONCERN,
    "accelerated causes of concern": Kind.CAUSE_OF_CONCERN,
    "recommendation": Kind.RECOMMENDATION,
    "recommendations": Kind.RECOMMENDATION,
    "notable practice": Kind.INNOVATIVE_PRACTICE,
    "innovative practice": Kind.INNOVATIVE_PRACTICE,
    "promising practice": Kind.INNOVATIVE_PRACTICE,
}
"""A heading that says what kind the findings below it are."""

_KIND_OF_SOMETHING = re.compile(rf"^({'|'.join(KIND_HEADINGS)})(?::?$|\s*[:–-] [\w’', -]{{2,60}}$)", re.IGNORECASE)


def kind_of_heading(words: str) -> Kind | None:
    """The kind that a heading names, alone or with its subject ("Cause of concern: investigations")."""
    found = _KIND_OF_SOMETHING.match(words)
    return KIND_HEADINGS[found[1].casefold()] if found else None


PLAIN_HEADING = re.compile(
    r"^(?:questions for \w+|further insights on \w+|other inspections"
    r"|how well has the force performed in our other inspections\?"
    r"|hmi[’']s observations|summary|overview|looking ahead|force in numbers)$",
    re.IGNORECASE,
)

COMMON_BLOCK = re.compile(
    r"^(?:other inspections|how well has the force performed in our other inspections\?)$", re.IGNORECASE
)
"""Opens what leadership pages share with others; their own text begins after it."""

ASKS = re.compile(r"(?:How|To what extent|What|Does|Is)\b[^.]*\?$")
"""A line that asks a question must be one of the cycle's."""

LAST_UPDATED = re.compile(r"^Last updated (\d{2})/(\d{2})/(\d{4})$")

SKIPPED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"^[^\w]+$", "no words"),
        (r"^(?:skip to content|english cymraeg|print this document|contents|back to top)$", "navigation"),
        (
            r"^(?:promoting improvements|in policing and fire & rescue|services to make everyone safer)$",
            "strapline",
        ),
        (
            r"^(?:read more about [^.]{1,60}|view the (?:\w+ )?questions? for .+|detailed findings for question \d+)$",
            "link",
        ),
        (r"^read more about .{1,60}this is hmic(?:frs)?[’']s .+$", "link run into the introduction"),
        (r"^(?:download the full report|get the report|read the transcript(?: of the video)?)$", "link"),
        (r"^(?:contact (?!with\b|centre|handler|management)[\w .’'()-]{1,60})$", "contact"),
        (r"^os hoffech chi ddarllen hwn", "link to the Welsh version"),
        (r"^\(pdf document\)$", "link"),
        (r"^(?:loading graph\.\.\.|accessible table)$", "navigation"),
        (r"^published(?: on)?: \d{1,2} \w+ \d{4}$", "date of another report"),
        (r"^peel: police \w+.* [–-] .+$", "title of a linked report"),
        (
            r"^(?:[\w .’'-]{3,60}, )?(?:her|his) majesty[’']s (?:chief )?inspector of constabulary$"
            r"|^hm inspector of constabulary$",
            "name of the inspector",
        ),
        (r"^we set out our detailed findings below\.", "introduces the detailed findings"),
        (r"^(?:force \w+ is|score\])$", "residue of the template"),
    )
)
"""Lines that say nothing about the force, each with the reason that the account gives."""

NOT_INSPECTED = re.compile(
    r"^(?:this question (?:was|has) not (?:been )?(?:inspected|subject to (?:a )?(?:detailed )?inspection)"
    r"|we (?:did not|didn[’']t) inspect this question)",
    re.IGNORECASE,
)
STANDS = re.compile(
    r"\b(?:still stands?|carried over|(?:grade|judgment|findings) (?:stands?|remains? (?:in place|valid)))\b",
    re.IGNORECASE,
)
EARLIER_CYCLE = re.compile(r"\b(20\d\d)(?:/(\d\d))?\s+(?:\w+\s+){0,2}inspection", re.IGNORECASE)
LAST_YEAR = re.compile(r"\blast year[’']s inspection", re.IGNORECASE)
REMAINING_AREA = re.compile(r"\bareas? for improvement (?:\w+ )?(?:remain|from that)", re.IGNORECASE)

EARLIER_JUDGMENT = re.compile(
    r"^In (?:our )?(20\d\d)(?:/\d\d)?(?:\s+(?:\w+\s+)?inspection)?,? (?:we|HMIC|HMICFRS) (?:judged|graded|assessed)\b"
    r"(?!.*\b(?:but|although|however|since then)\b)"
)
ABOUT_THE_ASSESSMENT = re.compile(
    r"^(?:this year, for the first time, we have assessed (?:the )?leadership\b"
    r"|the assessment has led to a narrative\b|read more about my assessment\b"
    r"|this is the first (?:year|time) (?:that )?HMIC has (?:graded|assessed)\b|police leadership is crucial\b"
    r"|this inspection (?:focused|assessed|examined|considered)\b"
    r"|we agreed with the force that we would not re-?inspect\b|we have carried last year[’']s grade forward\b)",
    re.IGNORECASE,
)
ADDRESSED_TO_ALL = re.compile(
    r"\b(?:recommended that (?:all|every) (?:police )?forces?|(?:all|every) (?:police )?forces? should)\b",
    re.IGNORECASE,
)

DEMAND = re.compile(r"\b(?:should|must|needs? to|recommends?)\b", re.IGNORECASE)
"""What tells a demand on the force (an area for improvement, a recommendation) from narrative."""

DEADLINE = re.compile(
    r"\b(immediately|with immediate effect|within (?:the next )?[\w-]+ (?:days?|weeks?|months?|years?)"
    r"|by (?:the end of )?(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December) \d{4})\b",
    re.IGNORECASE,
)
