"""The pages about Peelgraph say what is so: counted from the home, or word for word from where it was measured."""

from __future__ import annotations

import json
import re
import tomllib
from html import unescape
from pathlib import Path

import httpx
import pytest

from kg import vocabulary
from search.coverage import by_force, parts
from search.home import Home
from search.settings import Settings
from search.web.pages.about import figures
from tests.serving import serving
from tests.web.conftest import DIGEST, FORCES

ROOT = Path(__file__).parents[2]


def plain(html: str) -> str:
    """The text of a page, its spaces made single."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def read_of() -> dict[tuple[str, str | None], set[str]]:
    """What the digest has of the forces of the test's home, by cycle and part, from the files' names alone."""
    found: dict[tuple[str, str | None], set[str]] = {}
    for path in DIGEST.rglob("*.md"):
        force, _, part = path.stem.partition(".")
        if force in FORCES:
            pillar = None if part in ("overview", "report") else part
            found.setdefault((path.parent.name.replace("-19", "/19").replace("1-22", "1/22"), pillar), set()).add(force)
    return found


def test_coverage_is_what_the_files_say(pages_home: Home) -> None:
    every = parts(pages_home)
    assert {(p.cycle, p.pillar): set(p.read) for p in every if p.read} == read_of()
    for part in every:
        assert part.known and sorted([*part.read, *part.missing]) == sorted(vocabulary.forces())
        assert part.official == 0 and 0 <= part.whole <= len(part.read)
    texts = [path.read_text("utf-8") for path in DIGEST.rglob("*.md") if path.name.split(".")[0] in FORCES]
    assert sum(part.whole for part in every) == sum("\ncoverage: whole\n" in text for text in texts)
    assert by_force(every)["kent", "2017"] == (len([p for p in every if p.cycle == "2017" and "kent" in p.read]), 4)


def test_the_coverage_page_counts_the_home(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/about/coverage").text
    every = parts(pages_home)
    text = plain(html)
    assert f"{sum(len(part.read) for part in every)} reports were read" in text
    for part in every:
        assert f"{part.title} {len(part.read)}" in text.replace("\xa0", " ")
        assert f"{part.title} , {len(part.missing)} of 43" in text
    kent = html.split('href="/forces/kent"')[1].partition("</tr>")[0]
    findings = [int(n) for n in re.findall(r'numeric[^>]*">(\d+)<span', kent)]
    assert sum(findings) == len(pages_home.findings_of("?finding a peel:Finding ; peel:force force:kent"))
    surrey = html.split('href="/forces/surrey"')[1].partition("</tr>")[0]
    assert surrey.count("none<span") == len({part.cycle for part in every})


def test_every_figure_stands_in_its_source(client: httpx.Client) -> None:
    text = plain(client.get("/about/accuracy").text)
    for of, every in figures().items():
        assert of in text
        for one in every:
            assert one["figure"] in text and one["what"] in text and (ROOT / one["from"]).is_file()
            if of != "Search":
                source = " ".join((ROOT / one["from"]).read_text("utf-8").split())
                assert one["says"] in source, f"{one['from']} does not say {one['says']!r}"
                assert set(re.findall(r"[\d,.]*\d", one["figure"])) <= set(re.findall(r"[\d,.]*\d", one["says"]))


def test_the_figures_of_search_are_those_recorded(client: httpx.Client) -> None:
    shipped, recorded = ROOT / "search/web/evaluation.json", ROOT / "tests/data/evaluation.json"
    assert shipped.read_bytes() == recorded.read_bytes(), f"copy {recorded} to {shipped}"
    every = json.loads(recorded.read_text("utf-8"))["rankings"]
    (ours,) = (one for one in every if (one["mode"], one["understand"]) == ("hybrid", True))
    text = plain(client.get("/about/accuracy").text)
    assert f"{round(ours['measures']['recall@10']['mean'] * 100)} in 100" in text
    for refused in ("rightly_refused", "wrongly_refused"):
        assert f"{ours[refused]['count']} of {ours[refused]['of']}" in text


def test_the_licence_page_names_every_vendored_package(client: httpx.Client) -> None:
    html = client.get("/about/licence").text
    recorded = tomllib.loads((ROOT / "search/web/static/vendor/VENDORED.toml").read_text("utf-8"))
    for name, package in recorded.items():
        row = html.split(f'<th scope="row" class="govuk-table__header">{name}</th>')[1].partition("</tr>")[0]
        assert package["version"] in row and package["licence"] in row
        licence = re.search(r'href="([^"]+LICENSE)"', row)
        assert licence is not None and client.get(licence[1]).status_code == 200
    assert "Open Government Licence v3.0" in html


@pytest.mark.parametrize(
    ("contact", "href"),
    [("findings@example.org", "mailto:findings@example.org"), ("https://example.org/help", "https://example.org/help")],
)
def test_readers_are_told_whom_to_write_to_where_that_is_set(pages_folder: Path, contact: str, href: str) -> None:
    with serving(pages_folder, {"PEEL_PUBLIC_CONTACT": contact}) as client:
        for page in ("/about", "/about/accuracy", "/about/accessibility"):
            assert f'<a class="govuk-link" href="{href}">{contact}</a>' in client.get(page).text


def test_without_a_contact_no_address_is_made_up(client: httpx.Client) -> None:
    for page in ("/about", "/about/accuracy", "/about/accessibility"):
        assert "mailto:" not in client.get(page).text
    for wrong in ("javascript:alert(1)", "http://example.org", "somebody", "a@b?subject=x"):
        with pytest.raises(ValueError, match="public_contact"):
            Settings(public_contact=wrong)
