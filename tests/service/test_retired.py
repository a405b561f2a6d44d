"""Findings that are no more: on record in every later generation, and answered with 410 and what replaced them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from rdflib import PROV, Graph, URIRef
from rdflib.namespace import DCTERMS

from kg import retired
from kg.errors import Gone
from kg.triples import RETIRED_GRAPH
from search import publish
from search.collect import Page
from search.encoder import Encoder
from search.home import Home
from search.settings import Settings
from search.web import create_app

DIGEST = Path(__file__).parents[2] / "kg" / "digest" / "2017"
REPORT = "https://w3id.org/peelgraph/id/report/r"


def revised(text: str) -> str:
    """The page with one word put into its first bullet, and its second bullet gone."""
    lines = text.splitlines()
    bullets = [number for number, line in enumerate(lines) if line.startswith("- ")]
    first, second = bullets[0], bullets[1]
    lines[first] = lines[first].replace(" is ", " is still ", 1).replace(" has ", " still has ", 1)
    end = next(n for n in range(second + 1, len(lines)) if not lines[n].startswith(" "))
    return "\n".join(lines[:second] + lines[end:]) + "\n"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> tuple[Path, set[str], set[str]]:
    """A home whose one report was revised; the findings of the first generation and of the second."""
    folder = tmp_path_factory.mktemp("moved")
    page = (DIGEST / "surrey.effectiveness.md").read_text("utf-8")
    found = []
    for text in (page, revised(page)):
        publish.publish(folder, [Page("surrey.effectiveness.md", text.encode(), None)], lambda: encoder)
        home = Home(folder)
        found.append({record["finding"] for record in home.snapshot.records(range(home.snapshot.facets.count))})
    return folder, found[0], found[1]


def test_what_is_gone_is_on_record_with_what_replaced_it(moved: tuple[Path, set[str], set[str]]) -> None:
    folder, before, after = moved
    gone = before - after
    home = Home(folder)
    assert home.generation == "000002" and len(gone) >= 2 and after - before
    record = Graph(home.graph.store, RETIRED_GRAPH)
    assert {str(s) for s in record.subjects(PROV.invalidatedAtTime)} == gone
    replaced = {str(s): str(o) for s, o in record.subject_objects(DCTERMS.isReplacedBy)}
    assert replaced and set(replaced.values()) <= after - before
    assert set(replaced) < gone, "the finding that was taken out has no successor"
    assert not any("peel" in str(p) for p in record.predicates()), "a retired finding is no finding"


def test_a_retired_finding_is_410_and_its_report_s_document_says_so(moved: tuple[Path, set[str], set[str]]) -> None:
    folder, before, after = moved
    record = Graph(Home(folder).graph.store, RETIRED_GRAPH)
    with TestClient(create_app(Settings(home=folder))) as client:
        for iri in sorted(before - after):
            by = [str(o) for o in record.objects(URIRef(iri), DCTERMS.isReplacedBy)]
            answer = client.get("/api/findings/" + iri.rsplit("/", 1)[1].replace("#", "/"))
            assert answer.status_code == 410 and answer.json()["replaced_by"] == by
            assert all(f'<{new}>; rel="successor-version"' in answer.headers["link"] for new in by)
            assert client.get("/api/findings/" + iri.rsplit("/", 1)[1].replace("#", "/") + "/links").status_code == 410
            pinned = client.get("/api/findings/" + iri.rsplit("/", 1)[1].replace("#", "/") + "?generation=000001")
            assert pinned.status_code == 200 and pinned.json()["generation"] == "000001"
            document = client.get("/doc/report/surrey-2017-effectiveness.ttl")
            found = Graph().parse(data=document.content, format="turtle")
            assert (URIRef(iri), PROV.invalidatedAtTime, None) in found
        assert client.get("/api/findings/surrey-2017-effectiveness/f-000000000000").status_code == 404


def test_the_record_is_carried_on_and_ends_when_a_finding_comes_back(
    moved: tuple[Path, set[str], set[str]], tmp_path: Path, encoder: Encoder
) -> None:
    _, before, after = moved
    folder = tmp_path / "home"
    page = (DIGEST / "surrey.effectiveness.md").read_text("utf-8")
    for text in (page, revised(page)):
        publish.publish(folder, [Page("surrey.effectiveness.md", text.encode(), None)], lambda: encoder)
    gwent = DIGEST / "gwent.effectiveness.md"
    publish.publish(folder, [Page(gwent.name, gwent.read_bytes(), None)], lambda: encoder)
    held = retired.held(Home(folder).store)
    assert {str(s) for s in held.subjects()} == before - after, "another page's arrival changes nothing"
    publish.publish(folder, [], lambda: encoder, rebuild=True)
    assert set(retired.held(Home(folder).store)) == set(held), "a rebuild keeps it"
    publish.publish(folder, [Page("surrey.effectiveness.md", page.encode() + b"\n", None)], lambda: encoder)
    now = retired.held(Home(folder).store)
    assert not {str(s) for s in now.subjects(PROV.invalidatedAtTime)} & before
    Home(folder).record(sorted(before)[0])
    with pytest.raises(Gone):
        Home(folder).record(sorted(after - before)[0])


def test_only_a_finding_of_the_same_report_in_much_the_same_words_takes_another_s_place() -> None:
    before = {f"{REPORT}#f-1": "The force is slow to answer calls.", f"{REPORT}#f-2": "Cells are clean."}
    now = {f"{REPORT}#f-3": "The force is too slow to answer calls.", f"{REPORT}-x#f-4": "Cells are clean."}
    graph = retired.to_graph(before, now, Graph())
    assert retired.successors(graph, f"{REPORT}#f-1") == (f"{REPORT}#f-3",)
    assert retired.successors(graph, f"{REPORT}#f-2") == ()
    assert retired.successors(graph, f"{REPORT}#f-3") is None
