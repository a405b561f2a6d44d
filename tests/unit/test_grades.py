"""A lost grade is read from prose only where the prose grades what the title asks."""

from __future__ import annotations

import pytest

from kg.model import Grade
from kg.readers.grades import from_prose

QUESTION = "How effective is the force at investigating crime and reducing re-offending?"
HEADLINE = "How effective is the force at keeping people safe and reducing crime?"


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("Durham Constabulary is good at investigating crime and reducing re-offending.", Grade.GOOD),
        ("Thames Valley is good at investigating crime and reducing reoffending.", Grade.GOOD),
        ("The force is judged to be good at investigating crime and reducing re-offending.", Grade.GOOD),
        ("HMIC judges Durham Constabulary to be good in investigating crime and re-offending.", Grade.GOOD),
        ("HMIC found that the constabulary is good in how it investigates crime and reduces re-offending.", Grade.GOOD),
        ("The force remains outstanding in investigating crime and reducing re-offending.", Grade.OUTSTANDING),
        ("The force is inadequate at investigating crime and at reducing re-offending.", Grade.INADEQUATE),
        (
            "The force requires improvement in the way it investigates crime and reduces re-offending.",
            Grade.REQUIRES_IMPROVEMENT,
        ),
        (
            "The force is judged as requiring improvement in investigating crime and re-offending.",
            Grade.REQUIRES_IMPROVEMENT,
        ),
        (
            "The force is judged to require improvement at reducing re-offending and investigating crime.",
            Grade.REQUIRES_IMPROVEMENT,
        ),
    ],
)
def test_the_set_phrases_give_the_grade(sentence: str, grade: Grade) -> None:
    assert from_prose(sentence, QUESTION, None) is grade


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("Durham Constabulary has been assessed as good in respect of effectiveness.", Grade.GOOD),
        (
            "The force has been assessed as requires improvement in respect of its effectiveness.",
            Grade.REQUIRES_IMPROVEMENT,
        ),
        ("The force is good in terms of its effectiveness.", Grade.GOOD),
        ("The force is good at reducing crime and keeping people safe.", Grade.GOOD),
    ],
)
def test_a_headline_may_be_graded_by_its_pillar(sentence: str, grade: Grade) -> None:
    assert from_prose(sentence, HEADLINE, "effectiveness") is grade


@pytest.mark.parametrize(
    "sentence",
    [
        "The force is good at preventing crime.",
        "The force is good at effective patrols.",
        "The force is good at investigating crime but requires improvement at reducing re-offending.",
        "The force is not good at investigating crime and reducing re-offending.",
        "The force is not yet good at investigating crime and reducing re-offending.",
        "The force aims to be good at investigating crime and reducing re-offending.",
        "In 2016 the force was good at investigating crime and reducing re-offending.",
        "In 2016, HMIC found that the force is good at investigating crime and reducing re-offending.",
        "Detectives are good at investigating crime and reducing re-offending.",
        "The force investigates crime and reduces re-offending.",
        "Good work is done on re-offending.",
        "",
    ],
)
def test_anything_else_gives_no_grade(sentence: str) -> None:
    assert from_prose(sentence, QUESTION, None) is None


def test_a_question_is_not_graded_by_its_pillar() -> None:
    assert from_prose("The force is good in respect of effectiveness.", QUESTION, None) is None
