"""The ontology and the description of the data over HTTP: each in the format asked for, and true."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from rdflib import OWL, RDF, SKOS, Dataset, Graph, Literal, URIRef
from rdflib.compare import to_isomorphic
from rdflib.namespace import VOID

import ontology
from kg import generations
from kg.description import DATASET, DESCRIPTION_GRAPH, ID
from kg.store import OxigraphStore
from ontology.terms import PEEL
from search import collect, publish
from search.encoder import Encoder
from search.home import Home
from search.show import ATTRIBUTION
from search.web.negotiation import HTML, JSON_LD, TURTLE, negotiated
from tests.serving import serving

PEEL_COMMAND = Path(sys.executable).with_name("peel")
DIGEST = Path(__file__).parents[1] / "kg" / "digest" / "2017"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
OFFERED = (HTML, TURTLE, JSON_LD)

NEGOTIATION = [
    ("", HTML),
    ("*/*", HTML),
    (BROWSER, HTML),
    ("text/turtle", TURTLE),
    ("TEXT/Turtle", TURTLE),
    ("application/ld+json", JSON_LD),
    ("application/*", JSON_LD),
    ("text/*", HTML),
    ("text/*, text/html;q=0", TURTLE),
    ("text/html;q=0.5, text/turtle", TURTLE),
    ("text/html;q=0.5, text/turtle;q=0.5", HTML),
    ("text/turtle;q=0.5, text/html;q=0.5", HTML),
    ("text/html;q=0.51 , text/turtle ; q=0.512", TURTLE),
    ("*/*;q=0.1, application/ld+json;q=0.2", JSON_LD),
    ("text/turtle;q=0.2, text/*;q=0.9", HTML),
    ("text/html;q=0.1, text/*;q=0.9", TURTLE),
    ("text/html;q=0, */*;q=0.1", TURTLE),
    ("text/turtle;charset=utf-8", TURTLE),
    ("text/turtle;charset=utf-8;q=0.3, text/html;q=0.2", TURTLE),
    ('application/ld+json;profile="https://www.w3.org/ns/json-ld#compacted"', JSON_LD),
    ('application/ld+json;profile="text/html, text/html;q=1";q=0.9, text/html;q=0.8', JSON_LD),
    ("application/rdf+xml, text/turtle;q=0.9", TURTLE),
    ("text/html;level=1;q=0.3, text/html;q=0.7, text/turtle;q=0.5", HTML),
    ("text/turtle;q=2, application/ld+json;q=0.1", JSON_LD),
    ("text/turtle;q=-1, application/ld+json;q=0.1", JSON_LD),
    ("text/turtle;Q=0.1, application/ld+json;q=0.2", JSON_LD),
    ("nonsense, text/turtle", TURTLE),
    (",,text/turtle,", TURTLE),
    ("text/turtle;q=0.0", None),
    ("image/png", None),
    ("*/*;q=0", None),
    ("application/json", None),
    ("application/rdf+xml, text/html;q=0.000", None),
]


@pytest.mark.parametrize(("accept", "expected"), NEGOTIATION)
def test_accept_chooses_the_format(accept: str, expected: str | None) -> None:
    assert negotiated(accept, OFFERED) == expected


def test_what_is_offered_first_is_the_default() -> None:
    assert negotiated("*/*", (TURTLE, JSON_LD)) == TURTLE
    assert negotiated(BROWSER, (TURTLE, JSON_LD)) == TURTLE


@pytest.fixture(scope="module")
def client(home_folder: Path) -> Iterator[httpx.Client]:
    with serving(home_folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    answer = client.get("/def", headers={"accept": BROWSER})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def peel_ttl() -> Graph:
    return Graph().parse(data=(ontology.folder() / "peel.ttl").read_text("utf-8"), format="turtle")


def literals(graph: Graph) -> Graph:
    """A graph in which a string is written one way: RDF 1.1 has no plain literals beside xsd:string."""
    plain = Graph()
    for s, p, o in graph:
        plain.add((s, p, Literal(str(o), lang=o.language) if isinstance(o, Literal) else o))
    return plain


def test_the_ontology_comes_as_turtle_and_json_ld(client: httpx.Client) -> None:
    for media_type, syntax in ((TURTLE, "turtle"), (JSON_LD, "json-ld")):
        answer = client.get("/def", headers={"accept": media_type})
        assert answer.status_code == 200 and answer.headers["vary"] == "Accept"
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert to_isomorphic(Graph().parse(data=answer.content, format=syntax)) == to_isomorphic(peel_ttl())


@pytest.mark.parametrize("address", ["/def", "/.well-known/void"])
def test_406_where_nothing_fits(client: httpx.Client, address: str) -> None:
    answer = client.get(address, headers={"accept": "image/png"})
    assert (answer.status_code, answer.headers["vary"]) == (406, "Accept")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "image/png" in answer.json()["title"] and TURTLE in answer.json()["detail"]


def test_several_accept_headers_are_one(client: httpx.Client) -> None:
    headers = [("accept", "image/png"), ("accept", "text/turtle")]
    request = httpx.Request("GET", client.base_url.join("/def"), headers=headers)
    assert client.send(request).headers["content-type"].startswith(TURTLE)


def test_the_page_has_every_term_at_its_name(page: str) -> None:
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    graph = ontology.graph()
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    names = {str(term).removeprefix(str(PEEL)) for kind in kinds for term in graph.subjects(RDF.type, kind)}
    schemes = {f"scheme-{str(s).rsplit('/', 1)[-1]}" for s in graph.subjects(RDF.type, SKOS.ConceptScheme)}
    assert names | schemes <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids), "a link leads nowhere"
    assert set(re.findall(r'aria-labelledby="([^"]+)"', page)) <= set(ids)


def test_the_page_says_what_peel_ttl_says(page: str) -> None:
    graph = ontology.graph()
    text = page.replace("&#39;", "'")
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in graph.subjects(RDF.type, kind):
            assert str(term) in text and str(graph.value(term, SKOS.definition)) in text
    for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme):
        count = len(set(graph.subjects(SKOS.inScheme, scheme)))
        assert re.search(rf'#scheme-{str(scheme).rsplit("/", 1)[-1]}">[^<]+</a></th><td[^>]*>{count}<', page)
    recommendation = page.split('id="Recommendation"')[1].partition("</article>")[0]
    assert 'href="#Finding"' in recommendation and 'href="#deadline"' in recommendation
    report = page.split('id="Report"')[1].partition("</article>")[0]
    assert 'href="https://schema.org/Report">schema:Report<' in report
    assert ontology.version() in page and "opensource.org/license/mit" in page


def test_the_page_has_the_parts_that_assistive_tools_need(page: str) -> None:
    for part in ('lang="en"', "<main", "<h1", "<nav", "Skip to main content", 'scope="col"', "<caption"):
        assert part in page
    assert "Not an HMICFRS or GOV.UK service" in page and ATTRIBUTION in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page) and "style=" not in page
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def counts(graph: Graph) -> dict[str, int]:
    """What a description says: of the whole, of each subset and of each class."""
    whole = {str(p): int(str(graph.value(DATASET, p))) for p in (VOID.triples, VOID.distinctSubjects)}
    parts = {str(n): int(str(graph.value(n, VOID.triples))) for n in graph.objects(DATASET, VOID.subset)}
    partitions = graph.objects(DATASET, VOID.classPartition)
    classes = {str(graph.value(n, VOID["class"])): int(str(graph.value(n, VOID.entities))) for n in partitions}
    return whole | parts | classes


def counted(home: Home) -> dict[str, int]:
    """The same, asked of the graph in SPARQL."""
    outside = f"GRAPH ?g {{ ?s ?p ?o }} FILTER (?g != <{DESCRIPTION_GRAPH}>)"

    def one(select: str, more: str = "") -> int:
        return int(str(home.table(f"SELECT ({select} AS ?n) {{ {outside} {more} }}")[1][0][0]))

    starts = {"reports": f"{ID}report/", "vocabularies": "graph/vocabulary", "inferred-topics": "graph/inferred/topics"}
    starts |= {"inferred-links": "graph/inferred/links", "curation": "graph/curation", "retired": "graph/retired"}
    found = {str(VOID.triples): one("COUNT(*)"), str(VOID.distinctSubjects): one("COUNT(DISTINCT ?s)")}
    for name, part in starts.items():
        found[str(ID[f"dataset/{name}"])] = one("COUNT(*)", f'FILTER CONTAINS(STR(?g), "{part}")')
    for class_ in ontology.graph().subjects(RDF.type, OWL.Class):
        found[str(class_)] = one("COUNT(DISTINCT ?s)", f"FILTER (?p = rdf:type && ?o = <{class_}>)")
    return found


def held(home: Home) -> Graph:
    return Graph(home.graph.store, DESCRIPTION_GRAPH)


def test_the_description_is_true_of_every_generation(tmp_path: Path, encoder: Encoder) -> None:
    folder = tmp_path / "home"
    said = []
    for force in ("surrey", "gwent"):
        publish.publish(folder, collect.pages([DIGEST / f"{force}.effectiveness.md"]), lambda: encoder)
        home = Home(folder)
        said.append(counts(held(home)))
        assert said[-1] == counted(home)
        in_all = home.snapshot.manifest["counts"]["triples"]
        assert in_all == said[-1][str(VOID.triples)] + len(held(home)) == len(home.store)
        assert said[-1][str(PEEL.Finding)] == home.snapshot.manifest["counts"]["findings"]
    assert said[0][str(PEEL.Report)] == 1 and said[1][str(PEEL.Report)] == 2
    publish.publish(folder, [], lambda: encoder, rebuild=True)
    assert counts(held(Home(folder))) == said[1]
    whole = Dataset().parse(data=Home(folder).store.dump("nquads"), format="nquads")
    assert (URIRef(str(DATASET)), RDF.type, VOID.Dataset, DESCRIPTION_GRAPH) in whole, "export carries it"


def test_the_description_served_is_that_of_the_generation(client: httpx.Client, home: Home) -> None:
    expected = to_isomorphic(literals(held(home)))
    for accept, media_type, syntax in (("*/*", TURTLE, "turtle"), (JSON_LD, JSON_LD, "json-ld")):
        answer = client.get("/.well-known/void", headers={"accept": accept})
        assert answer.status_code == 200 and answer.headers["vary"] == "Accept"
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert to_isomorphic(literals(Graph().parse(data=answer.content, format=syntax))) == expected
    assert ATTRIBUTION in client.get("/.well-known/void").text


def test_a_new_generation_is_described_without_a_restart(tmp_path: Path, encoder: Encoder) -> None:
    home = tmp_path / "home"
    publish.publish(home, collect.pages([DIGEST / "surrey.effectiveness.md"]), lambda: encoder)
    with serving(home) as client:
        before = Graph().parse(data=client.get("/.well-known/void").content, format="turtle")
        publish.publish(home, collect.pages([DIGEST / "kent.effectiveness.md"]), lambda: encoder)
        after = Graph().parse(data=client.get("/.well-known/void").content, format="turtle")
    assert counts(before)[str(PEEL.Report)] + 1 == counts(after)[str(PEEL.Report)] == 2
    store = OxigraphStore(generations.current(home) / "graph", read_only=True)
    assert len([name for name in store.names() if "/id/report/" in name]) == 2
    store.close()


def test_both_addresses_are_in_openapi_with_their_formats(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths["/def"]["get"]["responses"]["200"]["content"]) >= set(OFFERED)
    assert set(paths["/.well-known/void"]["get"]["responses"]["200"]["content"]) >= {TURTLE, JSON_LD}
