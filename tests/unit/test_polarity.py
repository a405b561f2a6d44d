"""Does a sentence in the style of inspections praise or criticise? Invented sentences, then the whole digest."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg import polarity
from kg.model import Kind, Polarity
from kg.readers import digest

POSITIVE, NEGATIVE, NEUTRAL = Polarity.POSITIVE, Polarity.NEGATIVE, Polarity.NEUTRAL
DIGEST = Path(digest.__file__).resolve().parent.parent / "digest"

PRAISE = """
The force has a good understanding of rural crime.
Call handlers are polite and answer promptly.
The constabulary investigates arson well.
Supervision of bail is effective and consistent.
The force is outstanding at finding missing walkers.
Officers feel supported by their sergeants.
Victims of fraud receive a better service than they did.
The force has made progress in training its dog handlers.
The force works closely with harbour authorities to protect sailors.
Leaders understand the demand they face.
The force has the necessary arrangements to guard the reservoir.
The force makes sure that every burglary is reviewed.
It has strong links with housing associations.
Inspectors were impressed by the control room.
Staff are confident that they can challenge poor behaviour.
The force has cleared its backlog of firearms licences.
The force has resolved the delays in its laboratory.
The force has addressed its failure to record stalking.
The force is taking steps to reduce delays in court files.
The force understands why some victims do not support prosecution.
Officers look after people who are not able to protect themselves.
The force identifies people at risk of exploitation.
The force does not simply wait for calls, it looks for hidden harm and is effective.
The force is not only efficient but well led.
There are no backlogs in the vetting unit and checks are timely.
Neighbourhood officers are rarely taken away from their beats, which is good.
Although the budget is small, the force manages it well.
Despite delays in recruitment, the force investigates fraud effectively.
The force is good at tracing suspects, although a few files were late.
Some witnesses waited too long, but the force now has an effective system for telling them.
The force has responded well to the areas for improvement in our last report.
The force has acted promptly on the concerns that we raised in 2015.
The inspector is satisfied with most aspects of how the force performs.
The force continues to improve the way it manages registered sex offenders.
Officers know what concerns local people.
The plan sets out clearly which skills the force will need.
""".strip().splitlines()

CRITICISM = """
The force does not always record a plan.
The force needs to improve its custody records.
The force should train its call handlers.
Supervision is inconsistent.
Too many rural calls go unanswered.
Some victims wait too long for an officer.
The force lacks a clear plan for its vehicles.
The force fails to tell victims about bail.
Officers rarely check earlier incidents.
The quality of case files is poor.
There is a backlog of phones.
There are delays in the digital unit.
We are concerned about how the force guards its evidence store.
The response to stalking is a cause of concern.
Performance has deteriorated since our last inspection.
The force could do more to listen to farmers.
The force could make better use of its drones.
There is more to do before every sergeant is trained.
The force has to improve its training.
More work is needed to trace witnesses.
There is scope for improvement in how it plans shifts.
The force has no strategy for rural crime.
There is no evidence that the plan was followed.
Risk assessments are not good enough.
The force is not yet able to predict its demand.
Staff are unclear about who decides.
The use of body-worn video is mixed.
The unit is under-resourced and struggles to cope.
The force is generally good at patrols, but it does not record them.
Neighbourhood teams are well led. However, they are too often taken away.
Although leaders are committed, staff do not feel valued.
While call handling is good, attendance is slow.
The force investigates offending in a way that requires improvement.
The constabulary must ensure that detainees see a nurse.
Only some officers have been trained.
The force still has to finish its review.
It has yet to agree a budget.
The force's understanding of its workforce is limited.
Officers cannot see the records they need.
The force cannot be sure that its searches are fair.
""".strip().splitlines()

NEITHER = """
Burglary fell after hot-spot patrols.
The county has two cities and a long coast.
We examined the arrangements for armed incidents.
These threats include floods and large fires.
The force employs 2,000 officers.
The force intends to open a new station.
The force plans to recruit 40 detectives.
The overall judgment is the same as last year.
The force has introduced a new rota.
The force is piloting a new approach to bail.
It is too early to tell what the change has done.
The force is to merge its two control rooms.
Detectives were moved to the north of the county.
National threats often require forces to act together.
""".strip().splitlines()


@pytest.mark.parametrize(
    ("text", "side"),
    [
        *((text, POSITIVE) for text in PRAISE),
        *((text, NEGATIVE) for text in CRITICISM),
        *((text, NEUTRAL) for text in NEITHER),
    ],
)
def test_a_sentence_praises_criticises_or_neither(text: str, side: Polarity) -> None:
    assert polarity.of_text(text) is side


def test_where_the_words_are_silent_the_context_speaks() -> None:
    assert [polarity.of_text("debriefs every exercise", side) for side in Polarity] == list(Polarity)


def test_praise_in_a_list_of_faults_is_what_the_force_should_do() -> None:
    assert polarity.of_text("consistently good files", NEGATIVE) is NEGATIVE


def test_criticism_speaks_up_in_a_list_of_strengths() -> None:
    assert polarity.of_text("does not always record a plan", POSITIVE) is NEGATIVE


@pytest.mark.parametrize(
    ("lead_in", "before", "side"),
    [
        ("Most positively, the force:", NEUTRAL, POSITIVE),
        ("The force is effective at:", NEUTRAL, POSITIVE),
        ("Examples of effective practice include:", NEGATIVE, POSITIVE),
        ("I am reassured to see improvements since our last assessment, including:", NEGATIVE, POSITIVE),
        ("However, the force:", POSITIVE, NEGATIVE),
        ("However, the force needs to:", POSITIVE, NEGATIVE),
        ("However, the constabulary needs to ensure that:", POSITIVE, NEGATIVE),
        ("The force needs to improve:", POSITIVE, NEGATIVE),
        ("I continue to have concerns about:", POSITIVE, NEGATIVE),
        ("However, the force has made good progress in:", NEGATIVE, POSITIVE),
        ("The force:", POSITIVE, POSITIVE),
        ("The force:", NEGATIVE, NEGATIVE),
        ("The force also:", NEGATIVE, NEGATIVE),
        ("The force also:", POSITIVE, POSITIVE),
        ("The force is:", NEUTRAL, NEUTRAL),
        ("This included:", NEUTRAL, NEUTRAL),
        ("This allows it to:", NEGATIVE, NEGATIVE),
    ],
)
def test_a_list_takes_the_side_of_its_lead_in(lead_in: str, before: Polarity, side: Polarity) -> None:
    assert polarity.of_lead_in(lead_in, before) is side


def test_kinds_and_polarities_agree() -> None:
    assert [polarity.of_kind(polarity.kind_of(side)) for side in Polarity] == list(Polarity)
    assert polarity.of_kind(Kind.AREA_FOR_IMPROVEMENT) is NEGATIVE
    assert polarity.of_kind(Kind.INNOVATIVE_PRACTICE) is POSITIVE


# ---------------------------------------------------------------- the digest, whose kinds people chose


def test_it_agrees_with_the_kinds_in_the_digest() -> None:
    table = Counter(
        (finding.kind, polarity.kind_of(polarity.of_text(finding.text)))
        for file in sorted(DIGEST.glob("*/*.md"))
        for finding in digest.read(file.read_bytes(), file.name).report.findings
        if finding.kind in (Kind.STRENGTH, Kind.WEAKNESS, Kind.OBSERVATION)
    )
    assert sum(count for (want, got), count in table.items() if want is got) >= 0.85 * table.total()
    assert _recall(table, Kind.STRENGTH) >= 0.89
    assert _recall(table, Kind.WEAKNESS) >= 0.87
    opposite = table[Kind.STRENGTH, Kind.WEAKNESS] + table[Kind.WEAKNESS, Kind.STRENGTH]
    assert opposite <= 0.04 * table.total()


def _recall(table: Counter[tuple[Kind, Kind]], kind: Kind) -> float:
    return table[kind, kind] / sum(count for (want, _), count in table.items() if want is kind)
