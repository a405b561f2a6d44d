"""The words of a finding that say which matter it is about.

Two tables do it. `VERDICT` are words that judge, hedge or count and say nothing of the matter: without them the general
verdicts ("needs to improve if its service is to be consistently good") have nothing left, and so are known for what
they are. `ALIKE` are words that inspection reports use for one thing. Both were written from reading findings, not
learnt from labels; a word in neither table stands for itself. Words are compared by their stems.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from search.ranking.lexical import fold, tokens

VERDICT = """
a abilities ability able about above accept acceptable achieve achieved act action actions activity actual add
adequate adequately after again aim all almost already also although always among amount another any anyone anything
apart appear appreciate approach appropriate appropriately are area areas around aspect aspects assess assessment
assure at attain attempt attention away back bad badly base basic bear because become been before begin begun behind
being believe below benefit best better between big both bring broad brought build built but came can carry case
cause certain change chiefly clear clearly come commend commit committed compare comparison complete completely
comply concentrate concern concerned concerns confident congratulate consider considerable consist consistent
consistently constabulary continue could deal dealing decide decline deep deeply degree demonstrate deserve despite
develop develops did differ difference different difficult difficulty disappoint disappointed do does doing done
down due during each earlier early easily effect effective effectively effectiveness effort either element else
enable encourage encouraged encouraging end england enough ensure entire especially essential even ever every
everyone everything everywhere evident example excellent except exceptional exceptionally expect expectation extent
extra extreme extremely fact fail failing fails failure fall falls far few fewer field find finding finds fine firm
firmly first five fix flaw focus focused follow for force forces form forward found four full fully further gap gaps
gave general generally get gets getting give given gives go goes going good got grade graded gradual great greater
greatly grow half hard has have having he high higher highly his hmic hmicfrs hold how however i if immediate
impress impressed impressive improve improved improvement improvements improving in inadequate include increase
increasingly indeed inspect inspection inspections inspector inspectorate inspectors instance instead into is issue
it itself job judge judged judgment just keen keep keeping keeps kept key kind lack lacking lacks large last lastly
late later latest lead least leave less let level levels lie like likely limit limited little long longer look
looking lot low lower made main mainly maintain major make makes making manner many mark marked material matter
matters may mean means meant measure meet meets merely might mind minor mixed modest month months more most mostly
move much must narrow nature near nearly necessary need needed needs never nevertheless new next no none nor normal
not notable note nothing notice now number obvious of off offer often old on once one ongoing only onto opportunity
or other others otherwise ought out outstanding over overall own part particular particularly parts past people per
perform performance performs perhaps place plain please pleased pleases plenty point police policing poor poorly
position positive positively possible possibly praise praised present previous previously pride primary proper
properly provide provided provides provision put quality question quite raise range rank rare rate rather reach
ready real really reason reasonable reasonably reassure reassured recent recently regard regular regularly rely
remain remains remarkable remedy report reports require required requires rest result results right rise room
routine routinely run same satisfactory satisfied satisfies satisfy saw say says scope second see seek seem seen
sees serve serves service services set several severe shape short shortcoming should show showed shown shows side
sides sign significant significantly similar simply since situation slight slightly small so solid some someone
something sometimes somewhat soon sort sought sound specific stand standard standards start state stay steadily
steady step steps still straight strength strengthen strong stronger strongly struggle substantial substantially
succeed success successful successfully such sufficient sufficiently suggest suit suitable suitably sure sustain
systematic take taken takes task tell tend than that their them then there therefore they thing things think this
thorough thoroughly those though thought three through throughout thus time times to together told too toward
towards trend true try turn twice two unable unacceptable under undertake uneven unless until up urgent urgently us
use used useful uses usual usually valuable variable varies variety various vary very view wales want was way ways
we weak weaken weakness weaknesses well went were what when where whether which while who whole whom whose why wide
widely wider wish with within without work worked working works worry worse worsen worsened would year years yet you
closely important importance inconsistent inconsistently sake satisfactorily
2012 2013 2014 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025
"""

DEGREES = "outstanding excellent exceptional inadequate poor poorly extreme serious seriously most"
"""Words without which two findings do not say the same, however much else they share."""

ALIKE = (
    "crime crimes criminal criminals criminality offence offences offend offended offending offender offenders",
    "investigate investigates investigating investigation investigations investigator enquiry enquiries "
    "inquiry detect detective detectives",
    "supervise supervised supervision supervisor supervisors oversee oversight",
    "protect protects protecting protection safeguard safeguarding safe safer safety safely",
    "support supports supporting supportive help helps helping",
    "vulnerable vulnerability",
    "identify identified identifies identifying recognise recognised recognises recognition spot",
    "prevent preventing prevention reduce reduced reduces reducing reduction cut cutting cuts",
    "staff workforce personnel employee employees officer officers members",
    "fair fairer fairly fairness respect respectful respectfully legitimate legitimately legitimacy",
    "treat treated treating treatment",
    "plan plans planned planning future predict predicting prediction forecast",
    "understand understands understanding understood know knows known knowledge aware awareness grasp",
    "community communities neighbourhood neighbourhoods local locally resident residents",
    "partner partners partnership partnerships agency agencies organisation organisations collaborate "
    "collaboration collaborative joint jointly cooperate cooperation",
    "record recorded recording records",
    "ethic ethics ethical ethically lawful lawfully lawfulness integrity honest honesty",
    "corrupt corruption",
    "train trained training skill skills experience experienced",
    "capacity capable capability shortage",
    "risk risks threat threats harm harmful danger dangers",
    "respond responded responding responds response responses attend attendance incident incidents emergency "
    "emergencies",
    "prompt promptly promptness quick quickly slow slowly delay delays delayed swift swiftly timely timeliness",
    "child children",
    "sex sexual sexually",
    "finance finances financial financially budget budgets money cost costs spend spending save saves saving "
    "savings fund funds funding afford affordable",
    "technology technological technologies digital ict computer computers",
    "leader leaders leadership chief senior",
    "wellbeing health",
    "engage engaged engages engagement engaging communicate communicates communication consult consultation "
    "listen listens",
    "complaint complaints grievance grievances feedback",
    "external externally outside independent independently scrutiny scrutinise scrutinised",
    "information intelligence data analysis analyse analyses analysed analyst",
    "contact contacts call calls caller callers",
    "tackle tackles tackling disrupt disrupts disrupting disruption",
    "diverse diversity represent representative inclusion",
    "evaluate evaluates evaluation learn learns learning lessons",
    "allocate allocates allocated allocation assign assigned",
    "suspect suspects arrest arrests arrested",
    "public",
    "demand demands",
    "resource resources resourced resourcing",
    "problem problems",
    "manage managed management manages managing",
    "victim victims",
    "serious complex complexity",
    "accurate accuracy accurately inaccurate inaccuracies",
    "priority priorities prioritise prioritises",
    "vetting vet vetted",
    "search searches searching",
    "reoffending reoffend",
    "missing",
    "justice",
    "custody detainee detainees detention",
    "efficient efficiency efficiently",
)

PHRASES = {
    "serious organised crime": "organised-crime",
    "organised crime": "organised-crime",
    "anti social behaviour": "antisocial-behaviour",
    "antisocial behaviour": "antisocial-behaviour",
    "domestic abuse": "domestic-abuse",
    "domestic violence": "domestic-abuse",
    "less serious": "volume-crime",
    "other than serious": "volume-crime",
    "not so serious": "volume-crime",
    "non complex": "volume-crime",
    "serious concern": "concern",
    "first stage": "initial",
    "early stage": "initial",
}
"""Words that are one thing together: organised crime is no work of a partner organisation, crimes of a less serious
kind are not serious ones, and a serious concern is a verdict."""

OPPOSED = ("volume-crime", "serious")
"""What a finding is about if it is of the less serious kind of crime, and if of the serious kind: two matters."""

_WORD = re.compile(r"[^\W_]+")
_PARTIAL = re.compile(
    r"^(?:in )?(?:some|certain|parts)\b(?! good)|\bwith (?:some|certain|parts)\b|\bcommit(?:ted|ment)\b|\bit expects\b",
    re.IGNORECASE,
)


def stems(text: str) -> frozenset[str]:
    """The stems of a text's words, stop words left out."""
    return frozenset(tokens(text))


