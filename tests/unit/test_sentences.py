"""Paragraphs split into sentences whose places are exact, and statements that stand alone without the force's name."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import sentences, vocabulary

DURHAM = vocabulary.forces()["durham"]
MET = vocabulary.forces()["metropolitan"]
TEXT = st.lists(
    st.sampled_from(
        ["The force", "e.g.", "No.", "3.", "“Well done.”", "Mr.", "?", "A.", "\n", " ", "\u00a0", "ends.", "(see 5)."]
    )
    | st.text(max_size=6)
).map(" ".join)


@settings(deadline=None)
@given(TEXT, st.integers(0, 9))
def test_every_word_is_in_a_sentence_in_order_and_in_its_place(text: str, offset: int) -> None:
    found = list(sentences.split(text, offset))
    assert all(text[s.start - offset : s.end - offset] == s.text for s in found)
    assert " ".join(s.text for s in found).split() == text.split()
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize(
    "parts",
    [
        ["One goat.", "Two goats?", "Three goats!"],
        ["It works with others, e.g. Age UK and St. John’s, on goats.", "It is good."],
        ["“All is well.”", "They agreed."],
        ["Goats rose by 3.5 percent in 2016.", "43 forces saw this."],
        ["See rule No. 10 of the plan.", "It is short."],
        ["Inspectors asked and the answer was no.", "They went on."],
        ["It cost £3m.", "£2m was saved."],
        ["Mr. A. Example leads it.", "He is new."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(parts: list[str]) -> None:
    assert [s.text for s in sentences.split("  ".join(parts))] == parts


def test_a_paragraph_of_abbreviations_is_split_in_a_moment() -> None:
    text = "A. " * 50_000 + "End."
    assert [s.text for s in sentences.split(text)] == [text]


# ---------------------------------------------------------------- the name of the force


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Durham Constabulary finds goats", "The force finds goats"),
        ("Durham Police’s goats", "The force’s goats"),
        ("goats throughout Durham", "Goats throughout the force area"),
        ("the Durham force finds goats", "The force finds goats"),
        ("the constabulary finds goats", "The force finds goats"),
        ("a Durham-wide plan", "A the force area-wide plan"),
        ("Durhams are cattle", "Durhams are cattle"),
    ],
)
def test_the_forces_names_are_masked(text: str, masked: str) -> None:
    assert sentences.masked(text, DURHAM) == masked


def test_short_names_are_masked_too() -> None:
    assert sentences.masked("the Met works with Kent Police", MET) == "The force works with Kent Police"


@pytest.mark.parametrize("slug", sorted(vocabulary.forces()))
def test_no_force_keeps_its_name(slug: str) -> None:
    force = vocabulary.forces()[slug]
    meaning = sentences.masked(f"{force.label} finds goats", force)
    assert meaning == "The force finds goats"


# ---------------------------------------------------------------- statements that stand alone


@pytest.mark.parametrize(
    ("sentence", "before", "meaning"),
    [
        ("However, we found goats.", None, "We found goats"),
        ("Overall, it is good.", "The force is new.", "The force is good"),
        ("Overall satisfaction has fallen.", None, "Overall satisfaction has fallen"),
        ("In addition to goats, the force finds ducks.", None, "In addition to goats, the force finds ducks"),
        ("It finds goats.", "Durham Constabulary is good.", "The force finds goats"),
        ("Its goats are found.", "When asked, the force answers.", "The force's goats are found"),
        ("It finds goats.", "The new unit is small.", "The new unit is small. It finds goats"),
        ("They find goats.", "Officers have drones.", "Officers have drones. They find goats"),
        ("It is clear that goats are lost.", "The force is good.", "It is clear that goats are lost"),
        ("But Durham has goats;", None, "The force area has goats"),
    ],
)
def test_a_sentence_is_made_to_stand_alone(sentence: str, before: str | None, meaning: str) -> None:
    assert sentences.stand_alone(sentence, before, DURHAM) == meaning


@pytest.mark.parametrize(
    ("lead_in", "item", "meaning"),
    [
        ("The force:", "finds goats promptly", "The force finds goats promptly"),
        ("The force is:", "good at goats.", "The force is good at goats"),
        ("Most positively, the force:", "finds goats", "The force finds goats"),
        ("However, Durham Constabulary needs to:", "find goats", "The force needs to find goats"),
        (
            "I continue to have concerns about:",
            "how Durham counts ducks",
            "I continue to have concerns about how the force area counts ducks",
        ),
        ("The force has improved in these areas:", "goats", "The force has improved in these areas: goats"),
        ("The force should immediately:", "Find its goats.", "The force should immediately find its goats"),
        (
            "By 30 September, the force should:",
            "publish\n    its count",
            "By 30 September, the force should publish its count",
        ),
        (
            "The force must ensure that:",
            "Durham officers find goats.",
            "The force must ensure that the force area officers find goats",
        ),
        (
            "The force needs to ensure that:",
            "HMIC’s advice is heard.",
            "The force needs to ensure that HMIC’s advice is heard",
        ),
        ("The force:", "Officers find goats.", "Officers find goats"),
        ("The force should:", "The force should find goats.", "The force should find goats"),
        (None, "The force finds goats.", "The force finds goats"),
    ],
)
def test_an_item_is_joined_to_its_lead_in(lead_in: str | None, item: str, meaning: str) -> None:
    assert sentences.join(lead_in, item, DURHAM) == meaning


def test_a_pronoun_in_a_lead_in_is_resolved() -> None:
    assert sentences.join("It:", "finds goats", DURHAM, "The force is good.") == "The force finds goats"
    assert (
        sentences.join("This allows it to:", "find goats", DURHAM, "The force has drones.")
        == "The force has drones. This allows it to find goats"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("finds goats; and", "finds goats"),
        ("finds goats;", "finds goats"),
        ("finds goats, and ", "finds goats"),
        ("finds goats and", "finds goats"),
        ("finds goats.", "finds goats."),
        ("finds sand", "finds sand"),
    ],
)
def test_an_item_ends_before_what_joins_it_to_the_next(text: str, words: str) -> None:
    assert text[: sentences.item_end(text)] == words


@pytest.mark.parametrize("text", ["finds goats.", "finds goats; and", "finds goats ;", "finds goats, and"])
def test_trimmed_of_what_ends_it(text: str) -> None:
    assert sentences.trimmed(text) == "finds goats"
