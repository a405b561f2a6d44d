"""Does a statement praise or criticise? Rules over the words inspectors use.

The rules were written for PEEL prose: praise and criticism are formulaic ("has a good understanding",
"is not consistently"), so counting cues works. The main clause decides where a sentence turns ("but",
"although"). Where nothing speaks, a list item takes the side of the text that leads into it, and a
sentence is neutral.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.model import Kind, Polarity


@dataclass(frozen=True, slots=True)
class Decision:
    """The side a statement takes, on what basis, and how sure that is.

    `basis` is "kind" (it was published as of a kind), "lead-in" (the list's lead-in says so), "context" (the text
    that leads into it decides), "cue" (its own words say so) or "silent" (nothing speaks: neutral).
    `confidence` is the share of decisions of this sort that agreed with a person's: with the kinds given by hand to
    the digest's statements and, of lists, to the statements restated from them (figures in `docs/reading.md`).
    """

    polarity: Polarity
    basis: str
    confidence: float


CONFIDENCE = {
    "kind": 1.0,
    "lead-in": 0.97,
    "context": 0.5,
    "praise": 0.95,
    "demand": 0.91,
    "fault": 0.86,
    "deed": 0.81,
    "mended": 0.5,
    "forward": 0.51,
    "silent": 0.37,
}
"""The confidence of each sort of decision. A cue is of a sort of its own: praise, a demand, a fault, a fault that was
put right, a deed, something yet to come. Two sorts were met too seldom to be measured, and stand at a half."""


def _words(pattern: str) -> re.Pattern[str]:
    """Cues in lower case; matching lower-cased text takes half the time of matching in any case."""
    return re.compile(rf"\b(?:{pattern})\b", re.VERBOSE)


_DEMAND = _words(
    r"""(?:needs?|needed)\s+(?:to|its|their|an?|the|better|more|some|stronger|further|clearer|review
        |improv\w+|work|urgent\w*)
    | (?:more|improvements?|work|engagement|action|attention|changes?)\s+(?:is|are|was
        |were)\s+(?:\w+\s+){0,3}(?:needed|required)
    | requir(?:e[sd]?|ing)\s+(?:improve\w*|further|more|urgent|significant|some)
    | (?:need|(?:has|have|had)(?:\s+still)?)\s+to\s+(?:be\s+)? (?:improve|make|do|understand|respond|become|work|put
        |ensure|develop|concentrate|change|plan|better|manage|revised|done|strengthen)
    | (?:more|further|much|work|some\s+way)\s+(?:still\s+)?to\s+(?:do|be\s+done|go) | (?:work|more)\s+remains
    | (?:should|must|ought\s+to)\s+(?!not\s+be\s+(?:confused|compared)|help\b|lead\b|enable\b|allow\b|bring\b)
    | (?:could|might)\s+[^.;]{0,80}?(?:better|more|further|improved?|usefully)(?!\s+than)
    | more\s+(?:that\s+)?(?:\w+\s+){1,3}could\s+do | would\s+(?:do\s+well|benefit|like\s+the\s+force)
    | wants\s+the\s+force | (?:room|scope)\s+(?:for|to)\s+(?:\w+\s+){0,5}?(?:improve\w*|better)
    | (?:is|are|has|have|one|an|some|several|remains?)\s+(?:still\s+)?(?:an?\s+|some\s+)?areas?\s+for\s+improvement
    | (?:is|are|has|have)\s+yet\s+to | still\s+(?:has|have)\s+to | to\s+be\s+done
    | (?:has|have)\s+to\s+(?:\w+\s+){0,3}better"""
)
_FAULT = _words(
    r"""(?:is|are|was|were|do|does|did|has|have|had|could|can|would|may|will)(?:\s+not
        |n[’']t) (?!\s+(?:only|just|simply|merely|solely|graded?\b|make\s+a\s+graded|inspect|changed))
    | cannot | (?:ca|wo)n[’']t | never | rarely | seldom | neither
    | too\s+(?:few|many|long|often|little|much|slow\w*|late|high|low)
    | not\s+(?:always|all|yet|enough|consistently|sufficiently|fully|effectively|routinely|being|as\s+\w+
        |every\w*|good|well)
    | (?:has|have|had|is|are|was|were|with|see|saw|found|there)\s+(?:\w+\s+)?no\s+(?!longer|backlog
        |difficult|cause|evidence\s+of) (?:\w+\s+){0,3}\w+
    | without\s+(?:a|an|any|enough|proper|arrangements|sufficient|the\s+necessary)
    | no\s+longer\s+(?:has|have|able) | lack(?:s|ed|ing)? | want\s+of | fail(?:s|ed|ing|ings|ure|ures)?
    | poor(?:ly|er)? | weak(?:er|ness|nesses)? | gaps? | inadequate(?:ly)? | insufficient(?:ly)?
    | inconsisten(?:t|tly|cy|cies) | ineffective(?:ly)? | inefficient\w* | inappropriate(?:ly)?
    | inaccura(?:te|tely|cy|cies) | incomplete | unaware | unclear | unable | unacceptabl[ey] | uncertain
    | unreliable | patchy | mixed | variable | var(?:y|ies|ied)\s+(?!rang) | differs? | uneven
    | backlog(?:s|ged)? | delay(?:s|ed)? | shortages? | shortfalls? | falls?\s+short
    | below\s+(?:the\s+)?(?:average|standard) | concern(?:s|ed)?\s+(?:about|that|over|by|regarding)
    | (?:of|an?|some|serious|great|extreme|particular|material|cause\s+for|causes?|continuing)\s+concern
    | (?:raised|voiced|has|have)\s+(?:\w+\s+)?concerns | concerns\s+were\s+(?:voiced|raised)
    | (?:the|what)\s+inspector(?:s|ate)?\s+(?:is\s+)?concern\w* | concern\s+the\s+inspector | concerning
    | worr(?:y|ies|ied|ying) | disappoint(?:ed|ing|ment) | struggl(?:e|es|ed|ing) | overwhelmed
    | over-?stretched | limited | hamper(?:s|ed|ing)? | missed | misses | worse(?:ned|ning)? | worst
    | still\s+(?:has|have|faces?)\s+(?:challenges|problems) | deteriorat\w+ | declin(?:ed|ing) | backwards
    | less\s+(?:well|sure|good|effective(?:ly)?|consistent(?:ly)?|clear|often|confident|able|attention)
    | (?:few|little)\s+(?!as)\w+ | only\s+(?:a\s+)?(?:some|few|one|part|partly|half|limited|sometimes)
    | slow(?:ly|er)? | hard\s+to | (?:difficult(?:y|ies)?)\s+(?:to|in|with|over) | outdated | out\s+of\s+date
    | under-?record\w* | under-?resourced | understaffed | unnecessar(?:y|ily) | unreasonabl[ey] | wrong(?:ly)?
    | harmful | (?:profound|does|causes)\s+harm | at\s+risk\s+because | instead\s+of | badly | shortcomings?
    | troubling | unsatisfactory | suffer(?:s|ed)? | disproportionate(?:ly)? | only\s+recently | abandoned
    | (?:under|missing|losing)\s+(?:pressure|calls|chances|opportunities) | confus(?:ed|ing|ion)
    | not\s+(?:enough|clear)
    | overdue | late | fragmented | isolation | inexperienced | inefficienc(?:y|ies) | problems?\s+remain(?:s|ing)?
    | prevent(?:s|ing)?\s+(?:the\s+force|it|officers)\s+from"""
)
_PRAISE = _words(
    r"""good | well(?!-being|\s*being) | strong(?:ly|er)? | effective(?:ly|ness)? | efficient(?:ly)?
    | excellent(?:ly)? | outstanding | exceptional | impressive(?:ly)? | impressed | comprehensive(?:ly)?
    | robust(?:ly)? | clear(?:ly)? | thorough(?:ly)? | prompt(?:ly)? | quick(?:ly)? | swift(?:ly)? | better
    | best | improv(?:ed|ing|es|ement|ements) | innovative(?:ly)? | succe(?:ss|sses|ssful|ssfully|eds|eded)
    | satisf(?:y|ies|ied|actory) | pleas(?:ed|es|ing) | reassur(?:ed|ing|ance) | commend(?:s|ed|able|ation)?
    | congratulat\w+
    | praise\w* | welcome[sd]? | pride | proud | adequate(?:ly)? | positive(?:ly)? | progress(?:ed|ing)?
    | constructive(?:ly)? | careful(?:ly)? | proactive(?:ly)? | commit(?:ted|ment) | consistent(?:ly)?
    | appropriate(?:ly)? | confident(?:ly)? | high(?:ly)?[-\s]?(?:quality|standards?|performing|level)
    | benefit(?:s|ed|ing)? | valu(?:ed|able|es) | dedicated | supportive | timely | sound(?:ly)?
    | rigorous(?:ly)? | established | necessary | (?:fulfil|meet)s? | ahead\s+of | leading | leads | full(?:y)?
    | right | properly | suitabl[ey]
    | (?:provid|offer|giv)(?:es?|ing)\s+(?:\w+\s+){0,3}(?:support|service|training|protection) | supports?
    | regular(?:ly)? | routine(?:ly)? | eas(?:y|ily) | sophisticated | mature | detailed | accurate(?:ly)?
    | keen | fair(?:er|ly|ness)? | ethical(?:ly)? | respect(?:ful|fully)? | skilled | energetic | flexibl[ye]
    | strength\w* | continu(?:es?|ing)\s+to | keeps\s+\w+ing | goes\s+on
    | reduc(?:ed|es)\s+(?:re-?offending|crime|demand|harm)"""
)
_DEEDS = _words(
    r"""understands? | (?:full|an|its|of)\s+understanding | recognis(?:es?|ing) | identif(?:y|ies)
    | mak(?:e|es|ing)\s+sure | ensures? | see(?:s|ing)?\s+to\s+it | collaborat(?:es?|ing|ion)
    | consult(?:s|ing)? | asks?\s+(?:the|its|for) | listens? | engag(?:es?|ing)
    | works?\s+(?:closely|together|with|alongside|hard) | working\s+(?:closely|together|with) | worked\s+hard
    | works\s+to | tak(?:es?|ing)\s+(?:account|into|action|steps|it\s+seriously) | acting\s+to
    | acts?\s+(?:on|to) | responds? | deals?\s+with | tackl(?:es?|ing) | solv(?:es?|ing) | know(?:s|n)?
    | held\s+to\s+account | holds?\s+\w+\s+to\s+account | helps? | cares? | role\s+models | trained | briefed
    | aware | able\s+to | uses? | shares? | monitors? | review(?:s|ed)? | manag(?:es?|ing) | assess(?:es)?
    | checks? | learns? | focus(?:es)? | concentrat(?:es?|ing) | encourag(?:es?|ing) | invests?
    | allocates? | var(?:iety|ious)\s+(?:of\s+)?\w+ | wide\s+range | a\s+range\s+of | many\s+ways | trust
    | lower\s+than | went\s+down | fallen
    | has\s+(?:the|a|an|arrangements|processes|plans|systems|practices|structures|teams)\s+\w+ | set\s+up
    | put\s+in\s+place | protect(?:s|ing)? | safeguard(?:s|ing)? | prevent(?:s|ing)? | develop(?:s|ing)
    | target(?:s|ing) | completed | tests | inform(?:s|ed\s+by) | (?:a|high|as\s+a)\s+priority | treats?
    | tells? | analys(?:es?|ing) | forecasts? | supported | lets? | allows? | seeks?(?:\s+out)? | promotes?
    | built | gained | simple | capable | mak(?:es?|ing)\s+(?:\w+\s+){1,3}(?:public|priority) | follows | vets
    | prudent | sustainable | achievement | confidence | watchful | initiative | work(?:ed|s)?\s+on
    | plans\s+for | rooted | important"""
)
_FORWARD = _words(
    r"""(?:is|are|was|were)\s+(?:also\s+)?(?:test|trial|pilot|try|bring|introduc|plann|review|recruit|revis
        |restructur)ing
    | intends? | plans\s+to | aims?\s+to | (?:one\s+)?aim\s+of | means?\s+to | hopes? | expected\s+to
    | (?:is|are)\s+(?:meant|due|about)\s+to | (?:is|are)\s+to\s+\w+ | forces\s+to
    | in\s+regular\s+(?:touch|contact) | graded\s+areas | too\s+(?:soon|early)
    | looks?\s+to\s+the\s+force | (?:broadly|much|about)\s+the\s+same | (?:not|un)changed
    | in\s+(?:touch|contact)\s+regularly | regularly\s+in\s+(?:touch|contact) | (?:towards|to\s+achieve)\s+fairness
    | fair\s+and\s+legitimate\s+in | priorit(?:y|ies)\s+(?:is|are|of)\s+ | opportunit(?:y|ies)\s+for
    | limited\s+inspection | (?:we|inspectors)\s+(?:examined|reviewed|visited|went\s+back)"""
)

_LATER = re.compile(
    r"^\W*(?!to\b|I would like to (?:congratulate|commend|thank))(?:[\w’'-]+\s+){1,7}?(?:will|would|may|might)\b",
    re.IGNORECASE,
)
_PAST_FAULT = _words(
    r"(?:has|have)\s+(?:\w+\s+)?(?:cut|cleared|reduced|removed|eliminated|addressed|resolved|remedied|closed)"
)
_NOT_MEANT = _words(
    r"""lacks?\s+of\s+support | unable\s+to\s+protect | who\s+(?:do|are|is|have|may)\s+(?:not|lack)
    | do(?:es)?\s+not\s+support | unwilling | less\s+(?:able|likely)\s+to | harder\s+to\s+reach | may\s+lack
    | hard(?:er)?\s+to\s+(?:reach|hear)
    | (?:identif|understand|address|tackl|spot|fill|reduc|clos|know|cut|find
        |shorten)\w*\s+(?:\w+\s+){0,4} (?:gaps?|weaknesses|delays?|backlogs?|failures|failings?
        |not\s+necessary|unnecessary\s+\w+)
    | where\s+(?:the\s+)?gaps\s+are | closing\s+the\s+gap | (?:no|minimal|few)\s+(?:backlogs?|delays|gaps)
    | backlogs?\s+(?:is|are)\s+(?:minimal|small|low)
    | concerns?\s+(?:about|for)\s+(?:their|a\s+person|someone|children|the\s+welfare|people)
    | mental\s+health\s+concerns | what\s+concerns\s+\w+ | local\s+concerns
    | (?:is|are)\s+concerned(?!\s+(?:about|that|by)) | concerns?\s+(?:that\s+)?(?:\w+\s+){0,3}raised
    | (?:on|to|with)\s+(?!have\b)(?:\w+\s+){0,2}concerns?\s+(?:over|about|raised)
    | (?:response|respond\w*|progress\w*|dealt|deal\w*|address\w*|action|improve\w*|put|told
        |work\w*)\s+(?:(?!is\b|are\b|was\b|has\b)\w+\s+){0,5} (?:areas?\s+(?:for\s+improvement
        |(?:\w+\s+){0,4}(?:need|requir)\w*\s+improv\w+)
    | (?:serious\s+)?failings?|causes?\s+of\s+concern)
    | (?:areas?\s+(?:in\s+which|where))\s+[\w\s]{0,50}could\s+do\s+better
    | (?:was|were)\s+judged\s+to\s+require\s+improvement
    | (?:if|when|where|whether|reasons?|why)\s+[\w\s]{0,40}(?:not|n[’']t|fail\w*|lack\w*)
    | (?:people|those|victims|children|officers)\s+(?:\w+\s+){0,3}at\s+risk | when\s+required | as\s+required
    | more\s+than\s+(?:is\s+)?required | ensure[sd]?\s+(?:that\s+)?no
    | (?:seldom|rarely|not|never)\s+(?:called|taken|moved|abstracted|diverted)(?:\s+away)?
    | (?:why|how|what|which|so\s+that|ways|whom|where|seriously\s+that
        |stressed\s+that)\s+(?:\w+\s+){1,6} (?:must|needs?|needed|should|required?
        |requires)(?!\s+improv)(?:\s+to|\s+the)?
    | the\s+need\s+to | as\s+\w+\s+should
    | \w+(?:s|ing)\s+(?:that\s+|which\s+)?(?:it|they|the\s+force)\s+(?:must|needs?
        |requires?)(?!\s+to\s+improve)(?:\s+to)?
    | (?:crimes?|harm|losses)\s+(?:that\s+)?they\s+suffer(?:ed)?
    | challeng\w+\s+(?:poor|bad|inappropriate|unacceptable|wrong\w*) | which\s+(?:it\s+)?does\s+not
    | not\s+(?:readily|merely) | (?:does|do)\s+not\s+(?:suppress|tolerate|accept)
    | (?:which|that)\s+should\s+(?:increase|improve|result|give|provide|mean|make|reduce)"""
)

_TURN = re.compile(r"(?:[,;–]\s*(?:but|yet)|[,;.–]?\s*\bhowever\b,?)\s+(?!that\s+this)", re.IGNORECASE)
_CONCESSION = re.compile(
    r"^\W*(?:although|though|while|whilst|despite|in spite of|even though)\b[^,]*,\s+", re.IGNORECASE
)
_AFTERTHOUGHT = re.compile(r"[,;–]\s*(?:although|though|even though|despite|whereas)\b.*$", re.IGNORECASE | re.DOTALL)
_CONTRAST = re.compile(r"\b(?:however|but|although|though|yet|despite|nevertheless|while)\b", re.IGNORECASE)

_OPENING_WORDS = 70


def of_text(text: str, context: Polarity = Polarity.NEUTRAL) -> Polarity:
    """The polarity of one statement; `context` decides where the words are silent."""
    return decide(text, context).polarity


def decide(text: str, context: Polarity = Polarity.NEUTRAL) -> Decision:
    """The polarity of one statement, and on what basis.

    Cues of fault that describe somebody else ("victims who do not support…") or a fault that was put right
    do not count. `context` decides where the words are silent, and where they praise what a context faults.
    """
    text = " ".join(text.split())
    clause = _main_clause(text)
    side, cue = _of_clause(clause)
    if side is Polarity.NEUTRAL and clause != text:
        side, cue = _of_clause(text)
    overruled = side is Polarity.POSITIVE and context is Polarity.NEGATIVE
    if context is not Polarity.NEUTRAL and (side is Polarity.NEUTRAL or overruled):
        return Decision(context, "context", CONFIDENCE["context"])
    return Decision(side, "silent" if side is Polarity.NEUTRAL else "cue", CONFIDENCE[cue])


def by_kind(kind: Kind) -> Decision:
    """The decision on a finding published as of this kind."""
    return Decision(of_kind(kind), "kind", CONFIDENCE["kind"])


def by_lead_in(side: Polarity) -> Decision:
    """The decision on an item of a list whose lead-in takes a side in words."""
    return Decision(side, "lead-in", CONFIDENCE["lead-in"])


def _main_clause(text: str) -> str:
    """What a sentence is for: the part after a "but", and the part that an "although" does not limit."""
    turned = _TURN.split(text)[-1]
    clause = turned if turned.strip(" .;") else text
    clause = _CONCESSION.sub("", clause)
    return _AFTERTHOUGHT.sub("", clause) or clause


def _of_clause(text: str, deeds: bool = True) -> tuple[Polarity, str]:
    """The side of a clause, and the sort of cue that decides."""
    text = text.lower()
    spoken = _NOT_MEANT.sub(" ", text)
    faults = list(_FAULT.finditer(spoken))
    if _PAST_FAULT.search(spoken):
        return Polarity.POSITIVE, "mended"
    if _DEMAND.search(spoken):
        return Polarity.NEGATIVE, "demand"
    if faults:
        praise = _PRAISE.findall(spoken[: faults[0].start()])
        return Polarity.NEGATIVE if len(praise) <= len(faults) else Polarity.POSITIVE, "fault"
    if _FORWARD.search(text[:_OPENING_WORDS]) or _LATER.match(text):
        return Polarity.NEUTRAL, "forward"
    if _PRAISE.search(text):
        return Polarity.POSITIVE, "praise"
    return (Polarity.POSITIVE, "deed") if deeds and _DEEDS.search(text) else (Polarity.NEUTRAL, "silent")


def of_kind(kind: Kind) -> Polarity:
    """The polarity of a finding published as of this kind."""
    if kind in (Kind.STRENGTH, Kind.INNOVATIVE_PRACTICE):
        return Polarity.POSITIVE
    return Polarity.NEUTRAL if kind is Kind.OBSERVATION else Polarity.NEGATIVE


def kind_of(polarity: Polarity) -> Kind:
    """The kind of a narrative finding of this polarity."""
    return {
        Polarity.POSITIVE: Kind.STRENGTH,
        Polarity.NEGATIVE: Kind.WEAKNESS,
        Polarity.NEUTRAL: Kind.OBSERVATION,
    }[polarity]


def of_lead_in(text: str, before: Polarity) -> Polarity:
    """The side that a list takes from its lead-in; a silent one ("The force also:") goes on with `before`.

    What the force does ("works with partners to:") is silent here: the items say whether it does so well.
    """
    side, _ = _of_clause(_main_clause(" ".join(text.split())), deeds=False)
    if side is Polarity.NEUTRAL and _CONTRAST.match(text):
        return Polarity.NEGATIVE
    return before if side is Polarity.NEUTRAL else side
