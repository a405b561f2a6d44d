"""Any text at all is refused, or read with an account of every line."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputRefused
from kg.model import Grade, Judgment
from tests.unit.readings import (
    ADDRESS,
    FULL,
    MAIN_TEXT,
    ONE_WORD_LINES_DROPPED,
    REPORT_ADDRESS,
    assert_whole,
    invented,
    main_text,
    question,
    read,
    spaced,
    told,
)

Mutation = Callable[[list[str]], list[str]]
REPORT = invented("report.txt")
OVERVIEWS = [invented("overview.txt"), invented("overview-2014.txt")]
PILLARS = [FULL, ONE_WORD_LINES_DROPPED, MAIN_TEXT]
COPIES = [page.split("\n") for page in [*PILLARS, *OVERVIEWS, REPORT, main_text(*REPORT.split("\n\n"))]]


def _drop(page: list[str], place: int) -> list[str]:
    return page[: place % len(page)] + page[place % len(page) + 1 :]


def _double(page: list[str], place: int) -> list[str]:
    return page[: place % len(page)] + page[place % len(page) :][: 1 + place % 4] + page[place % len(page) :]


def _move(page: list[str], place: int) -> list[str]:
    taken = page[place % len(page) :][:3]
    rest = page[: place % len(page)] + page[place % len(page) + 3 :]
    return [*rest[: place // 3], *taken, *rest[place // 3 :]]


def _bullets(page: list[str], place: int) -> list[str]:
    return [line.replace("•", "•·▪-*–"[place % 6]) for line in page]


def _quotes(page: list[str], place: int) -> list[str]:
    return [line.replace("’", "'") if place % 2 else line.replace("'", "’") for line in page]


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


CHANGES = [_drop, _double, _move, _bullets, _quotes, _blank, _no_break, _wrap, _junk]
MUTATIONS = st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 500)), max_size=12)


@settings(deadline=None)
@given(st.sampled_from(COPIES), MUTATIONS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_a_damaged_page_is_refused_or_read_whole(
    page: list[str], mutations: list[tuple[Callable[[list[str], int], list[str]], int]], ending: str, mark: str
) -> None:
    url = REPORT_ADDRESS if "Overall summary" in page else None
    for mutate, place in mutations:
        page = mutate(page, place)
    try:
        reading = read(mark + ending.join(page), url)
    except InputRefused as refused:
        assert refused.mend
        return
    assert_whole(reading)


BLOCKS = st.lists(
    st.sampled_from(
        [
            "Area for improvement\n\nThe force should count {tag}",
            "Areas for improvement\n\n  • The force should feed {tag}.\n  • The force should ring {tag}.",
            "Main findings\n\nThe force finds {tag}\n\nIt looks for {tag}:\n\n  • by day; and\n  • with {tag}.",
            "Cause of concern\n\nThe force loses {tag}\n\nRecommendations\n\nThe force should:\n\n  • find {tag}.",
            "Innovative practice\n\nThe force counts {tag}\n\nIt does so with {tag}.",
            "Durham Constabulary is good to {tag}. The force:\n\n  • greets {tag}; and\n  • likes {tag}.",
            "Cases of {tag}\n\nIn 2 of 40 cases there was {tag}.",
        ]
    ),
    min_size=1,
    max_size=5,
)
AREAS = {
    "Responding to the public": ("responding-to-the-public", "goats"),
    "Investigating crime": ("investigating-crime", "ducks"),
    "Protecting vulnerable people": ("protecting-vulnerable-people", "hens"),
    "HM Inspector’s summary": (None, "bees"),
}


@settings(deadline=None)
@given(
    st.permutations(list(AREAS)),
    st.lists(st.tuples(st.sampled_from(["Good", "Adequate", ""]), BLOCKS), min_size=4, max_size=4),
    st.sampled_from([spaced, main_text]),
)
def test_no_finding_of_one_area_stands_under_another(
    order: list[str], contents: list[tuple[str, list[str]]], layout: Callable[..., str]
) -> None:
    blocks: list[str] = []
    for title, (grade, parts) in zip(order, contents, strict=True):
        written = "\n\n".join([title, grade, *parts]).format(tag=AREAS[title][1])
        blocks += [block for block in written.split("\n\n") if block]
    reading = read(layout(*blocks), REPORT_ADDRESS)
    assert_whole(reading)
    tags = dict(AREAS.values())
    for finding in reading.report.findings:
        words = " ".join([finding.text, *(sentence.text for sentence in finding.evidence)])
        assert {tag for tag in tags.values() if tag in words} == {tags[finding.question]}


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
