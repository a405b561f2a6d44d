"""What the ontology promises: its terms, its vocabularies, its shapes, its questions and their answers."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, VANN
from rdflib.term import Node

import ontology
from kg import check, sparql
from kg.store import OxigraphStore
from kg.triples import CURATION_GRAPH, LINKS_GRAPH, TOPICS_GRAPH, VOCABULARY_GRAPH
from ontology import BASE
from ontology.terms import PEEL

FOLDER = Path(str(ontology.folder()))
DOCS = Path(__file__).parent.parent / "docs" / "ontology.md"
VALID = sorted((FOLDER / "examples" / "valid").glob("*.ttl"))
INVALID = sorted((FOLDER / "examples" / "invalid").glob("*.ttl"))
QUESTIONS = sorted(ontology.questions())
RELEASES = sorted((FOLDER / "releases").glob("*.txt"))

INFERRED = {"topics": TOPICS_GRAPH, "links": LINKS_GRAPH, "curation": CURATION_GRAPH}
"""The examples that a home keeps in graphs of their own: what machines inferred and what people decided."""

DEF = BASE + "def#"
ONTOLOGY = URIRef(BASE + "def")
SHAPE = BASE + "shape/"
STRING = URIRef("http://www.w3.org/2001/XMLSchema#string")
SH = Namespace("http://www.w3.org/ns/shacl#")
CLASSES = (OWL.Class,)
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
FOREIGN_RANGES = {
    SKOS.Concept,
    SKOS.ConceptScheme,
    URIRef("http://www.w3.org/ns/oa#SpecificResource"),
    RDF.langString,
}
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch)
PARAMETERS = {  # what a shape can demand -> how a report of it names the demand
    parameter: SH[f"{parameter[0].upper()}{parameter[1:]}ConstraintComponent"]
    for parameter in (
        "class", "datatype", "hasValue", "in", "lessThan", "maxCount", "minCount", "minInclusive", "minLength",
        "nodeKind", "or", "pattern",
    )
}  # fmt: skip


def names(paths: Iterable[Path]) -> list[str]:
    return [path.stem for path in paths]


@cache
def terms() -> Graph:
    return Graph().parse(FOLDER / "peel.ttl")


def declared(kinds: Iterable[URIRef]) -> set[URIRef]:
    return {URIRef(str(s)) for kind in kinds for s in terms().subjects(RDF.type, kind)}


@cache
def example(path: Path) -> Graph:
    return Graph().parse(path)


@cache
def everything() -> Graph:
    """The vocabularies and the valid examples in one rdflib graph."""
    merged = Graph() + ontology.graph()
    for path in VALID:
        merged += example(path)
    return merged


@cache
def home() -> OxigraphStore:
    """The vocabularies and the valid examples as a home keeps them: one named graph each."""
    store = OxigraphStore()
    store.replace(str(VOCABULARY_GRAPH), ontology.graph())
    for path in VALID:
        name = INFERRED.get(path.stem) or URIRef(BASE + "id/report/" + path.stem)
        store.replace(str(name), example(path))
    return store


def concepts() -> dict[Node, list[Node]]:
    """Every concept scheme with its members."""
    members: dict[Node, list[Node]] = defaultdict(list)
    for concept, scheme in ontology.graph().subject_objects(SKOS.inScheme):
        members[scheme].append(concept)
    return members


def broader(concept: Node) -> set[Node]:
    """Everything above a concept, itself only where there is a cycle."""
    found: set[Node] = set()
    todo = list(ontology.graph().objects(concept, SKOS.broader))
    while todo:
        above = todo.pop()
        if above not in found:
            found.add(above)
            todo.extend(ontology.graph().objects(above, SKOS.broader))
    return found


# -------------------------------------------------------------------------------------------------- terms


def test_terms_in_python_and_in_turtle_are_the_same() -> None:
    in_python = {URIRef(DEF + name) for name in PEEL.__annotations__ if not name.startswith("_")}
    assert in_python == declared(CLASSES + PROPERTIES)


def test_a_misspelt_term_is_an_error() -> None:
    with pytest.raises(AttributeError):
        PEEL.Judgement  # noqa: B018  the spelling of the court, not ours
    assert URIRef(DEF + "Judgment") == PEEL.Judgment


@pytest.mark.parametrize("term", sorted(declared(CLASSES + PROPERTIES)))
def test_every_term_says_what_it_is(term: URIRef) -> None:
    for predicate in (RDFS.label, SKOS.definition):
        (words,) = terms().objects(term, predicate)
        assert isinstance(words, Literal)
        assert words.language == "en"
        assert words.strip() == str(words) != ""
    assert list(terms().objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]
    local = term.removeprefix(DEF)
    assert local[0].isupper() == (term in declared(CLASSES)), "classes are capitalised, properties are not"


def test_no_two_terms_share_a_label() -> None:
    labels = [str(label) for term in declared(CLASSES + PROPERTIES) for label in terms().objects(term, RDFS.label)]
    assert sorted(labels) == sorted(set(labels))


def test_no_term_stands_alone() -> None:
    for cls in declared(CLASSES):
        linked = set(terms().objects(cls, RDFS.subClassOf))
        used = set(terms().subjects(RDFS.domain, cls)) | set(terms().subjects(RDFS.range, cls))
        assert linked | used, f"{cls} is connected to nothing"
    for prop in declared(PROPERTIES):
        assert (prop, RDFS.range, None) in terms(), f"{prop} has no range"


def test_domains_and_ranges_exist_and_are_at_most_one() -> None:
    for prop in declared(PROPERTIES):
        domains, ranges = (set(terms().objects(prop, p)) for p in (RDFS.domain, RDFS.range))
        assert len(domains) <= 1
        assert domains <= declared(CLASSES)
        assert len(ranges) == 1
        if (prop, RDF.type, OWL.DatatypeProperty) in terms():
            assert all(str(r).startswith(str(RDF)) or "XMLSchema#" in str(r) for r in ranges)
        else:
            assert ranges <= declared(CLASSES) | FOREIGN_RANGES


def test_the_data_keep_to_domains_and_ranges() -> None:
    graph = everything()
    above: dict[Node, set[Node | None]] = {
        cls: set(graph.transitive_objects(cls, RDFS.subClassOf)) for cls in declared(CLASSES)
    }

    def kinds(node: Node) -> set[Node | None]:
        return {up for kind in graph.objects(node, RDF.type) for up in above.get(URIRef(str(kind)), {kind})}

    for prop in declared(PROPERTIES):
        domain, wanted = graph.value(prop, RDFS.domain), graph.value(prop, RDFS.range)
        for subject, value in graph.subject_objects(prop):
            assert domain is None or domain in kinds(subject), f"{subject} {prop}"
            if isinstance(value, Literal):
                datatype = RDF.langString if value.language else value.datatype or STRING
                assert datatype == wanted, f"{prop} {value!r}"
            else:
                assert wanted in kinds(value), f"{prop} {value}"


def test_the_header_is_complete() -> None:
    header = terms()
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in header
    (version,) = header.objects(ONTOLOGY, OWL.versionInfo)
    assert list(header.objects(ONTOLOGY, OWL.versionIRI)) == [URIRef(f"{ONTOLOGY}/{version}")]
    assert ontology.version() == str(version)
    assert list(header.objects(ONTOLOGY, VANN.preferredNamespacePrefix)) == [Literal("peel")]
    assert list(header.objects(ONTOLOGY, VANN.preferredNamespaceUri)) == [Literal(DEF)]
    for predicate in (DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.created, DCTERMS.license):
        assert list(header.objects(ONTOLOGY, predicate)), f"no {predicate}"


@pytest.mark.parametrize("release", RELEASES, ids=names(RELEASES))
def test_nothing_that_a_release_promised_is_gone(release: Path) -> None:
    promised = release.read_text("utf-8").split()
    assert promised == sorted(set(promised))
    gone = {term for term in promised if URIRef(term) not in declared(CLASSES + PROPERTIES)}
    assert not gone, "deprecate a term with owl:deprecated, never remove it"


def test_the_present_version_has_its_release() -> None:
    assert ontology.version() in names(RELEASES)


# -------------------------------------------------------------------------------------------- vocabularies


def test_every_file_is_turtle() -> None:
    files = [path for path in FOLDER.rglob("*.ttl") if path not in INVALID]
    assert {path.name for path in files} >= {*ontology.VOCABULARY_FILES, "must.ttl", "should.ttl", "forces.ttl"}
    for path in files:
        assert len(Graph().parse(path)) > 0


def test_every_concept_is_in_one_scheme_and_every_scheme_is_described() -> None:
    graph = ontology.graph()
    for kind in (SKOS.Concept, PEEL.Question):
        for concept in graph.subjects(RDF.type, kind):
            assert len(list(graph.objects(concept, SKOS.inScheme))) == 1, concept
    for scheme, members in concepts().items():
        assert (scheme, RDF.type, SKOS.ConceptScheme) in graph
        assert (scheme, SKOS.prefLabel, None) in graph
        tops = set(graph.objects(scheme, SKOS.hasTopConcept))
        assert tops == set(graph.subjects(SKOS.topConceptOf, scheme))
        assert tops == {m for m in members if (m, SKOS.broader, None) not in graph}, f"top concepts of {scheme}"


def test_every_concept_has_one_preferred_label_a_language() -> None:
    graph = ontology.graph()
    for concept in (member for members in concepts().values() for member in members):
        languages = [o.language for o in graph.objects(concept, SKOS.prefLabel) if isinstance(o, Literal)]
        assert "en" in languages, concept
        assert len(languages) == len(set(languages)), concept


@pytest.mark.parametrize("scheme", sorted(map(str, concepts())))
def test_no_label_means_two_concepts(scheme: str) -> None:
    graph, owners = ontology.graph(), defaultdict(set)
    for concept in concepts()[URIRef(scheme)]:
        for predicate in (SKOS.prefLabel, SKOS.altLabel):
            for label in graph.objects(concept, predicate):
                owners[str(label).casefold()].add(concept)
    assert {label for label, found in owners.items() if len(found) > 1} == set()


def test_notations_are_unique_within_a_scheme_and_pillar() -> None:
    graph = ontology.graph()
    for scheme, members in concepts().items():
        seen = [(n, graph.value(m, PEEL.pillar)) for m in members for n in graph.objects(m, SKOS.notation)]
        assert len(seen) == len(set(seen)), scheme


def test_nothing_is_broader_than_itself_and_related_is_not_broader() -> None:
    graph = ontology.graph()
    for concept in (member for members in concepts().values() for member in members):
        above = broader(concept)
        assert concept not in above
        assert above <= set(concepts()[graph.value(concept, SKOS.inScheme) or concept])
        for other in graph.objects(concept, SKOS.related):
            assert other != concept
            assert other not in above
            assert concept not in broader(other)


def test_questions_are_matched_backwards_in_time_and_once() -> None:
    graph = ontology.graph()
    order = {q: int(str(graph.value(graph.value(q, PEEL.cycle), PEEL.order)))
             for q in graph.subjects(RDF.type, PEEL.Question)}  # fmt: skip
    pairs = [(later, earlier) for match in MATCHES for later, earlier in graph.subject_objects(match)]
    assert len(pairs) == len(set(pairs)) > 0
    assert all(order[later] > order[earlier] for later, earlier in pairs)


def test_an_exact_match_has_the_same_title() -> None:
    graph = ontology.graph()
    for later, earlier in graph.subject_objects(SKOS.exactMatch):
        assert graph.value(later, SKOS.prefLabel) == graph.value(earlier, SKOS.prefLabel)


def test_the_43_forces_have_names_of_their_own() -> None:
    graph = ontology.graph()
    forces = list(graph.subjects(RDF.type, PEEL.PoliceForce))
    assert len(forces) == 43
    for predicate in (SKOS.notation, RDFS.label, DCTERMS.spatial, PEEL.areaName):
        values = [value for force in forces for value in graph.objects(force, predicate)]
        assert len(values) == len(set(values)) == 43, predicate
    for force in forces:
        assert str(force) == f"{BASE}id/force/{graph.value(force, SKOS.notation)}"
        assert re.search(r"/(E23|W15)\d{6}$", str(graph.value(force, DCTERMS.spatial)))
    wales = graph.subjects(PEEL.region, URIRef(BASE + "id/region/wales"))
    assert {str(graph.value(f, DCTERMS.spatial)).rpartition("/")[2][0] for f in wales} == {"W"}


def test_everything_of_ours_that_is_named_is_defined() -> None:
    graph = everything()
    nodes = (node for node in (*graph.objects(), *graph.predicates()) if isinstance(node, URIRef))
    named = {node for node in nodes if node.startswith(BASE)}
    undefined = named - set(graph.subjects()) - set(terms().objects(ONTOLOGY, OWL.versionIRI))
    assert undefined == set()


def test_neighbouring_cycles_have_a_statement_on_their_grades() -> None:
    graph = ontology.graph()
    stated = {
        (graph.value(pair, PEEL.earlierCycle), graph.value(pair, PEEL.laterCycle))
        for pair in graph.subjects(RDF.type, PEEL.Comparability)
    }
    graded = set(graph.subjects(PEEL.gradeScale))
    assert stated == {(before, c) for c, before in graph.subject_objects(PEEL.previousCycle) if c in graded}


# -------------------------------------------------------------------------------------------------- shapes


def shape_names(graph: Graph) -> set[str]:
    return {iri.removeprefix(SHAPE) for broken in check.violations(graph).values() for iri, _, _ in broken}


def demands(level: str) -> Iterator[tuple[str, str]]:
    """Every named shape with each thing that it demands."""
    shapes = ontology.shapes(level)
    for shape in set(shapes.subjects()):
        if str(shape).startswith(SHAPE):
            yield from ((str(shape), p) for p in PARAMETERS if (shape, SH[p], None) in shapes)


@pytest.mark.parametrize("path", VALID, ids=names(VALID))
def test_valid_examples_conform(path: Path) -> None:
    assert shape_names(example(path)) == set()


def test_the_vocabularies_conform() -> None:
    assert shape_names(ontology.graph()) == set()


@pytest.mark.parametrize("path", INVALID, ids=names(INVALID))
def test_an_invalid_example_breaks_the_shape_it_is_named_after_and_no_other(path: Path) -> None:
    assert shape_names(example(path)) == {path.stem.partition("--")[0]}


@pytest.mark.parametrize("level", ["must", "should"])
def test_everything_that_shapes_demand_is_broken_by_some_example(level: str) -> None:
    broken = set()
    for path in INVALID:
        _, results, _ = validate(example(path), shacl_graph=ontology.shapes(level), inplace=True)
        for result in results.subjects(RDF.type, SH.ValidationResult):
            component = results.value(result, SH.sourceConstraintComponent)
            broken.add((str(results.value(result, SH.sourceShape)), str(component)))
    wanted = {(shape, str(PARAMETERS[parameter])) for shape, parameter in demands(level)}
    assert wanted <= broken


def test_every_shape_tells_people_what_is_wrong() -> None:
    for level in ("must", "should"):
        for shape, _ in demands(level):
            (message,) = ontology.shapes(level).objects(URIRef(shape), SH.message)
            assert str(message).endswith(".")


def test_shapes_demand_only_what_these_tests_know_of() -> None:
    known = {SH[p] for p in PARAMETERS} | {SH.path, SH.message, SH.property, SH.targetClass, SH.targetSubjectsOf}
    for level in ("must", "should"):
        shapes = ontology.shapes(level)
        used = {p for s in set(shapes.subjects()) if str(s).startswith(SHAPE) for p in shapes.predicates(s)}
        assert used - {RDF.type} <= known


def test_shapes_speak_of_every_term() -> None:
    spoken_of = {*ontology.shapes("must").objects(), *ontology.shapes("should").objects()}
    assert declared(CLASSES + PROPERTIES) - spoken_of == set()


# ------------------------------------------------------------------------------------- competency questions


def rows(answer: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer, newline="")))


def expected(name: str) -> str:
    return (FOLDER / "questions" / f"{name}.csv").read_bytes().decode()


def test_every_question_has_its_answer_and_every_answer_its_question() -> None:
    assert len(QUESTIONS) >= 30
    assert names(sorted((FOLDER / "questions").glob("*.csv"))) == QUESTIONS


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_gives_its_answer(name: str) -> None:
    answer = home().query(sparql.admit(ontology.questions()[name]), "csv").decode()
    assert rows(answer) == rows(expected(name))


@pytest.mark.parametrize("name", QUESTIONS)
def test_another_engine_gives_the_same_answer(name: str) -> None:
    result = everything().query(sparql.admit(ontology.questions()[name]))
    found = [["" if value is None else str(value) for value in row] for row in result if isinstance(row, tuple)]
    assert [[str(v) for v in result.vars or ()], *found] == rows(expected(name))


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_put_in_words_and_its_answer_ordered(name: str) -> None:
    text = ontology.questions()[name]
    words = " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
    assert text.startswith("# ")
    assert "?" in words
    assert "ORDER BY" in text


def test_questions_use_every_term() -> None:
    asked = set(re.findall(r"\bpeel:(\w+)", "\n".join(ontology.questions().values())))
    assert {term.removeprefix(DEF) for term in declared(CLASSES + PROPERTIES)} - asked == set()
    assert {name for name in asked if URIRef(DEF + name) not in declared(CLASSES + PROPERTIES)} == set()


def test_examples_use_every_term() -> None:
    graph = everything()
    assert {c for c in declared(CLASSES) if (None, RDF.type, c) not in graph} == set()
    assert {p for p in declared(PROPERTIES) if (None, p, None) not in graph} == set()


def test_examples_show_every_kind_status_and_sort_of_copy() -> None:
    graph = everything()
    used = {node for path in VALID for node in example(path).objects()}
    for scheme in ("status", "polarity", "wording", "pillar", "grade-five-tier", "grade-four-tier"):
        members = set(graph.subjects(SKOS.inScheme, URIRef(f"{BASE}id/scheme/{scheme}")))
        unused = members - used - {URIRef(BASE + "id/pillar/leadership")}
        assert unused == set()


def test_examples_say_nothing_of_a_real_force() -> None:
    real = set(ontology.graph().subjects(RDF.type, PEEL.PoliceForce))
    for path in VALID + INVALID:
        assert real.isdisjoint(set(example(path).all_nodes())), path.name


# ------------------------------------------------------------------------------------------- documentation


def table(text: str) -> list[list[str]]:
    """The cells of the rows of the first Markdown table in a text, its rule left out."""
    lines = [line for line in re.split(r"\n\s*\n", text[text.index("\n|") + 1 :])[0].splitlines() if line[0] == "|"]
    cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [cells[0], *cells[2:]]


def test_the_readme_lists_every_term_as_it_is() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    for heading, kinds in (("### Classes", CLASSES), ("### Properties", PROPERTIES)):
        listed = {row[0]: row[-1] for row in table(readme[readme.index(heading) :])[1:]}
        assert listed == {
            f"`peel:{term.removeprefix(DEF)}`": str(terms().value(term, SKOS.definition)) for term in declared(kinds)
        }


def test_the_queries_in_the_documentation_are_questions_with_their_answers() -> None:
    sections = DOCS.read_text("utf-8").split("\n## ")[1:]
    shown = [section for section in sections if "```sparql" in section]
    texts = {text.strip(): name for name, text in ontology.questions().items()}
    assert len(shown) >= 10
    for section in shown:
        query, _, after = section.partition("```sparql\n")[2].partition("```")
        assert query.strip() in texts, f"no question has the query of {section.splitlines()[0]!r}"
        assert table(after) == rows(expected(texts[query.strip()]))
