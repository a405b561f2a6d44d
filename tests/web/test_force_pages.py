"""The pages of forces, subjects and issues, the comparison and the matrices: the library's numbers, each a way on."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

from kg import vocabulary
from kg.model import Filters
from search.home import Home
from search.lines import lines
from search.subjects import groups, subjects
from search.tally import peers, tally
from tests.web.conftest import FORCES


def plain(html: str) -> str:
    """What is read of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cells(html: str, caption: str) -> dict[str, list[str]]:
    """A table by its caption: the head of each row, and what its cells say."""
    table = next(part for part in html.split("<table")[1:] if caption in part.split("</caption>")[0])
    body = table.split("</thead>")[1].split("</table>")[0]
    rows = {}
    for row in body.split("<tr")[1:]:
        head = re.search(r"<th[^>]*>(.*?)</th>", row, re.S)
        assert head is not None
        rows[plain(head[1])] = [plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
    return rows


@pytest.mark.parametrize("slug", FORCES)
def test_a_force_s_table_has_every_judgment_of_it(client: httpx.Client, pages_home: Home, slug: str) -> None:
    rows = cells(client.get(f"/forces/{slug}").text, "Grades of")
    shown = sorted(word for row in rows.values() for cell in row if (word := cell))
    judged = pages_home.grades(slug)
    assert len(shown) == len(judged) > 0
    words = [(entry["grade"] or "").replace("-", " ").capitalize() for entry in judged]
    for grade in {word for word in words if word}:
        assert sum(cell.startswith(grade) for cell in shown) == words.count(grade)
    for entry in judged:
        line = next(line for line in lines() if line.of(entry["cycle"], entry["pillar"], entry["question"]))
        row = f"{str(line.pillar).capitalize()}, as a whole" if line.whole else line.title
        grade = (entry["grade"] or "").replace("-", " ")
        assert any(cell.lower().startswith(grade) for cell in rows[row] if cell)


def test_grades_that_may_not_be_compared_are_kept_apart(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/forces/cleveland").text
    for pair in pages_home.comparability():
        head = re.search(rf'<th scope="col" class="([^"]*)">{re.escape(pair["later"])}', html)
        assert head is None or ("app-break" in head[1]) is not pair["comparable"]
        assert head is None or pair["comparable"] or pair["why"] in unescape(html)


def test_a_force_s_counts_are_those_of_the_graph(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/forces/kent").text
    for kind, numbers in cells(html, "by kind").items():
        name = "".join(word.capitalize() for word in kind.split())
        counted = len(pages_home.findings_of(f"?finding peel:force force:kent ; a peel:{name}"))
        assert sum(int(number.split()[0]) for number in numbers) == counted


def test_every_force_is_listed(client: httpx.Client) -> None:
    html = client.get("/forces").text
    assert set(re.findall(r'href="/forces/([^"]+)"', html)) == set(vocabulary.forces())


def test_the_nearest_peers_are_like(pages_home: Home) -> None:
    facets = pages_home.snapshot.facets
    found = peers(facets, "kent", 10)
    assert {slug for slug, _ in found} == set(FORCES) - {"kent"}
    likeness = [alike for _, alike in found]
    assert likeness == sorted(likeness, reverse=True) and all(0 < alike <= 1 for alike in likeness)
    assert dict(peers(facets, "gwent", 10))["kent"] == pytest.approx(dict(found)["gwent"])
    assert peers(facets, "surrey") == []


def test_a_tally_counts_as_sparql_does(pages_home: Home) -> None:
    facets = pages_home.snapshot.facets
    counts = tally(facets, ("force", "topic", "polarity"))
    for cell in list(counts)[::50]:
        force, topic, polarity = cell
        if topic is not None:
            rows = facets.allowed(Filters(force=(str(force),), topic=(topic,), polarity=(str(polarity),)))
            assert counts[cell] == len(rows)
    assert sum(tally(facets, ("force",)).values()) == facets.count
    assert sum(tally(facets, ("force", "question")).values()) == facets.count, "those under no question count too"


def test_a_line_joins_questions_that_the_ontology_calls_the_same() -> None:
    every = [(q.cycle, q.pillar, q.key) for line in lines() for q in line.questions]
    assert len(set(every)) == len(every), "each question is on one line"
    effectiveness = next(line for line in lines() if line.of("2017", "effectiveness", "3"))
    assert effectiveness.of("2021/22", None, "protecting-vulnerable-people")
    assert not effectiveness.of("2017", "effectiveness", None)
    investigating = [line.title for line in lines()].index("Investigating crime")
    assert lines()[investigating - 1].of("2018/19", "effectiveness", "2"), "an area stands after what it grew out of"


def test_a_subject_s_page_counts_what_is_said(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/subjects/stop-and-search").text
    facets = pages_home.snapshot.facets
    shown = cells(html, "by force")
    assert shown
    for label, (praise, criticism, neither) in shown.items():
        sides = zip(("positive", "negative", "neutral"), (praise, criticism, neither), strict=True)
        for side, number in sides:
            wanted = facets.resolve(Filters(force=(label,), topic=("stop-and-search",), polarity=(side,)))
            assert int(number.split()[0]) == len(facets.allowed(wanted))
    assert subjects()["stop-and-search"].definition in unescape(html)
    chart = re.findall(r'<text [^>]*font-size="13"[^>]*>([^<]+)</text>', html)
    total = len(facets.allowed(Filters(topic=("stop-and-search",))))
    assert sum(map(int, chart[::2])) == total, "the bars and the table say the same"


def test_every_subject_is_listed_once(client: httpx.Client) -> None:
    html = client.get("/subjects").text
    listed = re.findall(r'<li><a class="govuk-link" href="/subjects/([^"]+)"', html)
    assert sorted(listed) == sorted(slug for slug in subjects() if slug not in groups())


def test_the_forces_compared_stand_side_by_side(client: httpx.Client, pages_home: Home) -> None:
    html = client.get(
        "/compare", params={"force": ["norfolk", "suffolk"], "matter": "2018-19_effectiveness_pillar"}
    ).text
    rows = cells(html, "Grades of the forces compared")
    judged = {
        (e["force"], e["cycle"]): e["grade"]
        for e in pages_home.grades()
        if e["pillar"] == "effectiveness" and e["question"] is None
    }
    for cycle, (norfolk, suffolk) in rows.items():
        for slug, said in (("norfolk", norfolk), ("suffolk", suffolk)):
            number = cycle.split()[1]
            grade = judged.get((slug, number)) or ""
            assert said.lower().startswith(grade.replace("-", " "))


def test_what_the_forces_compared_were_told_is_what_a_search_finds(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/compare", params={"force": ["norfolk", "suffolk"], "text": "stop and search"}).text
    expected = [
        hit["finding"].rpartition("#")[2]
        for force in ("norfolk", "suffolk")
        for hit in pages_home.find("stop and search", k=5, understand=False, force=force)["hits"]
        if hit["close"]
    ]
    assert re.findall(r'href="/findings/[^"]+/([^"/]+)">This finding', html) == expected and expected


@pytest.mark.parametrize("forces", [["kent"], ["kent", "kent"], [*FORCES, "surrey"], ["kent", "westshire"]])
def test_what_cannot_be_compared_is_refused_with_the_form(client: httpx.Client, forces: list[str]) -> None:
    answer = client.get("/compare", params={"force": forces})
    assert answer.status_code == 400 and "There is a problem" in answer.text and "<select" in answer.text


def test_the_matrix_of_grades_is_the_judgments(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/matrix", params={"matter": "2018-19_legitimacy_pillar"}).text
    rows = cells(html, "Grades of every force")
    judged = [e for e in pages_home.grades() if e["pillar"] == "legitimacy" and e["question"] is None and e["grade"]]
    shown = [cell for force, row in rows.items() if "forces" not in force for cell in row if cell]
    names = ("Outstanding", "Good", "Requires improvement", "Inadequate")
    assert sum(cell.startswith(names) for cell in shown) == len(judged) > 0
    assert len([force for force in rows if "forces" not in force]) == 43


def test_a_cell_of_a_matrix_is_the_search_for_its_findings(client: httpx.Client) -> None:
    html = client.get("/matrix/subjects", params={"group": "preventing-crime", "polarity": "negative"}).text
    found = re.findall(r'<td[^>]*><a class="govuk-link" href="([^"]+)">(\d+)<', html)
    assert found
    for href, number in found[:6]:
        said = client.get(unescape(href)).text
        assert re.search(rf'id="results"[^>]*>\s*{number} finding', said)
