"""Keys come from the words of a finding, and stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Finding, Kind, Polarity, Report, Sentence, normalised, slug_of_cycle, with_keys


def finding(text: str) -> Finding:
    return Finding(Kind.STRENGTH, Polarity.POSITIVE, None, Sentence(text, 0, len(text)), text, text, "source")


FINDINGS = st.lists(
    st.sampled_from(["Goats", "goats.", "Ducks", "the force’s ducks", "the force's ducks"]).map(finding)
)


@settings(deadline=None)
@given(FINDINGS)
def test_keys_are_unique_in_a_report(findings: list[Finding]) -> None:
    keys = [f.key for f in with_keys(findings)]
    assert len(set(keys)) == len(keys)


@settings(deadline=None)
@given(FINDINGS, FINDINGS)
def test_a_key_stays_when_findings_are_added_after_it(findings: list[Finding], more: list[Finding]) -> None:
    assert with_keys([*findings, *more])[: len(findings)] == with_keys(findings)


@settings(deadline=None)
@given(FINDINGS)
def test_keys_change_nothing_else(findings: list[Finding]) -> None:
    assert [replace(f, key="") for f in with_keys(findings)] == findings


def test_a_repeat_is_numbered() -> None:
    first, second, third = with_keys([finding("Goats."), finding("Ducks."), finding("goats")])
    assert second.key != first.key
    assert third.key == f"{first.key}-2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The force’s  goats.", "the force's goats"),
        ("finds goats;", "finds goats"),
        ("finds\n  goats", "finds goats"),
        ("‘Goats’", "'goats'"),
    ],
)
def test_copies_of_a_statement_agree(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_different_statements_do_not() -> None:
    assert normalised("finds goats") != normalised("finds no goats")


@pytest.mark.parametrize(
    ("cycle", "pillar", "slug"),
    [
        ("2018/19", "efficiency", "kent-2018-19-efficiency"),
        ("2021/22", None, "kent-2021-22"),
        ("2014", "legitimacy", "kent-2014-legitimacy"),
    ],
)
def test_a_report_is_named_after_what_it_is_about(cycle: str, pillar: str | None, slug: str) -> None:
    assert Report("kent", cycle, pillar, None, (), (), ()).slug == slug
    assert slug_of_cycle(cycle) in slug
