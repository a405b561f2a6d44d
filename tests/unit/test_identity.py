"""Force, cycle and pillar come from the title and the address, never from the prose."""

from __future__ import annotations

import pytest

from kg.errors import IdentityConflict, InputRefused, UnknownCycle, UnknownForce, UnreadablePage
from kg.readers.identity import identify
from kg.readers.text import lines

EFFECTIVENESS = "How effective is the force at keeping people safe and reducing crime?"
SITE = "https://hmicfrs.justiceinspectorates.gov.uk/"
ADDRESS = f"{SITE}peel-assessments/peel-2017/durham/effectiveness/"


def identity(text: str, url: str | None = None) -> tuple[str, str, str]:
    found = identify(list(lines(text)), url, "page.txt")
    return found.force.slug, found.cycle, found.page


def refusal(text: str, url: str | None = None) -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        identity(text, url)
    return refused.value


@pytest.mark.parametrize(
    ("title", "force", "cycle"),
    [
        ("Durham PEEL 2017", "durham", "2017"),
        ("Durham\u00a0PEEL  2017", "durham", "2017"),
        ("Durham PEEL 2018", "durham", "2018/19"),
        ("Durham PEEL 2018/19", "durham", "2018/19"),
        ("Lancashire Constabulary PEEL 2014", "lancashire", "2014"),
        ("Thames Valley PEEL 2016", "thames-valley", "2016"),
        ("Avon and Somerset PEEL 2015", "avon-and-somerset", "2015"),
        ("Devon & Cornwall PEEL 2015", "devon-and-cornwall", "2015"),
        ("Dyfed-Powys PEEL 2016", "dyfed-powys", "2016"),
        ("City of London PEEL 2016", "city-of-london", "2016"),
        ("Metropolitan Police Service PEEL 2016", "metropolitan", "2016"),
    ],
)
def test_the_title_names_force_and_cycle(title: str, force: str, cycle: str) -> None:
    assert identity(f"{title}\nEffectiveness\nIt is good.") == (force, cycle, "effectiveness")


@pytest.mark.parametrize(
    "address",
    [
        "http://www.justiceinspectorates.gov.uk/hmic/peel-assessments/peel-2017/durham/effectiveness/",
        "https://www.justiceinspectorates.gov.uk/hmicfrs/peel-assessments/peel-2017/durham/effectiveness",
        "https://www.justiceinspectorates.gov.uk///hmicfrs//peel-assessments/peel-2017/durham/effectiveness/?",
        "https://hmicfrs.justiceinspectorates.gov.uk/peel-assessments/peel-2017/durham/effectiveness/detailed-findings/",
        "HTTPS://HMICFRS.justiceinspectorates.gov.uk/PEEL-assessments/peel-2017/Durham/Effectiveness/#top",
    ],
)
def test_every_form_of_an_address_names_all_three(address: str) -> None:
    assert identity("The force is good.", address) == ("durham", "2017", "effectiveness")


def test_peel_2018_in_an_address_means_2018_19() -> None:
    address = ADDRESS.replace("2017", "2018")
    assert identity("The force is good.", address) == ("durham", "2018/19", "effectiveness")
    assert identity("Durham PEEL 2018\nEffectiveness", address) == ("durham", "2018/19", "effectiveness")


def test_a_short_link_says_nothing_and_the_title_all() -> None:
    assert identity("Durham PEEL 2017\nLegitimacy", "https://hmicfrs.justiceinspectorates.gov.uk/?p=146519") == (
        "durham",
        "2017",
        "legitimacy",
    )


@pytest.mark.parametrize(
    "sign",
    ["Questions for Efficiency", "Efficiency", "How efficient is the force at keeping people safe and reducing crime?"],
)
def test_the_pillar_is_read_from_any_of_its_signs(sign: str) -> None:
    assert identity(f"Durham PEEL 2017\n\n{sign}\n\nIt is good.") == ("durham", "2017", "efficiency")


