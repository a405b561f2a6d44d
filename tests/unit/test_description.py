"""The description of a store: its counts against counts made another way, and what it says besides."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import OWL, RDF, BNode, Dataset, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDFS, VOID

import ontology
from kg import description, ingest, triples
from kg.description import DATASET, DCAT, DESCRIPTION_GRAPH, ID
from kg.store import DUMP_FORMATS, OxigraphStore
from ontology import BASE
from ontology.terms import PEEL

DIGEST = Path(__file__).parents[2] / "kg" / "digest" / "2017"
LINE = "Attribution, as the licence asks for it."


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    """The vocabularies, two reports, and something inferred."""
    filled = OxigraphStore()
    filled.replace(triples.VOCABULARY_GRAPH, ontology.graph())
    for name in ("kent", "surrey"):
        path = DIGEST / f"{name}.effectiveness.md"
        report = ingest.page(path.read_bytes(), str(path)).report
        filled.replace(triples.report_iri(report), triples.to_graph(report))
    inferred = Graph()
    inferred.add((ID["tagging/1"], RDF.type, PEEL.Tagging))
    filled.replace(triples.TOPICS_GRAPH, inferred)
    return filled


@pytest.fixture(scope="module")
def described(store: OxigraphStore) -> Graph:
    return description.to_graph(store, LINE)


@pytest.fixture(scope="module")
def everything(store: OxigraphStore) -> Dataset:
    """The same store, read by another library."""
    held = Dataset(default_union=True)
    held.parse(data=store.dump("nquads"), format="nquads")
    return held


def number(graph: Graph, node: URIRef, property_: URIRef) -> int:
    (found,) = graph.objects(node, property_)
    assert isinstance(found, Literal)
    return int(found)


def test_the_whole_is_counted(described: Graph, everything: Dataset) -> None:
    whole = list(everything.triples((None, None, None)))
    subjects = {s for s, _, _ in whole}
    expected = {
        VOID.triples: len(whole),
        VOID.distinctSubjects: len(subjects),
        VOID.distinctObjects: len({o for _, _, o in whole}),
        VOID.properties: len({p for _, p, _ in whole}),
        VOID.classes: len(set(everything.objects(None, RDF.type))),
        VOID.entities: len([s for s in subjects if str(s).startswith(f"{BASE}id/")]),
    }
    assert {property_: number(described, DATASET, property_) for property_ in expected} == expected


def test_every_class_of_the_ontology_has_its_partition(described: Graph, everything: Dataset) -> None:
    found = {}
    for node in described.objects(DATASET, VOID.classPartition):
        (class_,) = described.objects(node, VOID["class"])
        found[class_] = number(described, URIRef(str(node)), VOID.entities)
        assert str(node) == f"{ID}dataset/class/{str(class_).removeprefix(str(PEEL))}"
    classes = set(ontology.graph().subjects(RDF.type, OWL.Class))
    assert found == {class_: len(set(everything.subjects(RDF.type, class_))) for class_ in classes}
    assert found[PEEL.Tagging] == 1 and found[PEEL.PoliceForce] == 43 and 0 in found.values()


def test_the_subsets_are_the_kinds_of_graph_and_add_up(described: Graph, everything: Dataset) -> None:
    sizes = {str(graph.identifier): len(graph) for graph in everything.graphs() if len(graph)}
    vocabulary, topics = str(triples.VOCABULARY_GRAPH), str(triples.TOPICS_GRAPH)
    expected = {
        ID["dataset/vocabularies"]: sizes.pop(vocabulary),
        ID["dataset/inferred-topics"]: sizes.pop(topics),
        ID["dataset/reports"]: sum(sizes.values()),
        **{ID[f"dataset/{kind}"]: 0 for kind in ("inferred-links", "curation", "retired")},
    }
    subsets = {URIRef(str(node)) for node in described.objects(DATASET, VOID.subset)}
    assert {node: number(described, node, VOID.triples) for node in subsets} == expected
    assert len(sizes) == 2 and sum(expected.values()) == number(described, DATASET, VOID.triples)


def test_a_description_in_the_store_is_left_out_of_the_counts(store: OxigraphStore, described: Graph) -> None:
    store.replace(DESCRIPTION_GRAPH, described)
    try:
        assert set(description.to_graph(store, LINE)) == set(described)
    finally:
        store.remove(DESCRIPTION_GRAPH)


def test_an_empty_store_is_described_as_empty() -> None:
    described = description.to_graph(OxigraphStore(), LINE)
    assert number(described, DATASET, VOID.triples) == 0
    assert number(described, ID["dataset/class/Finding"], VOID.entities) == 0


def test_it_says_what_the_data_are_and_on_what_terms(described: Graph) -> None:
    assert set(described.objects(DATASET, RDF.type)) == {VOID.Dataset, DCAT.Dataset}
    (about,) = described.objects(DATASET, DCTERMS.description)
    assert "Not an HMICFRS publication" in about and "leaves out" in about
    (rights,) = described.objects(DATASET, DCTERMS.rights)
    assert [str(line) for line in described.objects(rights, RDFS.label)] == [LINE]
    (licence,) = described.objects(DATASET, DCTERMS.license)
    assert "open-government-licence/version/3" in licence
    assert [str(version) for version in described.objects(DATASET, DCAT.version)] == [ontology.version()]
    for property_ in (DCTERMS.title, DCTERMS.publisher, DCTERMS.creator, DCTERMS.conformsTo, VOID.uriSpace):
        assert len(list(described.objects(DATASET, property_))) == 1


def test_its_vocabularies_and_examples_are_in_the_data(described: Graph, everything: Dataset) -> None:
    terms = {str(p) for p in everything.predicates()} | {str(c) for c in everything.objects(None, RDF.type)}
    for vocabulary in described.objects(DATASET, VOID.vocabulary):
        assert any(term.startswith(str(vocabulary)) for term in terms)
    vocabularies = tuple(map(str, described.objects(DATASET, VOID.vocabulary)))
    assert all(term.startswith(vocabularies) for term in terms) and str(PEEL) in vocabularies
    for example in described.objects(DATASET, VOID.exampleResource):
        assert (example, None, None) in everything


def test_every_format_of_export_is_a_distribution(described: Graph) -> None:
    assert set(description.MEDIA_TYPES) == set(DUMP_FORMATS)
    for name, media_type in description.MEDIA_TYPES.items():
        node = ID[f"dataset/distribution/{name}"]
        assert (DATASET, DCAT.distribution, node) in described
        assert str(described.value(node, DCAT.mediaType)).endswith(f"/{media_type}")


def test_it_has_no_blank_nodes_and_everything_in_it_hangs_together(described: Graph) -> None:
    assert not [term for triple in described for term in triple if isinstance(term, BNode)]
    reached = {DATASET, *described.objects(DATASET)}
    assert set(described.subjects()) <= reached
