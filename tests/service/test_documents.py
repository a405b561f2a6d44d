"""Linked data: every IRI of ours leads to a document, and every document says what the graph says."""

from __future__ import annotations

import random
import re
from html import unescape

import pytest
from fastapi.testclient import TestClient
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import FOAF, RDF, RDFS, SKOS

from ontology import BASE
from ontology.terms import PEEL
from search.home import Home

FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
    "nt": ("application/n-triples", "nt"),
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
THINGS = ["force/kent", "report/kent-2017-effectiveness", "question/2017/effectiveness/3", "topic/body-worn-video",
          "cycle/2017", "pillar/effectiveness", "grade/four-tier/good", "inspection/kent-2017-effectiveness",
          "scheme/topic", "wording/restated", "dataset"]  # fmt: skip


def plain(graph: Graph) -> set[tuple[object, object, object]]:
    """Triples in which a string is written one way: RDF 1.1 has no plain literals beside xsd:string."""
    return {(s, p, (str(o), o.language) if isinstance(o, Literal) else o) for s, p, o in graph}


def read(client: TestClient, address: str, syntax: str) -> Graph:
    return Graph().parse(data=client.get(address).content, format=syntax)


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("*/*", "html"),
        (BROWSER, "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("text/turtle;q=0.4, application/n-triples;q=0.5", "nt"),
        ("application/rdf+xml, text/turtle;q=0.9, */*;q=0.1", "ttl"),
        ("text/html;q=0, */*", "ttl"),
    ],
)
def test_a_thing_leads_to_the_document_that_accept_asks_for(client: TestClient, accept: str, ending: str) -> None:
    answer = client.get("/id/force/kent", headers={"accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/doc/force/kent.{ending}")
    assert "Accept" in answer.headers["vary"]
    assert client.get(answer.headers["location"]).status_code == 200


def test_406_only_where_nothing_fits(client: TestClient) -> None:
    for address in ("/id/force/kent", "/doc/force/kent"):
        answer = client.get(address, headers={"accept": "image/png, text/*;q=0"})
        assert answer.status_code == 406 and answer.json()["status"] == 406
    assert client.get("/doc/force/kent.ttl", headers={"accept": "image/png"}).status_code == 200


def test_a_document_without_ending_is_in_the_format_asked_for(client: TestClient) -> None:
    answer = client.get("/doc/force/kent", headers={"accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["content-location"] == "/doc/force/kent.jsonld" and "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("thing", THINGS)
def test_a_document_is_the_same_in_every_format_and_says_what_the_graph_says(
    client: TestClient, home: Home, thing: str
) -> None:
    node = URIRef(f"{BASE}id/{thing}")
    documents = {}
    for ending, (media_type, syntax) in FORMATS.items():
        answer = client.get(f"/doc/{thing}.{ending}")
        assert answer.headers["content-type"].split(";")[0] == media_type
        documents[ending] = plain(Graph().parse(data=answer.content, format=syntax))
    assert documents["ttl"] == documents["jsonld"] == documents["nt"]
    said = {(s, p, o) for s, p, o in documents["nt"] if s == node}
    held = Graph()
    for triple in home.graph.triples((node, None, None)):
        held.add(triple[:3])
    assert said == plain(held) != set()


def test_a_document_says_nothing_that_the_graph_does_not(client: TestClient, home: Home) -> None:
    found = read(client, "/doc/report/kent-2017-effectiveness.nt", "nt")
    about = URIRef(f"{BASE}doc/report/kent-2017-effectiveness")
    for s, p, o in found:
        assert s == about or (s, p, o) in home.graph or any(str(o) == str(x) for x in home.graph.objects(s, p)), (
            s,
            p,
            o,
        )
    assert (about, FOAF.primaryTopic, URIRef(f"{BASE}id/report/kent-2017-effectiveness")) in found


def test_a_report_s_document_holds_its_findings_whole(client: TestClient, home: Home) -> None:
    found = read(client, "/doc/report/kent-2017-effectiveness.ttl", "turtle")
    report = URIRef(f"{BASE}id/report/kent-2017-effectiveness")
    findings = set(home.graph.subjects(PEEL.report, report)) & set(home.graph.subjects(RDF.type, PEEL.Finding))
    assert findings == set(found.subjects(RDF.type, PEEL.Finding)) != set()
    for finding in findings:
        assert set(found.objects(finding, PEEL.topic)) == set(home.graph.objects(finding, PEEL.topic))
        span = found.value(finding, PEEL.span)
        assert span is not None and (span, RDF.type, None) in found


def test_things_of_ours_are_labelled(client: TestClient, home: Home) -> None:
    for thing in THINGS:
        found = read(client, f"/doc/{thing}.ttl", "turtle")
        for node in set(found.objects()):
            if isinstance(node, URIRef) and node.startswith(f"{BASE}id/"):
                labels = {*home.graph.objects(node, RDFS.label), *home.graph.objects(node, SKOS.prefLabel)}
                assert not labels or {*found.objects(node, RDFS.label), *found.objects(node, SKOS.prefLabel)}, node


def test_every_iri_of_ours_in_the_graph_has_a_document(client: TestClient, home: Home) -> None:
    named = {str(s).partition("#")[0] for s in home.graph.subjects() if str(s).startswith(f"{BASE}id/")}
    kinds: dict[str, list[str]] = {}
    for iri in sorted(named):
        kinds.setdefault(iri.removeprefix(f"{BASE}id/").split("/")[0], []).append(iri)
    assert {"force", "report", "topic", "cycle", "question", "grade", "inspection", "dataset"} <= set(kinds)
    chosen = random.Random(7)
    for iris in kinds.values():
        for iri in chosen.sample(iris, min(3, len(iris))):
            path = iri.removeprefix(BASE.rstrip("/"))
            location = client.get(path, headers={"accept": "text/turtle"}).headers["location"]
            assert (URIRef(iri), None, None) in read(client, location, "turtle"), iri
            assert client.get(path.replace("/id/", "/doc/", 1) + ".html").status_code == 200


def test_links_and_tags(client: TestClient) -> None:
    answer = client.get("/doc/force/kent.ttl")
    link = answer.headers["link"]
    assert f'<{BASE}doc/force/kent>; rel="canonical"' in link
    assert '</doc/force/kent.html>; rel="alternate"; type="text/html"' in link and "kent.ttl" not in link
    again = client.get("/doc/force/kent.ttl", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/doc/force/kent.nt", headers={"if-none-match": answer.headers["etag"]}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["force/westshire", "nothing", "", "force/kent%0d%0aX-Y:1", "a%00b", "%3Cscript%3E", "../force/kent", "é" * 50],
)
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    for address in (f"/id/{path}", f"/doc/{path}.ttl", f"/doc/{path}.html"):
        answer = client.get(address, headers={"accept": "text/turtle"})
        assert answer.status_code == 404, address
        assert "x-y" not in answer.headers


def test_the_page_of_a_thing_is_for_people(client: TestClient) -> None:
    page = client.get("/doc/report/kent-2017-effectiveness.html").text
    assert "Kent Police: PEEL 2017 effectiveness" in page and 'href="/id/force/kent"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids), "a link leads nowhere"
    assert "<script>" not in page and "style=" not in page


def test_head_is_get_without_a_body(client: TestClient) -> None:
    head = client.head("/doc/force/kent.ttl")
    assert head.status_code == 200 and head.content == b""
    assert head.headers["content-type"] == client.get("/doc/force/kent.ttl").headers["content-type"]


def test_the_page_of_a_link_says_what_holds_between_which_words(client: TestClient, home: Home) -> None:
    links = home.sparql(
        "SELECT ?link ?label ?start ?end { ?link a peel:Link ; peel:relation/skos:prefLabel ?label ;"
        " peel:linkFrom ?start ; peel:linkTo ?end } ORDER BY ?link LIMIT 1"
    )
    assert isinstance(links, list)
    (link,) = links
    address = str(link["link"]).replace("https://w3id.org/peelgraph", "")
    html = unescape(client.get(f"{address.replace('/id/', '/doc/')}.html").text)
    start, end = (home.record(str(link[name]))["text"] for name in ("start", "end"))
    assert f"{link['label']}: {start} / {end}" in html
    assert re.search(rf"<h1[^>]*>{link['label']}</h1>", html) and "A machine found this link" in html
    assert html.index("app-card__title") < html.index("peel:linkFrom")
