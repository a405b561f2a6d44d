"""What a generation holds, in VoID and DCAT: a graph of its own, with counts of everything but itself.

<id/dataset>                       the whole                 a void:Dataset, dcat:Dataset
<id/dataset/reports> and so on     each kind of named graph  a void:Dataset
<id/dataset/class/Finding>         each class of PEEL        its partition
<id/dataset/distribution/trig>     each format of `peel export`
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from io import BytesIO

from rdflib import XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, RDFS, VOID

import ontology
from kg.store import GraphStore
from kg.triples import CURATION_GRAPH, ID, LINKS_GRAPH, RETIRED_GRAPH, TOPICS_GRAPH, VOCABULARY_GRAPH
from ontology import BASE
from ontology.terms import PEEL

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DESCRIPTION_GRAPH = URIRef(BASE + "graph/description")
"""The named graph that describes all the others."""
DATASET = ID.dataset
LICENCE = URIRef("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/")
"""The licence of what the inspectorate published, and so of the findings."""
MEDIA_TYPES = {
    "nquads": "application/n-quads",
    "trig": "application/trig",
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
}
"""The media type of each format of `peel export`."""
KINDS = {
    "reports": ("Reports, each in a graph of its own: what was published", f"{ID}report/"),
    "vocabularies": ("The ontology and its vocabularies", str(VOCABULARY_GRAPH)),
    "inferred-topics": ("Subjects that a machine found in the findings; not published by HMICFRS", str(TOPICS_GRAPH)),
    "inferred-links": ("Links between findings that a machine made; not published by HMICFRS", str(LINKS_GRAPH)),
    "curation": ("What people decided about links", str(CURATION_GRAPH)),
    "retired": ("Findings that were published once and are no more", str(RETIRED_GRAPH)),
}
"""The kinds of named graph: the end of the subset's IRI -> its title, and what the graphs' names begin with."""

_TITLE = "Peelgraph: findings of police inspections"
_ABOUT = (
    "Findings, judgments and reports of PEEL inspections of police forces in England and Wales by HMICFRS, with the "
    "vocabularies that describe them. Not an HMICFRS publication: findings stand in official words or restated in "
    "Peelgraph's own, as peel:wording says of each source copy. Every count leaves out the graph of this description."
)
_SPACE = str(ID)
_TYPE = f"<{RDF.type}>"


@dataclass(slots=True)
class Counts:
    """What is in a store: triples of each named graph, distinct terms, and the members of each class."""

    triples: Counter[str] = field(default_factory=Counter)
    subjects: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    members: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def counted(store: GraphStore) -> Counts:
    """The counts of everything in a store but its description."""
    counts = Counts()
    for line in BytesIO(store.dump("nquads")):
        subject, predicate, rest = line.decode().split(" ", 2)
        value, graph, _ = rest.rsplit(" ", 2)
        if graph == f"<{DESCRIPTION_GRAPH}>":
            continue
        counts.triples[graph[1:-1]] += 1
        counts.subjects.add(subject[1:-1])
        counts.properties.add(predicate[1:-1])
        counts.objects.add(value)
        if predicate == _TYPE:
            counts.members[value[1:-1]].add(subject)
    return counts


def to_graph(store: GraphStore, attribution: str) -> Graph:
    """The description of what a store holds; `attribution` is the line that the licence asks for."""
    counts = counted(store)
    graph = Graph(identifier=DESCRIPTION_GRAPH)
    _add_dataset(graph, attribution)
    _add_counts(graph, counts)
    _add_subsets(graph, counts)
    _add_classes(graph, counts)
    _add_distributions(graph)
    return graph


def _add_dataset(graph: Graph, attribution: str) -> None:
    """What does not depend on what is in the store."""
    maintainers, rights = ID["agent/maintainers"], ID["dataset/rights"]
    about = URIRef(BASE + "def")
    for type_ in (VOID.Dataset, DCAT.Dataset):
        graph.add((DATASET, RDF.type, type_))
    graph.add((DATASET, DCTERMS.title, Literal(_TITLE, "en")))
    graph.add((DATASET, DCTERMS.description, Literal(_ABOUT, "en")))
    graph.add((DATASET, DCTERMS.license, LICENCE))
    graph.add((DATASET, DCTERMS.rights, rights))
    graph.add((rights, RDF.type, DCTERMS.RightsStatement))
    graph.add((rights, RDFS.label, Literal(attribution, "en")))
    for role in (DCTERMS.creator, DCTERMS.publisher):
        graph.add((DATASET, role, maintainers))
    graph.add((maintainers, RDF.type, FOAF.Agent))
    graph.add((maintainers, FOAF.name, Literal("The Peelgraph maintainers", "en")))
    graph.add((DATASET, DCAT.version, Literal(ontology.version())))
    graph.add((DATASET, DCTERMS.conformsTo, ontology.graph().value(about, OWL.versionIRI) or about))
    graph.add((DATASET, VOID.uriSpace, Literal(_SPACE)))


def _add_counts(graph: Graph, counts: Counts) -> None:
    _number(graph, DATASET, VOID.triples, counts.triples.total())
    _number(graph, DATASET, VOID.entities, sum(subject.startswith(_SPACE) for subject in counts.subjects))
    _number(graph, DATASET, VOID.distinctSubjects, len(counts.subjects))
    _number(graph, DATASET, VOID.distinctObjects, len(counts.objects))
    _number(graph, DATASET, VOID.properties, len(counts.properties))
    _number(graph, DATASET, VOID.classes, len(counts.members))
    for namespace in sorted({_namespace(term) for term in counts.properties | set(counts.members)}):
        graph.add((DATASET, VOID.vocabulary, URIRef(namespace)))
    reports = sorted(name for name in counts.triples if name.startswith(KINDS["reports"][1]))
    for example in (ID["force/kent"], *map(URIRef, reports[:1])):
        graph.add((DATASET, VOID.exampleResource, example))


def _add_subsets(graph: Graph, counts: Counts) -> None:
    for name, (title, beginning) in KINDS.items():
        node = ID[f"dataset/{name}"]
        graph.add((DATASET, VOID.subset, node))
        graph.add((node, RDF.type, VOID.Dataset))
        graph.add((node, DCTERMS.title, Literal(title, "en")))
        graphs = [size for iri, size in counts.triples.items() if iri.startswith(beginning)]
        _number(graph, node, VOID.triples, sum(graphs))


def _add_classes(graph: Graph, counts: Counts) -> None:
    """A partition for every class of the ontology, the empty ones included."""
    for class_ in sorted(map(str, ontology.graph().subjects(RDF.type, OWL.Class))):
        node = ID["dataset/class/" + class_.removeprefix(str(PEEL))]
        graph.add((DATASET, VOID.classPartition, node))
        graph.add((node, RDF.type, VOID.Dataset))
        graph.add((node, VOID["class"], URIRef(class_)))
        _number(graph, node, VOID.entities, len(counts.members.get(class_, ())))


def _add_distributions(graph: Graph) -> None:
    for name, media_type in MEDIA_TYPES.items():
        node = ID[f"dataset/distribution/{name}"]
        graph.add((DATASET, DCAT.distribution, node))
        graph.add((node, RDF.type, DCAT.Distribution))
        graph.add((node, DCTERMS.title, Literal(f"The whole graph, as `peel export --format {name}` writes it", "en")))
        graph.add((node, DCAT.mediaType, URIRef(f"https://www.iana.org/assignments/media-types/{media_type}")))
        graph.add((node, DCTERMS.license, LICENCE))


def _number(graph: Graph, node: URIRef, property_: URIRef, count: int) -> None:
    graph.add((node, property_, Literal(count, datatype=XSD.integer)))


def _namespace(iri: str) -> str:
    """An IRI up to its last `#` or `/`."""
    return re.sub(r"[^#/]*$", "", iri)
