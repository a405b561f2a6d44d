"""Understanding: what questions are limited to, held against constraints written down before the rules."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg import vocabulary
from kg.model import Filters, Kind
from kg.sparql.areas import judged, under_areas
from search import records
from search.facets import FACETS, Facets
from search.home import Home
from search.understand import Understood, understand
from search.understand.assessments import AREAS
from search.understand.together import KINDS_OF

DATA = Path(__file__).parent.parent / "data"
KNOWN = records.facets_of(())


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


OWN = rows("questions-understood.tsv")
ANALYSTS = rows("queries-understood.tsv")


def expected(constraints: str) -> set[tuple[str, frozenset[str]]]:
    """`force=kent,durham;cycle=-2017` as a set; a leading minus stands for all the others."""
    found = set()
    for constraint in filter(None, constraints.split(";")):
        facet, _, values = constraint.partition("=")
        if values.startswith("-"):
            kept = {v["value"] for v in KNOWN.values[facet]} - set(values[1:].split(","))
            found.add((facet, frozenset(kept)))
        else:
            found.add((facet, frozenset(values.split(","))))
    return found


def constraints(understood: Understood) -> set[tuple[str, frozenset[str]]]:
    """Everything that limits the answers, in the same form."""
    found = dict(_given(understood.filters))
    if understood.relation:
        found["relation"] = (understood.relation["relation"],)
        found |= {f"of.{facet}": values for facet, values in _given(understood.relation["of"])}
    if understood.pattern:
        found |= {chip.facet: chip.values for chip in understood.chips if chip.facet in {"area", "grade"}}
    found |= {"phrase": understood.phrases} if understood.phrases else {}
    found |= {"minus": understood.excluded} if understood.excluded else {}
    return {(facet, frozenset(values)) for facet, values in found.items()}


def _given(filters: Filters) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((facet, values) for facet, values in asdict(filters).items() if values)


@pytest.mark.parametrize("row", OWN, ids=lambda row: row["question"])
def test_a_question_is_limited_to_what_its_words_say(row: dict[str, str]) -> None:
    assert constraints(understand(row["question"], KNOWN)) == expected(row["constraints"])


@pytest.mark.parametrize("row", ANALYSTS, ids=lambda row: row["number"])
def test_the_questions_of_analysts(shared: Path, row: dict[str, str]) -> None:
    text = (shared / "domain" / "QUERIES.md").read_text("utf-8")
    question = re.search(rf"^{row['number']}\. (.*?) — ", text, re.MULTILINE)
    assert question is not None
    assert constraints(understand(question[1], KNOWN)) == expected(row["constraints"])


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("Which forces were told to improve how they record rape?", "how they record rape"),
        ("What do inspectors say about stalking in Kent since 2017?", "stalking"),
        ("Show me areas for improvement about custody, 2016", "custody"),
        ("Where is missing person risk not understood?", "missing person risk not understood"),
        ("Compare Surrey and Sussex on use of force", "use of force"),
        ("forces rated inadequate for investigating crime", "investigating crime"),
        ("not praised for stop and search", "not praised for stop and search"),
        ("Has Kent been told the same thing about custody more than once?", "custody"),
        ("What strengths did Kent have in 2017 for effectiveness?", ""),
        ("Kent", ""),
        ('"risk assessment" at first contact', "first contact"),
        ("call handling in 2020", "call handling in 2020"),
        ("domestic abuse without Kent", "domestic abuse"),
        ("domestic abuse -kent", "domestic abuse"),
        ("2018/19 crime recording", "crime recording"),
        ("Which force does well in what Kent had to improve in the 2017 inspection?", ""),
        ("who was told to fix what we were told to fix in Kent", ""),
        ("custody in Kent, not a weakness", "custody"),
        ("effectiveness question 3 Kent", ""),
        ("which forces struggle with what Kent does well", "struggle with what Kent does well"),
        ("has Kent fixed its 2017 areas for improvement", ""),
        ("who could put right what Kent was told about custody", "custody"),
        ("who is not good at what Essex was criticised for?", "not good at what Essex was criticised for"),
        ("Met vs GMP on rape", "rape"),
        ("hidden demand between the 2015 and 2017 inspections", "hidden demand"),
    ],
)
def test_what_is_left_is_what_is_asked_about(question: str, meaning: str) -> None:
    assert understand(question, KNOWN).meaning == meaning


def test_the_last_cycles_are_those_with_findings() -> None:
    facets = Facets.build([{"cycle": ("2017",)}, {"cycle": ("2018/19",)}, {"cycle": ("2021/22",)}], KNOWN.values)
    assert understand("custody in the last two cycles", facets).filters.cycle == ("2018/19", "2021/22")
    assert understand("custody in the latest inspections", facets).filters.cycle == ("2021/22",)
    assert understand("the latest on custody", facets).filters.cycle == ()
    repeated = understand("has Kent been told the same thing in the last two inspections", facets)
    assert (repeated.filters.cycle, repeated.relation is not None) == (("2018/19", "2021/22"), True)


@pytest.mark.parametrize(
    "question", ["custody in 2020", "vetting in 2013", "custody before 2014", "question 9 in Kent"]
)
def test_what_does_not_exist_limits_nothing_and_is_said(question: str) -> None:
    understood = understand(question, KNOWN)
    assert not understood.filters.cycle and not understood.filters.question
    assert len(understood.notes) == 1


def test_a_chip_is_dropped_by_its_key() -> None:
    question = "What AFIs did Kent get since 2018 for efficiency?"
    keys = {chip.facet: chip.key for chip in understand(question, KNOWN).chips}
    assert keys["force"] == "force:kent"
    without = understand(question, KNOWN, without={"force:kent"})
    assert without.filters.force == () and "Kent" not in without.meaning
    assert without.filters.cycle == understand(question, KNOWN).filters.cycle
    nothing = understand(question, KNOWN, without=set(keys.values()))
    assert (nothing.chips, nothing.filters) == ((), Filters())


APART = [row for row in OWN if "relation=" not in row["constraints"] and " than " not in row["question"]]
"""Questions that compare and link nothing: there one reading may hang on another."""


@pytest.mark.parametrize("row", APART, ids=lambda row: row["question"])
def test_dropping_one_chip_leaves_the_others(row: dict[str, str]) -> None:
    understood = understand(row["question"], KNOWN)
    keys = {chip.key for chip in understood.chips}
    for key in keys:
        assert {chip.key for chip in understand(row["question"], KNOWN, without={key}).chips} == keys - {key}


@pytest.mark.parametrize(
    ("question", "without", "meaning"),
    [
        ("weaknesses in Kent about victims", {"force:kent"}, "victims"),
        ("weaknesses in Kent about victims", {"force:kent", "polarity:negative"}, "victims"),
        ("custody other than Kent", {"force:-kent"}, "custody"),
        ("AFIs for managing offenders in Kent", {"area:managing-offenders"}, "managing offenders"),
        ("Kent", {"force:kent"}, ""),
    ],
)
def test_the_words_of_a_dropped_chip_leave_the_meaning(question: str, without: set[str], meaning: str) -> None:
    assert understand(question, KNOWN, without=without).meaning == meaning


def test_praise_that_criticism_is_asked_after_limits_nothing_and_is_said() -> None:
    understood = understand("which forces struggle with what Kent does well", KNOWN)
    assert (understood.filters, understood.chips, understood.relation) == (Filters(), (), None)
    assert "what Kent does well" in understood.notes[0]


@pytest.mark.parametrize(
    "question",
    [
        "which forces don't do well at what Kent was told to improve",
        "who hasn't fixed what Kent was told to improve",
        "which forces were not told the same as Kent",
    ],
)
def test_a_link_that_is_denied_limits_nothing_and_is_said(question: str) -> None:
    understood = understand(question, KNOWN)
    assert (understood.filters, understood.chips, understood.relation) == (Filters(), (), None)
    assert "Kent" in understood.notes[0]


def test_names_that_share_their_last_word_are_each_read() -> None:
    chips = understand("drugs in north and south wales", KNOWN).chips
    assert [(chip.words, chip.values) for chip in chips] == [
        ("north", ("north-wales",)),
        ("south wales", ("south-wales",)),
    ]
    assert understand("drugs in north and south wales", KNOWN, without={"force:north-wales"}).filters.force == (
        "south-wales",
    )


def test_without_its_relation_a_question_is_read_as_it_stands() -> None:
    question = "Which forces do well at what Kent was told to improve in 2017?"
    plain = understand(question, KNOWN, without={"relation:good-practice"})
    assert plain.relation is None
    assert (plain.filters.force, plain.filters.cycle) == (("kent",), ("2017",))


fragments = st.sampled_from(
    [
        *(value["label"] for value in KNOWN.values["force"]),
        *(name for value in KNOWN.values["force"] for name in value["names"]),
        *(value["label"] for facet in ("region", "kind", "grade", "pillar") for value in KNOWN.values[facet]),
        *(name for names in AREAS.values() for name in names),
        *("neither", "nor", "n't", "but", "or better", "worse than", "anything but", "as in", "who else has", "its"),
        *("not", "other than", "and", "or", ",", "in", "the", "since", "before", "to", "between", "rated", "judgments"),
        *("2014", "2017", "2018/19", "2018–19", "2023–25", "2020", "question 3", "told to improve", "praised", "AFIs"),
        *("what", "do well at", "the same thing", "more than once", "answered by", "same problems as", "than"),
        *(
            "-custody",
            '"hidden demand"',
            "“",
            '"',
            "-",
            "’s",
            "ﬁ",
            "İ",
            "\x00",
            "\x01",
            "?",
            "subject: custody",
            "forces",
        ),
    ]
)
questions = st.one_of(
    st.text(max_size=80), st.lists(st.one_of(fragments, st.text(max_size=5)), max_size=14).map(" ".join)
)


@given(questions)
@example("İ Kent İ 2017")
@example("Kent  Police \n in\t2017")
def test_every_reading_points_at_its_words_and_at_values_that_exist(question: str) -> None:
    understood = understand(question, KNOWN)
    end = 0
    for chip in understood.chips:
        assert question[chip.start : chip.end] == chip.words != ""
        assert chip.start >= end, "no two overlap, and they stand in order"
        end = chip.end
        if chip.facet in FACETS:
            assert set(chip.values) <= {value["value"] for value in KNOWN.values[chip.facet]}
    KNOWN.allowed(KNOWN.resolve(understood.filters))
    assert understood == understand(question, KNOWN)


@given(questions)
def test_what_is_left_are_words_of_the_question_outside_the_chips(question: str) -> None:
    understood = understand(question, KNOWN)
    rest = list(question)
    for chip in understood.chips:
        if not chip.stays:
            rest[chip.start : chip.end] = " " * (chip.end - chip.start)
    letters = iter("".join("".join(rest).split()))
    assert all(letter in letters for letter in "".join(understood.meaning.split())), "in their order, none added"


@given(questions)
def test_a_chip_that_was_switched_off_stays_off(question: str) -> None:
    keys = {chip.key for chip in understand(question, KNOWN).chips}
    again = understand(question, KNOWN, without=keys)
    assert keys.isdisjoint(chip.key for chip in again.chips)


@pytest.mark.parametrize("row", OWN, ids=lambda row: row["question"])
def test_quotes_and_spaces_make_no_difference(row: dict[str, str]) -> None:
    question = row["question"]
    curly = question.replace("'", "’").replace(" ", "  ")
    assert constraints(understand(curly, KNOWN)) == constraints(understand(question, KNOWN))


@pytest.mark.parametrize("value", KNOWN.values["force"], ids=lambda value: value["value"])
def test_a_force_is_read_by_every_name_of_the_vocabulary(value: dict[str, str | list[str]]) -> None:
    for name in (value["label"], *value["names"]):
        if name not in {"Metropolitan", "London, City of"}:  # an adjective, and a form of tables
            assert understand(f"custody at {name}", KNOWN).filters.force == (value["value"],), name


def test_every_area_is_known_by_its_titles() -> None:
    areas = [q for cycle in ("2021/22", "2023-25", "2025-27") for q in vocabulary.questions(cycle, None)]
    assert {area.key for area in areas} == set(AREAS)
    for area in areas:
        if not area.title.endswith("?"):
            chips = understand(f"rated inadequate for {area.title}", KNOWN).chips
            assert [chip.values for chip in chips if chip.facet == "area"] == [(area.key,)], area.title


@pytest.mark.parametrize(
    ("area", "number"), [("preventing-crime", 1), ("investigating-crime", 2), ("armed-threats", 5)]
)
def test_an_area_stands_for_the_questions_it_comes_from(home: Home, area: str, number: int) -> None:
    everything = home.snapshot.records(range(home.snapshot.facets.count))
    under = {r["finding"] for r in everything if r["question"] and r["question"]["number"] == number}
    assert under and set(home.findings_of(under_areas([area]))) == under


@pytest.mark.parametrize("grade", ["good", "requires-improvement", "inadequate"])
def test_a_grade_for_an_area_is_the_force_s(home: Home, grade: str) -> None:
    """An oracle over the grades: every finding of the forces that were given this one for question 3."""
    graded = {e["force"] for e in home.grades(cycle="2017") if e["question"] == "3" and e["grade"] == grade}
    everything = home.snapshot.records(range(home.snapshot.facets.count))
    expected_ = {r["finding"] for r in everything if r["force"]["slug"] in graded}
    assert set(home.findings_of(judged(["protecting-vulnerable-people"], [grade]))) == expected_


def test_a_polarity_is_that_of_its_kinds(home: Home) -> None:
    everything = home.snapshot.records(range(home.snapshot.facets.count))
    assert {r["kind"] for r in everything} > {"strength", "weakness"}
    for record in everything:
        assert record["kind"] in KINDS_OF[record["polarity"]]
    assert set().union(*KINDS_OF.values()) == {kind.value for kind in Kind}
