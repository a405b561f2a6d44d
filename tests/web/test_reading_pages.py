"""The pages that are read closely: a finding with its links, the issues, and what SPARQL answers."""

from __future__ import annotations

import json
import re
from html import unescape

import httpx
import pytest

from kg.model import Relation
from search.home import Home
from search.web.pages.query import examples
from search.web.wording import RELATIONS as IN_WORDS
from search.web.wording import finding_path
from tests.web.conftest import Open


@pytest.fixture(scope="module")
def linked(pages_home: Home) -> str:
    """The finding with the most links."""
    links = pages_home.snapshot.links
    rows = links.start.tolist() + links.end.tolist()
    assert rows, "the home of these tests has links"
    return str(pages_home.snapshot.records([max(sorted(set(rows)), key=rows.count)])[0]["finding"])


def test_a_finding_s_page_says_all_of_it(client: httpx.Client, pages_home: Home) -> None:
    for hit in pages_home.find("victims", k=5)["hits"]:
        html = unescape(client.get(finding_path(hit["finding"])).text)
        for said in (hit["text"], hit["finding"], hit["source"]["url"], hit["source"]["sha256"], hit["force"]["label"]):
            assert said in html
        assert all(topic in html for topic in hit["topics"])
        assert ("Restated in our own words" in html) is (hit["source"]["wording"] == "restated")
        assert "Cite this" in html and f"data generation {pages_home.generation}" in html


def test_the_links_of_a_finding_are_those_of_the_library(client: httpx.Client, pages_home: Home, linked: str) -> None:
    html = unescape(client.get(finding_path(linked)).text)
    found = pages_home.related(linked, k=6)
    assert found["links"]
    for link in found["links"]:
        heading = IN_WORDS[Relation(link["relation"]), link["start"] == linked]
        section = html.split(f">{heading}</h2>")[1].split("<h2")[0]
        assert finding_path(link["finding"]["finding"]) in section
        assert link["finding"]["text"] in section
    whole = unescape(client.get(unescape(re.findall(r'href="(/\?where=[^"]+)"', html)[0])).text)
    assert f"{len(set(pages_home.linked_to(linked)))} finding" in whole
    for near in found["related"]:
        assert near["text"] in html.split('id="related"')[1]


def test_every_relation_has_words_from_either_end() -> None:
    assert {(relation, end) for relation in Relation for end in (True, False)} == set(IN_WORDS)


def test_the_issues_are_those_of_the_library(client: httpx.Client, pages_home: Home) -> None:
    html = client.get("/issues").text
    every = pages_home.snapshot.issues
    assert every
    assert re.findall(r'href="/issues/([0-9a-f]{12})"', html) == [i["issue"].rpartition("/")[2] for i in every[:25]]
    force = every[0]["forces"][0]["slug"]
    of_one = client.get("/issues", params={"force": force}).text
    assert f"{sum(force in [f['slug'] for f in i['forces']] for i in every)} issue" in of_one
    issue = client.get(f"/issues/{every[0]['issue'].rpartition('/')[2]}").text
    assert all(finding_path(iri) in issue for iri in every[0]["findings"][:20])
    assert client.get("/issues/000000000000").status_code == 404


def test_sparql_answers_as_the_library_does(client: httpx.Client, pages_home: Home) -> None:
    query = (
        "SELECT ?text WHERE { ?f a peel:AreaForImprovement ; peel:force force:kent ; peel:text ?text } ORDER BY ?text"
    )
    html = unescape(client.get("/query", params={"query": query}).text)
    rows = pages_home.table(query)[1]
    assert re.findall(r'<td class="govuk-table__cell">([^<]+)</td>', html) == [row[0] for row in rows] and rows
    assert ">No<" in client.get("/query", params={"query": "ASK { ?f peel:force force:nowhere }"}).text.replace(
        "\n", ""
    )
    assert "peel:" in client.get("/query", params={"query": "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 2"}).text


def test_what_sparql_refuses_is_said_beside_the_query(client: httpx.Client) -> None:
    for query in ("nonsense", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SELECT * {" + "{" * 3000):
        answer = client.get("/query", params={"query": query})
        assert answer.status_code in (400, 413) and "There is a problem" in answer.text
        assert unescape(answer.text).count(query[:60]) >= 1


def test_every_file_of_an_answer_is_what_it_says(client: httpx.Client) -> None:
    query = "SELECT ?f WHERE { ?f a peel:Weakness } LIMIT 3"
    html = client.get("/query", params={"query": query}).text
    files = [unescape(href) for href in re.findall(r'href="(/sparql\?[^"]+)" download', html)]
    assert len(files) == 4
    answers = [client.get(href) for href in files]
    assert all(answer.status_code == 200 for answer in answers)
    assert any(
        len(json.loads(a.text)["results"]["bindings"]) == 3 for a in answers if "json" in a.headers["content-type"]
    )


def test_every_example_query_is_answered(pages_home: Home) -> None:
    assert len(examples()) > 30
    for example in examples():
        pages_home.sparql(example.query)
        assert example.title.endswith((".", "?", ")")) and "estshire" not in example.query + example.title


def test_the_editor_asks_our_endpoint_and_no_other(open_page: Open) -> None:
    page = open_page("/query/editor")
    page.locator(".yasqe_queryButton").first.click()
    page.wait_for_selector(".yasr tbody tr")
    assert page.locator(".yasr tbody tr").count() > 3
    plain = open_page("/query/editor", scripts=False)
    assert plain.get_by_role("link", name="the plain form", exact=True).is_visible()
