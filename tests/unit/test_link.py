"""Linking: what is looked at, that bringing up to date equals making anew, and what each relation holds between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kg import vocabulary
from kg.model import Decision, Relation, Trend, Verdict
from search.index import cells as index_cells
from search.link import issues, nearest, words
from search.link.copies import copies
from search.link.making import Made, make
from search.link.nearest import Cells
from search.link.table import RELATIONS
from search.link.traits import Traits

Vectors = NDArray[np.float32]
SAYINGS = (
    "The force should supervise the investigations of domestic abuse more closely",
    "Domestic abuse investigations lack supervision",
    "The force supervises domestic abuse investigations well",
    "The force has a backlog of seized phones awaiting examination",
    "Seized phones are examined without delay",
    "The force needs to improve",
    "Vetting of the workforce is out of date",
    "The force should vet its workforce again, as vetting is out of date",
)
DIRECTIONS = np.random.default_rng(5).normal(size=(4, 16)).astype(np.float32)
MATTER = (0, 0, 0, 1, 1, 2, 3, 3)


def record(number: int, force: str, cycle: str, saying: int, polarity: str) -> dict[str, Any]:
    kind = {"negative": "weakness", "positive": "strength", "neutral": "observation"}[polarity]
    return {
        "finding": f"https://w3id.org/peelgraph/id/report/{force}-{cycle.replace('/', '-')}#f-{number:012x}",
        "meaning": SAYINGS[saying], "text": SAYINGS[saying], "polarity": polarity, "kind": kind, "cycle": cycle,
        "force": {"slug": force, "label": force}, "pillar": None, "question": None,
        "topics": ["Domestic abuse"] if saying < 3 else [],
    }  # fmt: skip


def vector(number: int, saying: int) -> Vectors:
    """Near the direction of the saying's matter; the same whenever it is asked for, as an encoder's is."""
    near = DIRECTIONS[MATTER[saying]] + np.random.default_rng(number).normal(size=16).astype(np.float32) * 0.4
    return np.asarray(near / np.linalg.norm(near), np.float32)


FINDINGS = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from(["kent", "gwent", "surrey"]),
        st.sampled_from(["2016", "2017", "2018/19"]),
        st.integers(0, len(SAYINGS) - 1),
        st.sampled_from(["negative", "negative", "positive", "neutral"]),
    ),
    max_size=60,
    unique_by=lambda finding: finding[0],
)


def corpus(findings: list[tuple[int, str, str, int, str]]) -> tuple[list[dict[str, Any]], Vectors]:
    made = sorted(((record(*one), vector(one[0], one[3])) for one in findings), key=lambda pair: pair[0]["finding"])
    vectors = np.array([one for _, one in made], np.float32).reshape(-1, 16)
    return [one for one, _ in made], vectors


def same(one: Made, other: Made) -> bool:
    lists = all(
        np.array_equal(getattr(one.neighbours, name), getattr(other.neighbours, name))
        for name in ("owner", "other", "cosine")
    )
    links = zip(one.links.arrays().values(), other.links.arrays().values(), strict=True)
    return lists and all(np.array_equal(left, right) for left, right in links)


@settings(max_examples=60)
@given(st.lists(FINDINGS, min_size=1, max_size=4), st.booleans())
def test_bringing_up_to_date_equals_making_anew(steps: list[list[tuple[int, str, str, int, str]]], few: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "KEPT", 2 if few else 40)  # short lists are full at once, and lose entries
        made = None
        for step in steps:
            records, vectors = corpus(step)
            made = make(records, vectors, "an encoder", (), made)
            assert same(made, make(records, vectors, "an encoder"))


@settings(max_examples=20)
@given(FINDINGS, FINDINGS)
def test_within_cells_too_both_ways_give_the_same(
    first: list[tuple[int, str, str, int, str]], second: list[tuple[int, str, str, int, str]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "KEPT", 2)
        patch.setattr(nearest, "PROBES", 2)
        patch.setattr(nearest, "cell_count", lambda _: 3)
        records, vectors = corpus(first)
        if len(records) < 4:
            return
        made = make(records, vectors, "an encoder", (), None, crossover=3)
        assert made.centres is not None
        records, vectors = corpus(second)
        after = make(records, vectors, "an encoder", (), made, crossover=3)
        unit = nearest.rounded(vectors)
        cells = Cells.around(made.centres, unit) if len(records) > 3 else None
        anew = nearest.all_lists(Traits.build(records), unit, cells)
        for name in ("owner", "other", "cosine"):
            assert np.array_equal(getattr(after.neighbours, name), getattr(anew, name))


def test_a_file_gives_back_what_was_put_in_and_nothing_to_another_encoder(tmp_path: Any) -> None:
    made = make(*corpus([(n, "kent" if n % 2 else "gwent", "2017", n % 8, "negative") for n in range(40)]), "one")
    made.write(tmp_path / "links.safetensors")
    read = Made.read(tmp_path / "links.safetensors", "one")
    assert read is not None and same(made, read)
    assert Made.read(tmp_path / "links.safetensors", "another") is None


def test_cosines_on_the_grid_are_exact_whatever_the_order() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(300, 384)).astype(np.float32)
    unit = nearest.rounded(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    whole = unit @ unit.T
    assert np.array_equal(whole, unit.astype(np.float64) @ unit.T.astype(np.float64))
    shuffled = rng.permutation(384)
    assert np.array_equal(whole[:7], unit[:7, shuffled] @ unit[:, shuffled].T)


def test_neighbours_are_those_that_a_plain_scan_finds() -> None:
    rng = np.random.default_rng(11)
    findings = [
        (n, str(rng.choice(["kent", "gwent", "surrey"])), str(rng.choice(["2016", "2017"])), int(rng.integers(8)),
         str(rng.choice(["negative", "positive"])))
        for n in range(400)
    ]  # fmt: skip
    records, vectors = corpus(findings)
    traits, unit = Traits.build(records), nearest.rounded(vectors)
    found = nearest.all_lists(traits, unit)
    for row in range(0, len(records), 37):
        for force_same in (False, True):
            for sign in (-1, 1):
                allowed = (traits.polarity == sign) & ((traits.force == traits.force[row]) == force_same)
                allowed &= (traits.cycle != traits.cycle[row]) | (not force_same)
                allowed &= (traits.polarity[row] < 0) | (sign < 0)
                scores = np.where(allowed, unit @ unit[row], -1)
                order = [r for r in np.lexsort((np.arange(len(scores)), -scores)) if scores[r] >= nearest.FLOOR]
                mine = found.chosen(found.owner == row)
                listed = [o for o in mine.other if allowed[o]]
                assert set(listed) == set(order[: nearest.KEPT])


def linked(*findings: tuple[str, str, int, str]) -> list[tuple[str, int, int]]:
    """The links of some findings, as relation and numbers of the findings; vectors without noise."""
    records = [record(number, *one) for number, one in enumerate(findings)]
    order = sorted(range(len(records)), key=lambda number: records[number]["finding"])
    unit = DIRECTIONS / np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)
    vectors = np.array([unit[MATTER[findings[number][2]]] for number in order], np.float32)
    made = make([records[number] for number in order], vectors, "an encoder").links
    return sorted(
        (made.named(place).value, order[made.start[place]], order[made.end[place]]) for place in made.places()
    )


def test_each_relation_holds_between_what_it_says() -> None:
    assert linked(("kent", "2017", 0, "negative"), ("gwent", "2016", 1, "negative")) == [("same-issue", 1, 0)]
    assert linked(("kent", "2016", 2, "positive"), ("gwent", "2017", 0, "negative")) == [("good-practice", 1, 0)]
    assert linked(("kent", "2018/19", 0, "negative"), ("kent", "2017", 1, "negative")) == [("recurs", 1, 0)]
    assert linked(("kent", "2016", 0, "negative"), ("kent", "2018/19", 2, "positive")) == [("answered-by", 0, 1)]
    assert linked(("kent", "2016", 6, "negative"), ("gwent", "2017", 6, "negative")) == [("same-text", 0, 1)]


def test_and_between_nothing_else() -> None:
    assert linked(("kent", "2017", 0, "negative"), ("kent", "2017", 1, "negative")) == [], "one force, one cycle"
    assert linked(("kent", "2018/19", 0, "negative"), ("kent", "2016", 2, "positive")) == [], "praise, then criticism"
    assert linked(("kent", "2017", 0, "neutral"), ("gwent", "2017", 1, "negative")) == [], "an observation"
    praised = linked(("kent", "2017", 2, "positive"), ("gwent", "2017", 0, "positive"))
    assert {relation for relation, _, _ in praised} <= {"same-text"}, "praise and praise"
    assert linked(("kent", "2017", 0, "negative"), ("gwent", "2017", 3, "negative")) == [], "another matter"
    assert linked(("kent", "2017", 6, "negative"), ("gwent", "2017", 6, "positive")) != [("same-text", 0, 1)], (
        "the same words cannot both praise and criticise"
    )


def test_general_verdicts_are_linked_to_nothing_but_their_copies() -> None:
    assert words.matters("In some areas the force needs to improve before its service is consistently good") == set()
    found = linked(("kent", "2017", 5, "negative"), ("gwent", "2017", 5, "negative"), ("surrey", "2017", 0, "negative"))
    assert {relation for relation, _, _ in found} == {"same-text"}


def test_a_part_of_a_matter_is_not_the_matter() -> None:
    assert "volume-crime" in words.matters(
        "The force needs to get better at investigating crimes of a less serious kind"
    )
    assert words.matters("The inspector has serious concerns over investigations") == {"investig"}
    wider, narrower = (record(n, force, "2017", 3, "negative") for n, force in enumerate(("gwent", "kent")))
    wider["meaning"] = "The force investigates crime poorly"
    narrower["meaning"] = "The force investigates crime by fraud poorly"
    other = wider | {
        "finding": narrower["finding"],
        "force": narrower["force"],
        "meaning": "It investigates crime badly",
    }
    near = np.zeros((2, 16), np.float32)
    near[0, 0], near[1, :2] = 1, (0.72, np.sqrt(1 - 0.72**2))
    for one, links in ((narrower, 0), (other, 1)):
        made = make([wider, one], near, "an encoder").links
        assert len(made) == links


def test_serious_crime_and_crime_of_a_less_serious_kind_are_two_matters() -> None:
    one, other = (record(n, force, "2017", 3, "negative") for n, force in enumerate(("gwent", "kent")))
    same = np.eye(1, 16, dtype=np.float32).repeat(2, axis=0)
    for kind, links in (("serious", 1), ("less serious", 0)):
        one["meaning"] = "The force investigates serious crime poorly"
        other["meaning"] = f"It investigates {kind} crimes badly"
        assert len(make([one, other], same, "an encoder").links) == links


def test_praise_of_some_sides_or_of_intent_answers_nothing() -> None:
    for said, answers in (
        ("The force supervises domestic abuse investigations well", True),
        ("Some sides of how the force supervises domestic abuse investigations satisfy the inspector", False),
        ("The force is committed to supervising domestic abuse investigations", False),
    ):
        told, praised = record(1, "kent", "2016", 1, "negative"), record(2, "kent", "2017", 2, "positive")
        vectors = np.array([DIRECTIONS[0], DIRECTIONS[0]]) / np.linalg.norm(DIRECTIONS[0])
        made = make([told, praised | {"meaning": said}], vectors.astype(np.float32), "an encoder").links
        assert (len(made) == 1) is answers, said


def test_the_same_words_in_another_degree_are_not_the_same_text() -> None:
    said = "The force is judged {} at dealing with anti-social behaviour across the whole of its area"
    pair = [record(n, force, "2017", 2, "positive") for n, force in enumerate(("gwent", "kent"))]
    pair.sort(key=lambda one: one["finding"])
    vectors = (np.array([DIRECTIONS[0], DIRECTIONS[0]]) / np.linalg.norm(DIRECTIONS[0])).astype(np.float32)
    for degrees, copied in ((("good", "good"), 1), (("good", "outstanding"), 0)):
        told = [one | {"meaning": said.format(degree)} for one, degree in zip(pair, degrees, strict=True)]
        assert len(make(told, vectors, "an encoder").links) == copied


def test_what_a_finding_is_about_does_not_depend_on_how_it_is_put() -> None:
    one = words.matters("The force investigates crime well")
    assert words.matters("The quality of the force's crime investigations requires improvement") == one
    assert words.matters("Serious and organised crime") == words.matters("organised crime groups") - {"group"}


def test_copies_make_a_star_around_the_earliest() -> None:
    records = [record(n, force, cycle, 6, "negative") for n, (force, cycle) in enumerate(
        [("kent", "2018/19"), ("gwent", "2016"), ("surrey", "2017"), ("durham", "2017")]
    )]  # fmt: skip
    start, end, alike = copies(Traits.build(records))
    assert [(s, e) for s, e in zip(start.tolist(), end.tolist(), strict=True)] == [(1, 0), (1, 2), (1, 3)]
    assert alike.tolist() == [1.0, 1.0, 1.0]


def test_escalation_is_an_area_for_improvement_that_became_a_cause_of_concern() -> None:
    before, after = record(1, "kent", "2016", 0, "negative"), record(2, "kent", "2017", 1, "negative")
    vectors = np.array([DIRECTIONS[0], DIRECTIONS[0]]) / np.linalg.norm(DIRECTIONS[0])
    for kinds, escalates in ((("area-for-improvement", "cause-of-concern"), True), (("weakness", "weakness"), False)):
        pair = [before | {"kind": kinds[0]}, after | {"kind": kinds[1]}]
        made = make(pair, vectors.astype(np.float32), "an encoder").links
        assert (made.named(0), bool(made.escalates[0])) == (Relation.RECURS, escalates)


def test_decisions_take_links_away_and_keep_them() -> None:
    findings = [("kent", "2017", 0, "negative"), ("gwent", "2016", 1, "negative"), ("surrey", "2017", 3, "negative")]
    records = sorted((record(n, *one) for n, one in enumerate(findings)), key=lambda one: one["finding"])
    rows = {one["force"]["slug"]: row for row, one in enumerate(records)}
    unit = DIRECTIONS / np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)
    vectors = np.array([unit[1 if one["force"]["slug"] == "surrey" else 0] for one in records], np.float32)

    def decided(verdict: Verdict, one: str, other: str) -> Decision:
        ends = (records[rows[one]]["finding"], records[rows[other]]["finding"])
        return Decision(Relation.SAME_ISSUE, *ends, verdict, "a reader", "2026-11-23T10:00:00Z", "why")

    rejected = decided(Verdict.REJECTED, "kent", "gwent")
    assert len(make(records, vectors, "an encoder").links) == 1
    assert len(make(records, vectors, "an encoder", [rejected]).links) == 0, "turned round it is the same link"
    confirmed = make(records, vectors, "an encoder", [decided(Verdict.CONFIRMED, "kent", "surrey")]).links
    assert len(confirmed) == 2 and confirmed.confirmed.tolist().count(True) == 1
    gone = replace(rejected, start="https://w3id.org/peelgraph/id/report/kent-2017#f-gone")
    assert len(make(records, vectors, "an encoder", [gone]).links) == 1


def shown(iri: str, *findings: str) -> issues.IssueShown:
    return {
        "issue": iri, "label": "", "topic": None, "trend": "single", "count": len(findings), "forces": [],
        "cycles": {}, "kinds": {}, "findings": list(findings),
    }  # fmt: skip


def test_an_issue_keeps_its_name_while_most_of_its_findings_stay() -> None:
    before = [shown("one", "a", "b", "c"), shown("two", "d", "e")]
    assert issues.named([["a", "b", "x"], ["d", "e", "f"]], before) == ["one", "two"]
    assert issues.named([["a", "b", "c", "d", "e"]], before) == ["one"], "merged: the larger part's"
    split = issues.named([["a", "b"], ["c", "y", "z"]], before)
    assert split[0] == "one" and split[1] not in ("one", "two")
    assert issues.named([["p", "q"]], before) == issues.named([["q", "p"]], [])


def test_trends_count_forces_and_not_findings() -> None:
    def members(*of: tuple[str, str]) -> list[dict[str, Any]]:
        return [record(n, force, cycle, 0, "negative") for n, (force, cycle) in enumerate(of)]

    assert issues.trend(members(("kent", "2016"), ("kent", "2016"))) is Trend.SINGLE
    assert issues.trend(members(("kent", "2016"), ("kent", "2017"), ("kent", "2017"))) is Trend.STEADY
    assert issues.trend(members(("kent", "2016"), ("kent", "2018/19"), ("gwent", "2018/19"))) is Trend.RISING
    assert issues.trend(members(("kent", "2016"), ("gwent", "2016"), ("kent", "2017"))) is Trend.FALLING


def test_an_issue_is_named_in_words_that_stand_in_a_finding() -> None:
    meaning = "The force " + "should supervise investigations regularly " * 5
    label = issues.label(meaning, "Supervision of investigations")
    subject, _, rest = label.partition(": ")
    assert subject == "Supervision of investigations" and meaning.startswith(rest.removesuffix(" …"))
    assert len(rest) <= issues.LABEL


def test_centres_are_unit_vectors_and_too_few_vectors_are_refused() -> None:
    vectors = np.eye(8, dtype=np.float32)
    assert np.allclose(np.linalg.norm(index_cells.centres(vectors, 3), axis=1), 1)
    with pytest.raises(ValueError, match="8 vectors"):
        index_cells.centres(vectors, 9)


def test_questions_that_descend_from_one_share_a_lineage() -> None:
    lineages = vocabulary.lineages()
    assert set(lineages.values()) <= set(lineages)
    assert len(set(lineages.values())) < len(lineages)
    assert len(RELATIONS) == 5
