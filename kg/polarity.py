"""Does a statement praise or criticise? Rules over the words inspectors use.

The rules were written for PEEL prose: praise and criticism are formulaic ("has a good understanding",
"is not consistently"), so counting cues works. Where nothing speaks, a list item takes the side of the
text that leads into it, and a sentence is neutral.
"""

from __future__ import annotations

import re

from kg.model import Kind, Polarity

_NEGATIVE = re.compile(
    r"""\b(?:
      (?:is|are|was|were|do|does|did|has|have|had|could|can|would|may|will)(?:\s+not|n[’']t)\b
          (?!\s+(?:only|just|simply|graded?\b|make\s+a\s+graded))
    | cannot | never | rarely | seldom | neither | too\s+(?:few|many|long|often|little|much)
    | not\s+(?:always|all|yet|enough|consistently|sufficiently|fully|effectively|routinely|being|as\s+\w+)
    | no\s+(?:\w+\s+){0,2}(?:plan|process|evidence|strategy|system|understanding|policy|consistent|clear|formal)\w*
    | lack(?:s|ed|ing)? | fail(?:s|ed|ing|ure|ures)? | poor(?:ly)? | weak(?:er|ness|nesses)? | gaps?
    | inadequate(?:ly)? | insufficient(?:ly)? | inconsisten(?:t|tly|cy|cies) | ineffective(?:ly)? | inefficient
    | inappropriate(?:ly)? | inaccura(?:te|tely|cy|cies) | incomplete | unaware | unclear | unable | unacceptabl[ey]
    | uncertain | unreliable | patchy | mixed | variable | backlogs? | delay(?:s|ed)? | shortages? | shortfalls?
    | concern(?:s|ed|ing)?(?!\s+for\s+safety) | worr(?:y|ied|ying) | disappoint(?:ed|ing|ment)
    | struggl(?:e|es|ed|ing) | overwhelmed | overstretched | limited | hamper(?:s|ed|ing)? | missed | deteriorat\w+
    | less\s+(?:well|sure|good|effective|consistent|likely|clear) | fewer | slow(?:ly)?
    | could\s+(?:be\s+)?(?:better|do\s+more|improve|improved|go\s+further|do\s+better|be\s+\w+er)
    | (?:needs?|needed|require[sd]?|requiring)\s+(?:to\b|improve\w*|further|more|some|urgent|significant)
    | (?:should|must)\s+(?!not\s+be\s+(?:confused|compared))
    | (?:area|areas|room|scope)\s+for\s+improvement | more\s+(?:work|needs|remains)\b | at\s+risk\s+because
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)

_POSITIVE = re.compile(
    r"""\b(?:
      good | well(?!-being|\s*being) | strong(?:ly|er)? | effective(?:ly)? | efficient(?:ly)? | excellent | outstanding
    | impressive(?:ly)? | impressed | comprehensive(?:ly)? | robust(?:ly)? | clear(?:ly)? | thorough(?:ly)?
    | prompt(?:ly)? | quick(?:ly)? | swift(?:ly)? | better | improv(?:ed|ing|es|ement|ements) | innovative(?:ly)?
    | success(?:es|ful|fully)? | satisfactory | pleas(?:ed|ing) | reassur(?:ed|ing) | commend(?:ed|able)? | praise\w*
    | positive(?:ly)? | progress | constructive(?:ly)? | careful(?:ly)? | proactive(?:ly)? | committed | commitment
    | consistent(?:ly)? | appropriate(?:ly)? | confident | high(?:ly)?[-\s]?(?:quality|standards?|performing|effective)
    | benefit(?:s|ed|ing)? | valu(?:ed|able|es) | dedicated | supportive | timely | sound | rigorous(?:ly)?
    | established | has\s+the\s+necessary | (?:fulfil|meet)s?\s+its | ahead\s+of | leading | best\s+practice
    | (?:provides?|offers?|gives?)\s+(?:\w+\s+){0,3}(?:support|service|training|protection)
    | supports? | regularly | easily | sophisticated | mature | detailed | accurate(?:ly)? | keen | tackles?
    | continues?\s+to\s+(?:improve|perform|work\s+well|make) | fair(?:ly|ness)? | ethical(?:ly)? | respect
    | reduc(?:ed|es)\s+(?:re-?offending|crime|demand|harm)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)

_PAST_FAULT = re.compile(r"\b(?:has|have)\s+(?:cut|cleared|reduced|removed|eliminated|addressed|resolved)\b", re.I)
_HELP_NEEDED = re.compile(
    r"\b(?:lack(?:s)?\s+of\s+support|unable\s+to\s+protect|who\s+(?:do|are|is|have)\s+not|"
    r"do(?:es)?\s+not\s+support|unwilling|less\s+able|harder\s+to\s+reach|"
    r"(?:identif|understand|address|tackl|spot|fill|reduc)\w*\s+(?:\w+\s+){0,3}(?:gaps?|weaknesses|delays|backlogs?|failures)|"
    r"concerns?\s+(?:about|for)\s+(?:their|a\s+person|someone|children|the\s+welfare|people)|"
    r"(?:if|when|where|whether|reasons?|why)\s+[\w\s]{0,40}(?:not|n[’']t|fail\w*)|"
    r"(?:people|those|victims|children|officers)\s+(?:\w+\s+){0,3}at\s+risk|when\s+required|"
    r"ensure[sd]?\s+(?:that\s+)?no\b|as\s+required)",
    re.IGNORECASE,
)

_CONTRAST = re.compile(r"\b(?:however|but|although|though|yet|despite|nevertheless|while)\b", re.IGNORECASE)


def of_text(text: str, context: Polarity = Polarity.NEUTRAL) -> Polarity:
    """The polarity of one statement.

    Cues of fault that describe somebody else ("victims who do not support…") or a fault that was put right
    do not count. `context` decides where the words are silent, or praise and fault balance.
    """
    spoken = _HELP_NEEDED.sub(" ", text)
    if _PAST_FAULT.search(spoken):
        return Polarity.POSITIVE
    faults = len(_NEGATIVE.findall(spoken))
    praise = len(_POSITIVE.findall(_NEGATIVE.sub(" ", spoken)))
    if faults and (praise <= faults or _turns_to_fault(spoken)):
        return Polarity.NEGATIVE
    if praise and not faults:
        return Polarity.NEGATIVE if context is Polarity.NEGATIVE else Polarity.POSITIVE
    if faults:
        return context
    return context


def _turns_to_fault(text: str) -> bool:
    """Whether the fault stands after a "but" or "however": then it is what the sentence is for."""
    turn = _CONTRAST.search(text)
    return turn is not None and bool(_NEGATIVE.search(text, turn.end()))


def kind_of(polarity: Polarity) -> Kind:
    """The kind of a narrative finding of this polarity."""
    return {
        Polarity.POSITIVE: Kind.STRENGTH,
        Polarity.NEGATIVE: Kind.WEAKNESS,
        Polarity.NEUTRAL: Kind.OBSERVATION,
    }[polarity]


def of_lead_in(text: str, before: Polarity) -> Polarity:
    """The side that a list takes from its lead-in; a silent one ("The force also:") goes on with `before`."""
    if _CONTRAST.match(text) and not _POSITIVE.search(text):
        return Polarity.NEGATIVE
    return of_text(text, before)
