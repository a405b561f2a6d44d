"""What is left of a question to rank by."""

from __future__ import annotations

import re

from search.understand.reading import READ, Draft

_PADDING = re.compile(
    r"""(?:
      (?:please\s+)?(?:show|find|give|list|tell|count|compare|search|summarise)(?:\s+(?:me|for|us))?(?:\s+all)?
    | (?:is|are|was|were)\s+there(?:\s+any)?
    | (?:which|what)(?:\s+of)?(?:\s+the)?\s+(?:police\s+)?(?:forces?|constabular(?:y|ies))
        (?:\s+(?:were|was|are|is|have\s+been|has\s+been|had|have|do|does|did|get|got))?
    | (?:which|what|who|where|when|how\s+many)\s+(?:were|was|are|is|has|have|had|did|do|does)
    | what\s+(?:grades?|ratings?)\s+(?:did|do|does|was|were|has|have|had)
    | how\s+(?:well\s+)?(?:do|does|did|are|is|have|has)(?:\s+(?:the\s+)?forces)?
    | (?:which|what|who|where|why)(?=\s*(?:$|[\x00?]|(?:the|hmic\w*|inspect\w+|get|got|and|or)\b))
    | (?:the\s+)?(?:hmicfrs|hmic|inspectors?|inspectorate|reports?)
        (?:\s+(?:say|said|says|report|reported|think|thought|write|wrote|find|found|see|saw)(?:\s+(?:about|on|of|that))?)?
    | (?:anything|something|everything|information|details?)(?:\s+(?:about|on|that))?
    | (?:any|all)\s+(?:years?|cycles?|forces?)
    | (?:findings?|pages?|results?|statements?)(?:\s+(?:about|on|for|under|in|of|from|that|where))?
    | (?:inspections?|cycles?|rounds?)(?=\s*(?:$|[\x00?.]))
    | forces(?=\s*(?:$|[\x00?]|(?:and|that|which|who|with|in|were|was|are|on)\b))
    | per\s+force | by\s+force | and\s+why
    | (?:about|on|in|of|for|from|under|at|with|by|during|to|the|and|or|but|as|is|are|was|were|be|been|has|have|had|did
        |do|does|per|a|an
        |get|got|given|said|say|that|v|vs|versus)
    )(?=$|[\s,;:?.!\x00-])""",
    re.VERBOSE,
)
"""What opens a question, or stands between two constraints, and says nothing of what is asked about."""
_TAIL = re.compile(
    r"(?<![^\s\x00])(?:in\s+(?:any|all)\s+(?:years?|cycles?)|(?:and\s+)?(?:which\s+forces?|why)|per\s+force|by\s+force"
    r"|(?:is|are|was|were)\s+(?:described|reported|mentioned|given|found|said|made)"
    r"|about|on|in|of|for|from|under|at|with|by|during|to|the|and|or|but|as|forces|given|get|got|given\s+to)$"
)
_LONGEST = 48
_EDGE = " \t\r\n,;:?!.-/&\"'()*_"


def left(draft: Draft) -> str:
    """The words of the question without those read as constraints, the words that tied them in, and padding.

    "" where nothing with a meaning of its own is left.
    """
    parts = [_trimmed(draft, start, end) for start, end in _runs(draft)]
    kept = " ".join(filter(None, map(draft.written, parts)))
    return kept if re.search(r"[^\W_]", kept) else ""


def _runs(draft: Draft) -> list[tuple[int, int]]:
    """The stretches between constraints."""
    return [match.span() for match in re.finditer(rf"[^{READ}]+", draft.plain)]


def _trimmed(draft: Draft, start: int, end: int) -> tuple[int, int]:
    """A stretch without padding at its ends; padding within it says something."""
    plain = draft.plain
    before = (-1, -1)
    while before != (start, end):
        before = (start, end)
        while start < end and plain[start] in _EDGE:
            start += 1
        while start < end and plain[end - 1] in _EDGE:
            end -= 1
        padding = _PADDING.match(plain, start, end)
        if padding is not None:
            start = max(start, padding.end())
        tail = _TAIL.search(plain, max(start, end - _LONGEST), end)
        if tail is not None:
            end = tail.start()
    return start, end