def matters(text: str) -> frozenset[str]:
    """What a text is about: its stems without the words of a verdict, words for one thing made one.

    Empty for a general verdict.
    """
    alike, verdict = _alike(), _verdict()
    line = f" {' '.join(tokens(text))} "
    for phrase, name in _phrases().items():
        line = line.replace(phrase, name)
    return frozenset(alike.get(stem, stem) for stem in line.split() if stem not in verdict)


def degrees(text: str) -> frozenset[str]:
    """The stems of `DEGREES` that a text has."""
    return stems(text) & stems(DEGREES)


def partial(text: str) -> bool:
    """Whether a text speaks of some sides of its matter only ("some aspects satisfy the inspector"), or of intent.

    Readers take neither for praise of the matter itself.
    """
    return _PARTIAL.search(text) is not None


def telling(text: str) -> dict[str, str]:
    """The words of a text that say something of its matter: stem -> the word as it first stands, folded."""
    found: dict[str, str] = {}
    for word in _WORD.findall(fold(text)):
        stem = _stem(word)
        if stem and stem not in _verdict():
            found.setdefault(stem, word)
    return found


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return next(iter(tokens(word)), "")


@cache
def _verdict() -> frozenset[str]:
    return frozenset(tokens(VERDICT)) - frozenset(_alike())


@cache
def _phrases() -> dict[str, str]:
    stemmed = {phrase: name if "-" in name else tokens(name)[0] for phrase, name in PHRASES.items()}
    return {f" {' '.join(tokens(phrase))} ": f" {name} " for phrase, name in stemmed.items()}


@cache
def _alike() -> dict[str, str]:
    """Stem -> the first stem of its line."""
    lines = [tokens(line) for line in ALIKE]
    return {stem: line[0] for line in lines for stem in line}
