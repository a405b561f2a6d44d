"""Pillar pages of 2014 to 2018/19 in every saved form: what is read, what is set aside, what is refused."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ingest, vocabulary
from kg.errors import InputRefused, UnknownQuestion, UnreadablePage
from kg.model import Basis, Finding, Grade, Judgment, Kind, Polarity, Reading, Status
from kg.readers import pages

PAGES = Path(__file__).resolve().parent.parent / "data" / "pages"
ADDRESS = "https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2017/durham/effectiveness/"
TITLES = {
    1: "How effective is the force at preventing crime, tackling anti-social behaviour and keeping people safe?",
    2: "How effective is the force at investigating crime and reducing re-offending?",
    3: "How effective is the force at protecting those who are vulnerable from harm, and supporting victims?",
}


def invented(name: str, area: str = "Durham", force: str = "Durham Constabulary") -> str:
    return (PAGES / name).read_text(encoding="utf-8").replace("{area}", area).replace("{force}", force)


FULL = invented("effectiveness.txt")


def without_one_word_lines(page: str) -> str:
    return "\n".join(line for line in page.split("\n") if len(line.split()) != 1)


ONE_WORD_LINES_DROPPED = without_one_word_lines(FULL)
MAIN_TEXT = invented("effectiveness-main-text.txt")


def read(text: str, url: str | None = None) -> Reading:
    return pages.read(text.encode(), "page.txt", url)


def question(body: str, number: int = 2, cycle: int = 2017, grade: str = "Good") -> Reading:
    """A page with one question."""
    return read(f"Durham PEEL {cycle}\n\nEffectiveness\n\n{number}\n\n{TITLES[number]}\n\n{grade}\n\n{body}\n")


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(f.kind.value, f.meaning) for f in reading.report.findings]


def judged(reading: Reading) -> dict[str, tuple[Grade | None, Status, str | None, Basis]]:
    return {j.of: (j.grade, j.status, j.carried_over_from, j.basis) for j in reading.report.judgments}


def unaccounted(reading: Reading) -> list[str]:
    """The lines that are in no finding, judgment, heading or list of what was skipped."""
    (source,) = reading.report.sources
    numbers = {line.line for line in (*reading.headings, *reading.skipped)} | {j.line for j in reading.report.judgments}
    spans = [(s.start, s.end) for f in reading.report.findings for s in (f.statement, *f.evidence)]
    lost, offset = [], 0
    for number, line in enumerate(re.split(r"(?<=\n)|(?<=\r)(?!\n)", source.text), start=1):
        start, end = offset, offset + len(line)
        offset = end
        if line.strip() and number not in numbers and not any(a < end and b > start for a, b in spans):
            lost.append(line)
    return lost


def assert_whole(reading: Reading) -> None:
    """What every reading promises."""
    report = reading.report
    (source,) = report.sources
    for finding in report.findings:
        assert all(source.text[s.start : s.end] == s.text for s in (finding.statement, *finding.evidence))
        assert finding.meaning
        assert finding.source == source.sha256
    keys = [finding.key for finding in report.findings]
    assert len(set(keys)) == len(keys)
    assert {f.cause for f in report.findings} <= {None, *keys}
    assert unaccounted(reading) == []


# ---------------------------------------------------------------- the Kent page


@pytest.fixture(scope="module")
def kent_page(shared: Path) -> Reading:
    page = shared / "data" / "kent-peel-2017-effectiveness.txt"
    return pages.read(page.read_bytes(), page.name)


def in_question(reading: Reading, number: str | None) -> list[Finding]:
    return [finding for finding in reading.report.findings if finding.question == number]


def bullets(reading: Reading) -> list[Finding]:
    text = reading.report.sources[0].text
    return [f for f in reading.report.findings if text[: f.start].endswith("• ")]


def test_kent_is_identified(kent_page: Reading) -> None:
    report = kent_page.report
    assert (report.force, report.cycle, report.pillar) == ("kent", "2017", "effectiveness")
    assert (report.updated, report.slug) == ("2018-03-22", "kent-2017-effectiveness")


def test_kent_has_four_judgments_under_their_printed_numbers(kent_page: Reading) -> None:
    assert judged(kent_page) == {
        "pillar": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "3": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "5": (None, Status.NOT_GRADED, None, Basis.PRINTED),
    }


def test_kents_bullets_stand_alone(kent_page: Reading) -> None:
    listed = [f for f in bullets(kent_page) if f.kind is Kind.STRENGTH]
    assert [f.question for f in listed] == ["2"] * 5 + ["3"] * 4 + ["5"] * 4
    assert listed[0].meaning == "The force attends incidents promptly"
    assert all(f.meaning == f"The force {'is ' if f.question == '3' else ''}{f.text}".rstrip(".") for f in listed)


def test_kent_has_one_area_for_improvement(kent_page: Reading) -> None:
    (area,) = [f for f in kent_page.report.findings if f.kind is Kind.AREA_FOR_IMPROVEMENT]
    assert (area.question, area.polarity) == ("2", Polarity.NEGATIVE)
    assert area.text.startswith("The force should ensure that all investigations")


def test_kents_narrative_is_one_finding_a_sentence_in_its_paragraph(kent_page: Reading) -> None:
    first, second, *_ = in_question(kent_page, None)
    assert first.context == second.context
    assert second.text in first.context
    assert second.text == "When required, the force attends incidents promptly."
    assert len(in_question(kent_page, None)) == 17


@pytest.mark.parametrize("number", [None, "3"])
def test_kents_body_worn_video_is_a_weakness(kent_page: Reading, number: str | None) -> None:
    (video,) = [f for f in in_question(kent_page, number) if "body-worn video" in f.text]
    assert (video.kind, video.polarity) == (Kind.WEAKNESS, Polarity.NEGATIVE)
    assert [f for f in in_question(kent_page, number) if f.kind is Kind.WEAKNESS] == [video]


def test_kents_bullets_under_most_positively_are_strengths(kent_page: Reading) -> None:
    last = in_question(kent_page, "5")[-4:]
    assert [f.kind for f in last] == [Kind.STRENGTH] * 4
    assert last[1].meaning == "The force tests its skills in training exercises"


def test_kent_is_accounted_for_and_masked(kent_page: Reading) -> None:
    assert_whole(kent_page)
    assert [(line.line, line.reason) for line in kent_page.skipped] == [
        (1, "navigation"),
        (69, "lead-in, joined to the items below it"),
    ]
    assert kent_page.warnings == ()
    assert [f.meaning for f in kent_page.report.findings if "Kent" in f.meaning] == []


def test_kent_breaks_no_shape(kent_page: Reading) -> None:
    _, warnings = ingest.checked_graph(kent_page.report)
    assert [warning for warning in warnings if "has no address" not in warning] == []


# ---------------------------------------------------------------- three saved forms of one invented page

BULLETS = [
    ("strength", "The force interviews every scarecrow promptly"),
    ("strength", "The force keeps a clear list of missing wheelbarrows"),
    ("strength", "The force has cut its queue of tractors waiting to be examined"),
]
PATCHY = ("weakness", "Supervision in the north of the county is patchy")
NEGATIVE_BULLETS = [
    ("weakness", "The force also takes notes on paper"),
    ("weakness", "The force also reviews old thefts once a year"),
]
AREAS = [
    ("area-for-improvement", "The force should ensure that sergeants sign every plan"),
    ("area-for-improvement", "The force should improve how it recognises repeat callers"),
]
GOOD_AT_INVESTIGATING = ("strength", "The force is good at investigating crime and reducing re-offending")
INVESTIGATING = [GOOD_AT_INVESTIGATING, *BULLETS, PATCHY, *NEGATIVE_BULLETS, *AREAS]


@pytest.mark.parametrize("page", [FULL, ONE_WORD_LINES_DROPPED], ids=["full", "one-word lines dropped"])
def test_the_findings_of_a_full_copy(page: str) -> None:
    reading = read(page)
    assert_whole(reading)
    assert (reading.report.force, reading.report.updated) == ("durham", "2018-03-22")
    assert told(reading) == [
        ("strength", "The force is good at keeping people safe and reducing crime"),
        ("observation", "The force sends a drone to every barn fire"),
        ("weakness", "The force does not always tell farmers what became of their reports"),
        *INVESTIGATING,
        ("cause-of-concern", "Callers who are lost at sea wait too long for a boat"),
        ("recommendation", "The force should immediately moor a second boat"),
        ("recommendation", "The force should immediately test its flares each week"),
        ("recommendation", "By 30 September 2018, the force should publish its answer times"),
        ("weakness", "Some callers wait too long"),
        ("strength", "The force rehearses its flood plan with neighbouring forces"),
        ("strength", "The force debriefs every exercise"),
    ]


def test_the_judgments_of_a_full_copy() -> None:
    assert judged(read(FULL)) == {
        "pillar": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PRINTED),
        "3": (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED, None, Basis.PRINTED),
        "5": (None, Status.NOT_GRADED, None, Basis.PRINTED),
    }


def test_grades_of_one_word_are_recovered_and_the_basis_says_so() -> None:
    reading = read(ONE_WORD_LINES_DROPPED)
    assert judged(reading) == {
        "pillar": (Grade.GOOD, Status.INSPECTED, None, Basis.PROSE),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PROSE),
        "3": (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED, None, Basis.PRINTED),
        "5": (None, Status.NOT_GRADED, None, Basis.SCHEME),
    }
    assert len(reading.warnings) == 2


def test_a_lost_grade_is_never_assumed() -> None:
    pillar_only = "Durham Constabulary is good in respect of its effectiveness."
    assert judged(question(pillar_only, grade=""))["2"] == (None, Status.INSPECTED, None, Basis.MISSING)
    reading = read(ONE_WORD_LINES_DROPPED.replace("is good at investigating", "looks into investigating"))
    assert judged(reading)["2"] == (None, Status.INSPECTED, None, Basis.MISSING)


def test_areas_before_the_narrative_do_not_hide_a_grade_in_it() -> None:
    areas = "Areas for improvement\n\n  • The force should count its goats."
    text = "Durham Constabulary is good at investigating crime and reducing re-offending."
    reading = question(f"{areas}\n\n{text}", grade="")
    assert judged(reading)["2"] == (Grade.GOOD, Status.INSPECTED, None, Basis.PROSE)
    assert [kind for kind, _ in told(reading)] == ["area-for-improvement", "strength"]


def test_main_text_gets_its_numbers_from_the_scheme() -> None:
    reading = read(MAIN_TEXT)
    assert_whole(reading)
    assert judged(reading) == {
        "pillar": (None, Status.INSPECTED, None, Basis.MISSING),
        "1": (None, Status.CARRIED_OVER, "2016", Basis.PRINTED),
        "2": (Grade.GOOD, Status.INSPECTED, None, Basis.PROSE),
        "3": (None, Status.INSPECTED, None, Basis.MISSING),
    }
    assert [pair for f, pair in zip(reading.report.findings, told(reading), strict=True) if f.question == "2"] == [
        *INVESTIGATING,
        ("area-for-improvement", "The force should name its drones"),
    ]


def test_what_says_nothing_about_the_force_is_skipped_with_its_reason() -> None:
    reasons = {line.text: line.reason for line in read(FULL).skipped}
    assert reasons == {
        "Skip to content": "navigation",
        "English Cymraeg": "navigation",
        "HMIC is consulting on its proposed inspection programme for 2018/19": "stands before the page's title",
        "Tell us by 3 January 2019 what you think of it.": "stands before the page's title",
        "In 2016, we judged Durham Constabulary as outstanding at goats.": "states the judgment of an earlier cycle",
        "Read more about Durham 2017": "link",
        "Contact Alex Example": "contact",
        "In our 2017 legitimacy report, we recommended that all forces should:": "addressed to all forces",
        "count their ducks; and": "addressed to all forces",
        "publish the count.": "addressed to all forces",
        "The force should immediately:": "lead-in, joined to the items below it",
        "By 30 September 2018, the force should:": "lead-in, joined to the items below it",
        "Most positively, the force:": "lead-in, joined to the items below it",
    }


@pytest.mark.parametrize("page", [FULL, ONE_WORD_LINES_DROPPED], ids=["full", "recommendations heading lost"])
def test_recommendations_have_deadlines_and_their_cause(page: str) -> None:
    found = read(page).report.findings
    (concern,) = [f for f in found if f.kind is Kind.CAUSE_OF_CONCERN]
    assert [(f.text, f.deadline, f.cause) for f in found if f.kind is Kind.RECOMMENDATION] == [
        ("moor a second boat", "immediately", concern.key),
        ("test its flares each week.", "immediately", concern.key),
        ("publish its answer times.", "By 30 September 2018", concern.key),
    ]


# ---------------------------------------------------------------- the layouts kept beside the project


def layout(shared: Path, name: str) -> str:
    """An invented page about a force that never was, given to one that is."""
    text = (shared / "data" / "layouts" / name).read_text(encoding="utf-8")
    return text.replace("Westshire Police", "Durham Constabulary").replace("Westshire", "Durham")


@pytest.mark.parametrize(
    ("name", "slug", "grades"),
    [
        (
            "2014_effectiveness_F.txt",
            "durham-2014-effectiveness",
            {"pillar": None, "1": "good", "2": "requires-improvement"},
        ),
        ("2016_leadership_O.txt", "durham-2016-leadership", {"1": None}),
        (
            "2017_effectiveness_F.txt",
            "durham-2017-effectiveness",
            {"pillar": "good", "2": "good", "3": "requires-improvement", "5": None},
        ),
        (
            "2017_effectiveness_O.txt",
            "durham-2017-effectiveness",
            {"pillar": "good", "2": "good", "3": "requires-improvement", "5": None},
        ),
        ("2017_effectiveness_M.txt", "durham-2017-effectiveness", {"pillar": None, "1": None, "2": "good"}),
        (
            "2018_efficiency_detailed_carried_over_O.txt",
            "durham-2018-19-efficiency",
            {"pillar": None, "1": None, "2": "requires-improvement"},
        ),
    ],
)
def test_every_layout_of_a_pillar_page_is_read_whole(
    shared: Path, name: str, slug: str, grades: dict[str, str | None]
) -> None:
    reading = read(layout(shared, name))
    assert_whole(reading)
    assert reading.report.slug == slug
    assert {j.of: j.grade for j in reading.report.judgments} == grades


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("2014_overview_F.txt", "a force overview"),
        ("2016_overview_midcycle_F.txt", "a force overview"),
        ("2018_overview_M.txt", "a force overview"),
        ("2023_report_R.txt", "a report on a whole force"),
    ],
)
def test_layouts_of_other_pages_are_refused_by_name(shared: Path, name: str, says: str) -> None:
    with pytest.raises(UnreadablePage, match=says):
        read(layout(shared, name))


# ---------------------------------------------------------------- judgments


@pytest.mark.parametrize(
    ("words", "cycle", "expected"),
    [
        ("This question has not been inspected or graded in 2017.", 2017, (None, Status.NOT_INSPECTED, None)),
        (
            "This question was not inspected in 2017. The grade and findings from last year’s inspection still stand.",
            2017,
            (None, Status.CARRIED_OVER, "2016"),
        ),
        (
            "This question was not inspected in 2017. The grade and findings from last year's inspection still stand.",
            2017,
            (None, Status.CARRIED_OVER, "2016"),
        ),
        *(
            (
                "This question was not subject to detailed inspection in 2018/19, and our judgment from the "
                f"{year} {pillar} inspection has been carried over.",
                2018,
                (None, Status.CARRIED_OVER, year),
            )
            for year, pillar in [("2016", "effectiveness"), ("2017", "effectiveness"), ("2017", "legitimacy")]
        ),
    ],
)
def test_a_question_not_inspected(words: str, cycle: int, expected: tuple[Grade | None, Status, str | None]) -> None:
    reading = question(words, number=1, cycle=cycle, grade="")
    assert judged(reading)["1"][:3] == expected
    assert told(reading) == []
    assert_whole(reading)


def test_a_grade_printed_above_a_carried_over_question_is_kept() -> None:
    words = (
        "This question was not subject to detailed inspection in 2018/19, and our judgment from the 2017 effectiveness "
        "inspection has been carried over."
    )
    for reading in (question(words, 1, 2018), question(f"{words}\n\nGood", 1, 2018, grade="")):
        assert judged(reading) == {"1": (Grade.GOOD, Status.CARRIED_OVER, "2017", Basis.PRINTED)}
        assert_whole(reading)


def test_content_after_a_carried_over_sentence_is_read() -> None:
    words = (
        "This question was not subject to detailed inspection in 2018/19, and our judgment from the 2017 effectiveness "
        "inspection has been carried over. However, we counted goats. One area for improvement remained from that "
        "inspection.\n\n  • The force should count its goats.\n\nIt has lost some since."
    )
    assert told(question(words, 1, 2018)) == [
        ("observation", "We counted goats"),
        ("area-for-improvement", "The force should count its goats"),
        ("observation", "The force has lost some since"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Outstanding", (Grade.OUTSTANDING, Status.INSPECTED)),
        ("requires Improvement", (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED)),
        ("Requires\u00a0improvement", (Grade.REQUIRES_IMPROVEMENT, Status.INSPECTED)),
        ("Inadequate", (Grade.INADEQUATE, Status.INSPECTED)),
        ("Ungraded", (None, Status.NOT_GRADED)),
        ("Not being graded", (None, Status.NOT_GRADED)),
        ("To be graded", (None, Status.NOT_YET_GRADED)),
        ("not yet graded", (None, Status.NOT_YET_GRADED)),
    ],
)
def test_grade_lines(line: str, expected: tuple[Grade | None, Status]) -> None:
    assert judged(question("Goats are found.", grade=line))["2"][:2] == expected


def test_the_judgment_of_an_earlier_year_is_no_new_grade() -> None:
    earlier = "In 2016, we judged Durham Constabulary as good at investigating crime and re-offending."
    reading = question(f"{earlier} Goats are found.", grade="")
    assert told(reading) == [("observation", "Goats are found")]
    assert judged(reading)["2"] == (None, Status.INSPECTED, None, Basis.MISSING)


def test_a_statement_about_this_cycle_is_no_earlier_judgment() -> None:
    this_year = question("In 2017, we judged Durham Constabulary as good at finding goats.")
    assert told(this_year) == [("strength", "In 2017, we judged the force as good at finding goats")]


def test_leadership_is_not_graded_and_its_common_block_is_set_aside() -> None:
    reading = read(
        "Durham PEEL 2016\n\nOther inspections\n\nHow well has the force performed in our other inspections?\n\n"
        "Boats are good.\n\nLeadership\n\nLast updated 08/12/2016\nUngraded\n\nLeaders are kind.\n\n"
        "Questions for Leadership\n\n1\n\nHow well does the force understand leadership?\n\nUngraded\n\n"
        "Sergeants are unsure."
    )
    assert_whole(reading)
    assert [(j.of, j.title, j.status) for j in reading.report.judgments] == [
        ("pillar", "Leadership", Status.NOT_GRADED),
        ("1", "How well does the force understand leadership?", Status.NOT_GRADED),
    ]
    assert [meaning for _, meaning in told(reading)] == ["Leaders are kind", "Sergeants are unsure"]
    ingest.checked_graph(reading.report)


def test_a_common_block_without_a_date_ends_at_the_first_question() -> None:
    reading = read(
        "Durham PEEL 2016\nLeadership\nOther inspections\nHow well has the force performed in our other inspections?\n"
        "Boats are good.\nHow well does the force understand leadership?\nSergeants are unsure.\n"
    )
    assert [meaning for _, meaning in told(reading)] == ["Sergeants are unsure"]


# ---------------------------------------------------------------- lists and lead-ins


def test_a_list_cut_by_a_paragraph_takes_the_other_side() -> None:
    strengths = "The force is good at farms. The force:\n\n  • finds goats; and\n  • counts ducks.\n\n"
    faults = "However, its maps could be improved. The force:\n\n  • draws in pencil."
    kinds = [kind for kind, _ in told(question(strengths + faults))]
    assert kinds == ["strength", "strength", "strength", "weakness", "weakness"]


def test_a_list_for_all_forces_does_not_colour_the_next() -> None:
    text = (
        "The force is good at farms.\n\nIn our 2017 legitimacy report, we recommended that all forces should:\n\n"
        "  • stop losing goats.\n\nThe force also:\n\n  • counts its ducks."
    )
    assert told(question(text)) == [
        ("strength", "The force is good at farms"),
        ("strength", "The force also counts its ducks"),
    ]


def test_a_lead_in_that_speaks_decides_for_every_item() -> None:
    text = "Most positively, the force:\n\n  • has no long queue at its desks; and\n  • debriefs every exercise."
    assert [kind for kind, _ in told(question(text))] == ["strength", "strength"]
    text = "However, the force:\n\n  • uses drones well only by day; and\n  • debriefs every exercise."
    assert [kind for kind, _ in told(question(text))] == ["weakness", "weakness"]


def test_bullets_that_are_sentences_stand_as_they_are() -> None:
    text = "Goats matter. The force:\n\n  • The force uses drones well.\n  • Officers do not know the hills."
    assert told(question(text))[1:] == [
        ("strength", "The force uses drones well"),
        ("weakness", "Officers do not know the hills"),
    ]


def test_a_pronoun_in_a_lead_in_gets_its_sentence() -> None:
    text = "The force has drones. This allows it to:\n\n  • find goats; and\n  • count ducks."
    assert [meaning for _, meaning in told(question(text))][1:] == [
        "The force has drones. This allows it to find goats",
        "The force has drones. This allows it to count ducks",
    ]


@pytest.mark.parametrize("wrap", ["\n    ", "\n", "\n\u00a0\u00a0", "\r\n    "])
def test_a_wrapped_bullet_is_one_finding(wrap: str) -> None:
    reading = question(f"The force:\n\n  • finds goats in{wrap}high fields; and\n  • counts them.")
    assert [meaning for _, meaning in told(reading)] == [
        "The force finds goats in high fields",
        "The force counts them",
    ]
    assert_whole(reading)


# ---------------------------------------------------------------- kinds


def test_an_area_for_improvement_may_be_a_paragraph_and_narrative_follow() -> None:
    text = "Area for improvement\n\nThe force should count its goats.\n\nGoats are found in hills."
    assert told(question(text)) == [
        ("area-for-improvement", "The force should count its goats"),
        ("observation", "Goats are found in hills"),
    ]


def test_areas_may_share_a_lead_in() -> None:
    text = "Areas for improvement\n\nThe force should:\n\n  • count its goats; and\n  • name its ducks."
    assert told(question(text)) == [
        ("area-for-improvement", "The force should count its goats"),
        ("area-for-improvement", "The force should name its ducks"),
    ]


def test_a_list_after_the_areas_is_narrative() -> None:
    areas = "Areas for improvement\n\n  • The force should count its goats.\n\n"
    narrative = "The force is good at farms. The force:\n\n  • feeds ducks."
    assert [kind for kind, _ in told(question(areas + narrative))] == ["area-for-improvement", "strength", "strength"]


def test_narrative_after_recommendations_is_no_recommendation() -> None:
    text = (
        "Cause of concern\n\nBoats are late.\n\nThe delay is a risk to swimmers.\n\nRecommendations\n\n"
        "Within six months, the force should buy a boat.\n\nSwimmers are counted."
    )
    reading = question(text)
    concern, advice, _ = reading.report.findings
    assert [sentence.text for sentence in concern.evidence] == ["The delay is a risk to swimmers."]
    assert (advice.deadline, advice.cause) == ("Within six months", concern.key)
    assert [kind for kind, _ in told(reading)] == ["cause-of-concern", "recommendation", "observation"]
    assert_whole(reading)


def test_a_subheading_of_detailed_findings_is_a_heading() -> None:
    text = (
        "We set out our detailed findings below. These are the basis for our judgment of the force’s performance in "
        "this area.\n\nAssessing the demand for goats\n\nGoats are found."
    )
    reading = question(text)
    assert "Assessing the demand for goats" in [heading.text for heading in reading.headings]
    assert told(reading) == [("observation", "Goats are found")]


def test_a_subheading_of_a_copy_without_blank_lines_is_a_heading() -> None:
    page = f"Durham PEEL 2017\nEffectiveness\n{TITLES[2]}\nAssessing the demand for goats\nGoats are found.\n"
    assert told(read(page)) == [("observation", "Goats are found")]


# ---------------------------------------------------------------- names, quotes, and slips in the originals


def test_another_force_in_the_prose_changes_nothing() -> None:
    reading = question("Surrey Police is good at goats.")
    assert reading.report.force == "durham"
    assert told(reading) == [("strength", "Surrey Police is good at goats")]


@pytest.mark.parametrize("quote", ["’", "'"])
def test_curly_and_straight_quotes_are_one(quote: str) -> None:
    page = FULL.replace("’", quote).replace("force's specialist", f"force{quote}s specialist")
    assert judged(read(page))["5"] == (None, Status.NOT_GRADED, None, Basis.PRINTED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("re-offending?", "reoffending?"),
        ("How effective", "HOW EFFECTIVE"),
        ("supporting victims?", "supporting victims"),
    ],
)
def test_titles_are_known_however_they_are_spelt(old: str, new: str) -> None:
    assert old in FULL
    assert judged(read(FULL.replace(old, new))) == judged(read(FULL))


@pytest.mark.parametrize(
    "line",
    [
        "Contact HMICFRS (e-mail address)",
        "Read more about DurhamThis is HMIC’s third look at goats.",
        "Read the transcript of the video",
        "Download the full report",
        "PEEL: Police effectiveness 2017 – Durham Constabulary",
        "View the five questions for effectiveness",
        "Detailed findings for question 2",
        "Alex Example, Her Majesty’s Inspector of Constabulary",
        "Alex Example, Her Majesty's Inspector of Constabulary",
        "Os hoffech chi ddarllen hwn trwy’r Gymraeg (PDF document)",
        "(PDF document)",
        "Loading graph...",
        "Force x is",
        "score]",
        "***",
    ],
)
def test_junk_lines_are_skipped(line: str) -> None:
    reading = question(f"Goats are found.\n\n{line}\n\nDucks are counted.")
    assert line in [skipped.text for skipped in reading.skipped]
    assert [meaning for _, meaning in told(reading)] == ["Goats are found", "Ducks are counted"]


def test_contact_with_the_public_is_no_contact_line() -> None:
    assert told(question("Contact with goats is rare and poor."))[0][1] == "Contact with goats is rare and poor"


# ---------------------------------------------------------------- refusals


def test_a_question_out_of_the_scheme_is_refused_with_its_line() -> None:
    with pytest.raises(
        UnknownQuestion, match=r"page\.txt, line 30: 'How effective is the force at finding goats\?'"
    ) as refused:
        read(FULL.replace(TITLES[2], "How effective is the force at finding goats?"))
    assert "2017" in refused.value.fault


def test_a_printed_number_above_no_title_is_refused() -> None:
    with pytest.raises(UnknownQuestion, match="line 7"):
        read("Durham PEEL 2017\n\nEffectiveness\n\n2\n\nThe goats of the county\n")


def test_printed_numbers_are_kept_and_said() -> None:
    reading = question("Goats are found.").report
    assert [j.of for j in reading.judgments] == ["2"]
    other = read(f"Durham PEEL 2017\nEffectiveness\n4\n{TITLES[2]}\nGood\nGoats are found.\n")
    assert [j.of for j in other.report.judgments] == ["4"]
    assert other.warnings == ("line 4: question 2 is printed as 4",)


@pytest.mark.parametrize(
    "page",
    [
        "Durham PEEL 2017\n\nEffectiveness\n",
        f"Durham PEEL 2017\n\nEffectiveness\n\n{TITLES[2]}\n",
        "Durham 2017\n\nThe force is good.\n",
        f"{FULL}\n\nHow efficient is the force at keeping people safe and reducing crime?\n\nGood\n",
    ],
    ids=["title only", "question only", "overview", "two pillars"],
)
def test_pages_that_are_no_pillar_page_are_refused(page: str) -> None:
    with pytest.raises(UnreadablePage):
        read(page)


def test_a_date_that_never_was_is_not_believed() -> None:
    reading = read(FULL.replace("22/03/2018", "22/13/2018"))
    assert reading.report.updated is None
    assert "a date that never was" in [line.reason for line in reading.skipped]


@pytest.mark.parametrize("cycle", ["2014", "2015", "2016", "2017", "2018/19"])
@pytest.mark.parametrize("pillar", vocabulary.pillars())
def test_every_question_of_the_scheme_is_read(cycle: str, pillar: str) -> None:
    asked = [q for q in vocabulary.questions(cycle, pillar) if q.key != "pillar"]
    page = "".join(f"{q.key}\n{q.title}\nGood\nGoats are found in {q.key} hills.\n" for q in asked)
    if asked:
        reading = read(f"Durham PEEL {cycle}\n{pillar.capitalize()}\n{page}")
        assert [(j.of, j.title) for j in reading.report.judgments] == [(q.key, q.title) for q in asked]
        assert [f.question for f in reading.report.findings] == [q.key for q in asked]


# ---------------------------------------------------------------- any text at all

Mutation = Callable[[list[str]], list[str]]
COPIES = [FULL.split("\n"), ONE_WORD_LINES_DROPPED.split("\n"), MAIN_TEXT.split("\n")]


def _drop(page: list[str], place: int) -> list[str]:
    return page[: place % len(page)] + page[place % len(page) + 1 :]


def _blank(page: list[str], place: int) -> list[str]:
    return [*page[: place % len(page)], "\u00a0" if place % 2 else "", *page[place % len(page) :]]


def _no_break(page: list[str], place: int) -> list[str]:
    return [
        line.replace(" ", "\u00a0", 1 + place % 3) if n == place % len(page) else line for n, line in enumerate(page)
    ]


def _wrap(page: list[str], place: int) -> list[str]:
    words = page[place % len(page)].split(" ")
    middle = len(words) // 2
    wrapped = [" ".join(words[:middle]), "    " + " ".join(words[middle:])] if middle > 2 else [" ".join(words)]
    return [*page[: place % len(page)], *wrapped, *page[place % len(page) + 1 :]]


def _junk(page: list[str], place: int) -> list[str]:
    junk = [
        "• ",
        "***",
        "2",
        "Good",
        "Areas for improvement",
        "The force:",
        "Last updated 99/99/2017",
        "Recommendations",
        "…",
    ]
    return [*page[: place % len(page)], junk[place % len(junk)], *page[place % len(page) :]]


MUTATIONS = st.lists(
    st.tuples(st.sampled_from([_drop, _blank, _no_break, _wrap, _junk]), st.integers(0, 500)), max_size=12
)


@settings(deadline=None)
@given(st.sampled_from(COPIES), MUTATIONS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_a_damaged_page_is_refused_or_read_whole(
    page: list[str], mutations: list[tuple[Callable[[list[str], int], list[str]], int]], ending: str, mark: str
) -> None:
    for mutate, place in mutations:
        page = mutate(page, place)
    try:
        reading = read(mark + ending.join(page))
    except InputRefused as refused:
        assert refused.mend
        return
    assert_whole(reading)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([line for page in COPIES for line in page] + ["", "•", "The force:", "Cause of concern"])
        | st.text(max_size=20)
    )
)
def test_any_text_is_refused_or_read_whole(lines: list[str]) -> None:
    try:
        reading = read("\n".join(lines), ADDRESS)
    except InputRefused as refused:
        assert refused.mend
        return
    assert_whole(reading)


@pytest.mark.parametrize("page", [FULL, ONE_WORD_LINES_DROPPED, MAIN_TEXT], ids=["full", "one-word", "main text"])
@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_line_ends_do_not_change_what_is_read(page: str, ending: str) -> None:
    one, other = read(page), read("\ufeff" + page.replace("\n", ending))
    assert told(other) == told(one)
    assert [f.key for f in other.report.findings] == [f.key for f in one.report.findings]
    assert _where_said(other.report.judgments) == _where_said(one.report.judgments)
    assert (other.skipped, other.headings) == (one.skipped, one.headings)


def _where_said(judgments: tuple[Judgment, ...]) -> list[tuple[str, Grade | None, int | None]]:
    return [(j.of, j.grade, j.line) for j in judgments]


@pytest.mark.parametrize(
    "line", ["a;" + " " * 19_000 + "x", "A. " * 6_000, "not " * 4_700, "no good " * 2_400, "; and" * 3_000]
)
def test_a_line_made_to_be_slow_is_read_in_a_moment(line: str) -> None:
    started = time.perf_counter()
    question(f"The force:\n\n  • {line}")
    assert time.perf_counter() - started < 3


def test_no_break_spaces_do_not_change_what_is_read() -> None:
    page = (
        FULL.replace("\n\n", "\n\u00a0\n").replace("Last updated ", "Last\u00a0updated ").replace("PEEL ", "PEEL\u00a0")
    )
    page = page.replace("Areas for", "Areas\u00a0for").replace("re-offending?", "re-offending? ")
    assert told(read(page)) == told(read(FULL))