@pytest.mark.parametrize(
    ("text", "url", "expected"),
    [
        ("Durham 2018/19\nIt is good.", None, ("durham", "2018/19", "overview")),
        ("Durham 2014", ADDRESS.replace("2017", "2014").removesuffix("effectiveness/"), ("durham", "2014", "overview")),
        ("It is good.", ADDRESS.removesuffix("effectiveness/"), ("durham", "2017", "overview")),
        ("Goats.", ADDRESS.replace("effectiveness", "other-reports"), ("durham", "2017", "other-reports")),
        ("Goats.", f"{SITE}peel-reports/durham-2021-22/", ("durham", "2021/22", "report")),
        ("Goats.", f"{SITE}peel-reports/durham-2023-25", ("durham", "2023-25", "report")),
        (
            "PEEL 2023–25: An inspection of Durham Constabulary\nOverall summary",
            None,
            ("durham", "2023-25", "report"),
        ),
    ],
)
def test_other_kinds_of_pages_are_known(text: str, url: str | None, expected: tuple[str, str, str]) -> None:
    assert identity(text, url) == expected


@pytest.mark.parametrize(
    ("title", "cycle"),
    [
        ("PEEL 2023–25 Police effectiveness, efficiency and legitimacy: An inspection of {}", "2023-25"),
        ("PEEL 2023–2025: An inspection of {}", "2023-25"),
        ("PEEL 2021/22 – An inspection of the {}", "2021/22"),
        ("PEEL Assessment 2021/22: {}", "2021/22"),
        ("PEEL 2025–27: An inspection of {}", "2025-27"),
    ],
)
def test_the_title_of_a_whole_force_report_names_force_and_cycle(title: str, cycle: str) -> None:
    page = f"{title.format('Durham Constabulary')}\nOverall summary"
    assert identity(page) == ("durham", cycle, "report")


def test_the_name_of_another_report_far_down_is_no_title() -> None:
    page = "\n".join(["Overall summary", *["Goats are found."] * 40, "Kent 2016"])
    assert identity(page, f"{SITE}peel-reports/durham-2023-25/") == ("durham", "2023-25", "report")


def test_banners_and_prose_do_not_set_force_or_cycle() -> None:
    page = "Inspecting PEEL 2021\nOur programme for 2025\nDurham PEEL 2017\nEffectiveness\nKent Police is good."
    assert identity(page) == ("durham", "2017", "effectiveness")


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("Durham PEEL 2016", ADDRESS),
        ("Kent PEEL 2017", ADDRESS),
        ("Durham PEEL 2018", ADDRESS),
        ("Durham PEEL 2017", ADDRESS.replace("effectiveness", "legitimacy")),
        ("Durham PEEL 2017", "https://hmicfrs.justiceinspectorates.gov.uk/peel-reports/durham-2021-22/"),
    ],
)
def test_title_and_address_must_agree(title: str, url: str) -> None:
    assert isinstance(refusal(f"{title}\n{EFFECTIVENESS}", url), IdentityConflict)


@pytest.mark.parametrize(
    ("text", "url", "error", "says"),
    [
        ("Westshire PEEL 2017\nEffectiveness", None, UnknownForce, "'Westshire'"),
        ("x", ADDRESS.replace("durham", "westshire"), UnknownForce, "'westshire'"),
        ("Durham PEEL 2013\nEffectiveness", None, UnknownCycle, "'2013'"),
        ("The force is good.", None, UnreadablePage, "no title"),
        ("Durham 2017\nIt is good.", ADDRESS, IdentityConflict, "an overview"),
        ("Overall summary\nOur judgments", None, UnreadablePage, "a report on a whole force"),
        ("It is good.", f"{SITE}publications/peel-assessment-2018-19-durham/", UnreadablePage, "no PEEL page"),
        ("Durham PEEL 2017\nIt is good.", None, UnreadablePage, "no pillar"),
        (
            f"Durham PEEL 2017\n{EFFECTIVENESS}\nQuestions for Legitimacy",
            None,
            UnreadablePage,
            "effectiveness and legitimacy",
        ),
        (
            f"Durham PEEL 2017\n{EFFECTIVENESS}\nQuestions for Legitimacy",
            ADDRESS,
            UnreadablePage,
            "effectiveness and legitimacy",
        ),
    ],
)
def test_what_names_no_pillar_page_is_refused(text: str, url: str | None, error: type[InputRefused], says: str) -> None:
    found = refusal(text, url)
    assert isinstance(found, error)
    assert says in found.fault
    assert found.fault.startswith("page.txt")
