"""The links around a finding or within an issue: the table is the library's links, the picture is the table."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page

from kg.model import Relation
from search.home import Home
from search.web.wording import finding_path
from tests.web.checking import assert_accessible, assert_valid
from tests.web.conftest import WIDTHS, Open

Edge = tuple[str, str, str]


@pytest.fixture(scope="module")
def busiest(pages_home: Home) -> str:
    """The finding with most links."""
    links = pages_home.snapshot.links
    count = np.bincount(np.concatenate([links.start, links.end]))
    return str(pages_home.snapshot.iris[int(count.argmax())])


def of_finding(iri: str, size: int | None = None) -> str:
    return f"/graph?finding={quote(iri, safe='')}" + (f"&size={size}" if size else "")


def of_issue(home: Home) -> str:
    return f"/graph?issue={quote(home.snapshot.issues[0]['issue'], safe='')}"


def table(html: str) -> tuple[list[str], set[Edge], set[Edge]]:
    """The paths of the findings by number, the links that are drawn, and those seen from their other end."""
    rows = re.findall(r'<tr [^>]*data-node="(\d+)".*?</tr>', html, re.DOTALL)
    assert rows == [str(n) for n in range(1, len(rows) + 1)]
    drawn: set[Edge] = set()
    mirrored: set[Edge] = set()
    bodies = re.findall(r"<tr [^>]*data-node=.*?</tr>", html, re.DOTALL)
    paths = [unescape(re.findall(r'href="(/findings/[^"]+)"', row)[0]) for row in bodies]
    for number, row in enumerate(bodies):
        for to, relation in re.findall(r'href="#finding-(\d+)"(?: data-relation="([^"]+)")?', row):
            ends = (paths[number], paths[int(to) - 1])
            (drawn if relation else mirrored).add((*ends, relation) if relation else (*ends[::-1], ""))
    return paths, drawn, mirrored


def expected(home: Home, paths: list[str]) -> set[Edge]:
    """The links of the library whose two findings both stand on the page."""
    links, iris = home.snapshot.links, home.snapshot.iris
    every = {
        (finding_path(iris[links.start[at]]), finding_path(iris[links.end[at]]), str(links.named(at)))
        for at in links.places()
    }
    return {edge for edge in every if edge[0] in paths and edge[1] in paths}


def test_the_table_has_the_links_around_the_finding(client: httpx.Client, pages_home: Home, busiest: str) -> None:
    html = client.get(of_finding(busiest, 300)).text
    paths, drawn, mirrored = table(html)
    assert paths[0] == finding_path(busiest) and len(paths) == len(set(paths)) <= 300
    assert drawn == expected(pages_home, paths)
    assert {edge[:2] for edge in drawn} == {edge[:2] for edge in mirrored}, "each link is told at both ends"
    near = {one["finding"]["finding"] for one in pages_home.related(busiest, k=300)["links"]}
    assert {finding_path(iri) for iri in near} == {e[0] if e[1] == paths[0] else e[1] for e in drawn if paths[0] in e}


def test_a_small_picture_has_the_surest_and_says_so(client: httpx.Client, pages_home: Home, busiest: str) -> None:
    html = client.get(of_finding(busiest, 5)).text
    paths, drawn, _ = table(html)
    best = pages_home.snapshot.links.of(pages_home.snapshot.row_of(busiest))
    others = best.other(pages_home.snapshot.row_of(busiest)).tolist()
    assert paths[1:] == [finding_path(pages_home.snapshot.iris[row]) for row in dict.fromkeys(others)][:4]
    assert drawn <= expected(pages_home, paths) and "that are one or two links away" in html
    assert "A machine made them" in html


def test_an_issue_has_its_own_findings(client: httpx.Client, pages_home: Home) -> None:
    issue = pages_home.snapshot.issues[0]
    paths, drawn, _ = table(client.get(of_issue(pages_home)).text)
    assert set(paths) == {finding_path(iri) for iri in issue["findings"]}
    assert drawn == expected(pages_home, paths)


def test_what_is_not_there_is_said(client: httpx.Client) -> None:
    nothing = client.get("/graph", headers={"accept": "text/html"})
    assert nothing.status_code == 400 and "open the graph from the page of one" in nothing.text
    assert client.get("/graph", params={"finding": "kent-2017-effectiveness#f-000000000000"}).status_code == 404
    assert client.get("/graph", params={"issue": "https://example.org/issue"}).status_code == 404
    assert client.get("/graph", params={"finding": "x", "size": 301}).status_code == 400


def test_a_finding_without_links_says_so(client: httpx.Client, pages_home: Home, open_page: Open) -> None:
    links = pages_home.snapshot.links
    alone = np.setdiff1d(np.arange(pages_home.snapshot.facets.count), np.concatenate([links.start, links.end]))
    address = of_finding(str(pages_home.snapshot.iris[int(alone[0])]))
    html = client.get(address).text
    assert "No link was found." in html and "<table" not in html
    assert_valid(html)
    assert_accessible(open_page(address, 320))


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_valid_and_accessible(
    client: httpx.Client, pages_home: Home, busiest: str, open_page: Open, width: int
) -> None:
    for address in (of_finding(busiest), of_issue(pages_home)):
        assert_valid(client.get(address).text)
        assert_accessible(drawn_page(open_page, address, width))


def drawn_page(open_page: Open, address: str, width: int = 1280) -> Page:
    page = open_page(address, width)
    page.wait_for_selector(".app-graph__picture canvas")
    return page


def test_without_scripts_the_table_stands_alone(open_page: Open, busiest: str) -> None:
    plain = open_page(of_finding(busiest), scripts=False)
    assert plain.locator("table.app-nodes tbody tr").count() > 1 and not plain.locator("#picture").is_visible()
    drawn = drawn_page(open_page, of_finding(busiest))
    assert drawn.locator("table.app-nodes").inner_text() == plain.locator("table.app-nodes").inner_text()


def test_every_relation_has_a_line_and_a_name_of_its_own(client: httpx.Client) -> None:
    script = client.get("/static/graph.mjs").text
    styles = dict(re.findall(r'^  "?([a-z-]+)"?: \{ (name: .*) \},$', script, re.MULTILINE))
    assert set(styles) == set(Relation)
    names = [re.findall(r'name: "([^"]+)"', style)[0] for style in styles.values()]
    lines = [style.partition(", ")[2] for style in styles.values()]
    assert len(set(names)) == len(set(lines)) == len(Relation), "told apart by line and by name"


def test_the_picture_is_worked_by_keyboard(open_page: Open, busiest: str) -> None:
    page = drawn_page(open_page, of_finding(busiest))
    page.locator(".app-graph__picture").focus()
    said = page.locator(".app-graph__said")
    page.keyboard.press("ArrowRight")
    first = page.locator("table.app-nodes tbody tr").nth(0)
    assert first.locator(".app-nodes__words").inner_text() in said.inner_text()
    page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("2. ")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert said.inner_text().startswith(f"{page.locator('table.app-nodes tbody tr').count()}. ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{finding_path(busiest)}")
