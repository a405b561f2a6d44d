"""Subjects by their labels: what counts as the same word, which match wins, and how right the tags are."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, SKOS

import ontology
from kg import topics
from ontology import BASE

DATA = Path(__file__).resolve().parent.parent / "data"
GROUPS = frozenset(ontology.graph().objects(URIRef(f"{BASE}id/scheme/topic"), SKOS.hasTopConcept))
DEVELOPMENT = 80

LABELS = sorted(
    str(label)
    for scheme in ("topic", "marker")
    for concept in ontology.graph().subjects(SKOS.inScheme, URIRef(f"{BASE}id/scheme/{scheme}"))
    for label in ontology.graph().objects(concept, SKOS.altLabel)
)
WORDS = st.lists(
    st.one_of(st.sampled_from(LABELS), st.text(max_size=8), st.sampled_from([",", ".", " – ", "the", "\n\n"])),
    max_size=12,
).map(" ".join)


def notations(text: str) -> list[str]:
    return [found.notation for found in topics.tag(text)]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("MAPPA meetings are held", "multi-agency-public-protection-arrangements"),
        ("the OCGs it knows of", "serious-and-organised-crime"),
        ("the CPS's view", "disclosure-and-case-file-quality"),
        ("TRiM is on offer", "workforce-wellbeing"),
        ("trim is on offer", "workforce-wellbeing"),
        ("ViSOR is kept up to date", "registered-sex-offenders"),
        ("officers use THRIVE+", "risk-assessment-at-first-contact"),
        ("101 is answered late", "101-call-handling-and-abandonment"),
    ],
)
def test_abbreviations_match_as_written(text: str, subject: str) -> None:
    assert notations(text) == [subject]


@pytest.mark.parametrize(
    "text",
    [
        "a map of the area",
        "it thrives",
        "Dash to the scene",
        "1,999 people",
        "£101 was spent",
        "101%",
        "mappa",
        "trims",
    ],
)
def test_what_only_looks_like_an_abbreviation_does_not_match(text: str) -> None:
    assert notations(text) == []


def test_capitals_tell_it_from_information_technology() -> None:
    assert notations("it systems") == []
    assert notations("IT systems") == ["it-and-digital-investment"]


@pytest.mark.parametrize(
    "text",
    ["body-worn video", "body worn video", "BODY WORN VIDEO", "Body–worn\nvideo", "body/worn video", "BWV"],
)
def test_case_hyphens_and_line_ends_do_not_count(text: str) -> None:
    assert notations(text) == ["body-worn-video"]


@pytest.mark.parametrize("text", ["Clare's Law", "Clare’s Law", "Clares law"])
def test_apostrophes_are_folded(text: str) -> None:
    assert notations(text) == ["domestic-violence-disclosure-scheme"]


@pytest.mark.parametrize(
    "words",
    [
        ("record", "records", "recorded", "recording"),
        ("use", "uses", "used", "using"),
        ("stop", "stops", "stopped", "stopping"),
        ("child", "children"),
        ("community", "communities"),
        ("enquiry", "enquiries", "inquiry"),
        ("process", "processes", "processed"),
        ("supervise", "supervises", "supervised", "supervising"),
    ],
)
def test_inflection_is_folded(words: tuple[str, ...]) -> None:
    assert len({topics.inflection(word) for word in words}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("police", "policing"),
        ("organised", "organisation"),
        ("communication", "community"),
        ("hospital", "hospitality"),
        ("inform", "informant"),
        ("detect", "detective"),
        ("expensive", "expenses"),
        ("miss", "missing"),
    ],
)
def test_derivation_is_not_folded(one: str, other: str) -> None:
    assert topics.inflection(one) != topics.inflection(other)


@pytest.mark.parametrize(
    "text",
    [
        "It tackles crime. Recording of incidents is poor",
        "crime (recording)",
        "crime – recording",
        "crime, recording",
        "crime\n\nrecording",
    ],
)
def test_a_label_does_not_cross_a_stop(text: str) -> None:
    assert "crime-data-integrity" not in notations(text)


@pytest.mark.parametrize("text", ["clear, hold, build", "Clear Hold Build", "clear, hold and build"])
def test_a_label_with_commas_matches_with_and_without(text: str) -> None:
    assert notations(text) == ["clear-hold-build"]


# ---------------------------------------------------------------- choice


def test_the_longest_match_wins() -> None:
    assert notations("domestic abuse") == ["domestic-abuse"]
    assert notations("domestic abuse risk assessments") == ["domestic-abuse-risk-assessment"]


def test_words_for_a_group_name_no_subject() -> None:
    assert notations("It protects vulnerable people") == []
    assert notations("It protects vulnerable people and missing children") == ["missing-persons"]
    assert notations("Vulnerable people wait for a Taser") == ["taser"]


def test_spans_give_back_the_words() -> None:
    text = "It uses “body-worn cameras” at Clare’s Law meetings."
    assert [found.surface for found in topics.tag(text)] == ["body-worn cameras", "Clare’s Law"]
    assert [found.label for found in topics.tag(text)] == ["body-worn camera", "Clare's Law"]


def test_hidden_labels_do_not_tag() -> None:
    assert notations("extraction and redeployment") == []


def test_markers_are_a_scheme_of_their_own() -> None:
    found = topics.markers("Vetting was delayed and inconsistent")
    assert [marker.notation for marker in found] == ["timeliness", "consistency"]
    assert notations("Vetting was delayed and inconsistent") == ["vetting"]


@pytest.mark.parametrize(("scheme", "tagger"), [("topic", topics.tag), ("marker", topics.markers)])
def test_every_label_finds_its_own_concept(scheme: str, tagger) -> None:  # type: ignore[no-untyped-def]
    graph = ontology.graph()
    for concept in graph.subjects(SKOS.inScheme, URIRef(f"{BASE}id/scheme/{scheme}")):
        named = [] if concept in GROUPS else [str(concept)]
        for label in (graph.value(concept, SKOS.prefLabel), *graph.objects(concept, SKOS.altLabel)):
            assert [found.topic for found in tagger(str(label))] == named, label


# ---------------------------------------------------------------- triples


def test_a_finding_gets_a_subject_once_with_how_it_was_found() -> None:
    finding = "https://example.org/report#f-1"
    graph = topics.to_graph([(finding, "Vetting is slow; the vetting unit is small; Taser")])
    peel = BASE + "def#"
    subjects = {str(o) for o in graph.objects(URIRef(finding), URIRef(peel + "topic"))}
    assert subjects == {BASE + "id/topic/vetting", BASE + "id/topic/taser"}
    tagging = URIRef(finding + "-topic-vetting")
    assert (tagging, RDF.type, URIRef(peel + "Tagging")) in graph
    assert (tagging, URIRef(peel + "tags"), URIRef(finding)) in graph
    assert (tagging, URIRef(peel + "method"), Literal(topics.METHOD)) in graph
    assert (tagging, URIRef(peel + "methodVersion"), Literal(topics.VERSION)) in graph
    assert list(graph.objects(tagging, URIRef(peel + "matched"))) == [Literal("Vetting")]
    assert not any(isinstance(term, BNode) for triple in graph for term in triple)


def test_a_finding_without_subjects_gives_no_triples() -> None:
    assert len(topics.to_graph([("https://example.org/f", "All is well.")])) == 0


# ---------------------------------------------------------------- properties


@given(st.one_of(WORDS, st.text()))
def test_spans_are_in_order_in_range_and_apart(text: str) -> None:
    for tags in (topics.tag(text), topics.markers(text)):
        assert all(0 <= found.start < found.end <= len(text) for found in tags)
        assert all(text[found.start : found.end] == found.surface for found in tags)
        assert all(one.end <= other.start for one, other in itertools.pairwise(tags))


@given(WORDS)
def test_what_matched_matches_again_alone(text: str) -> None:
    for found in topics.tag(text):
        again = topics.tag(found.surface)
        assert [(tag.topic, tag.label, tag.surface) for tag in again] == [(found.topic, found.label, found.surface)]


@given(st.text(alphabet=st.characters(whitelist_categories=("Ll",)), min_size=1, max_size=20))
def test_inflection_never_empties_a_word(word: str) -> None:
    assert topics.inflection(word)


# ---------------------------------------------------------------- quality


def labelled(name: str, half: str = "") -> list[tuple[str, set[str]]]:
    """The findings of a file with their subjects; of one half only where the file has halves."""
    _, *lines = (DATA / f"{name}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [(row[1], set(row[2].split())) for row in rows if half in ("", row[-1])]


def measure(rows: list[tuple[str, set[str]]]) -> tuple[float, float]:
    """Micro precision and recall over subjects; groups are never tagged."""
    groups = {str(ontology.graph().value(group, SKOS.notation)) for group in GROUPS}
    pairs = [(set(notations(finding)), wanted - groups) for finding, wanted in rows]
    right = sum(len(found & wanted) for found, wanted in pairs)
    return right / sum(len(found) for found, _ in pairs), right / sum(len(wanted) for _, wanted in pairs)


@pytest.mark.parametrize(("name", "enough"), [("topics-labelled", 160), ("topics-blind", 135)])
def test_the_labelled_findings_are_enough_and_use_known_subjects(name: str, enough: int) -> None:
    known = {str(o) for o in ontology.graph().objects(None, SKOS.notation)}
    rows = labelled(name)
    assert len(rows) >= enough
    assert set().union(*(wanted for _, wanted in rows)) <= known


def test_tags_agree_with_an_independent_reader_as_far_as_the_documentation_says() -> None:
    rows = labelled("topics-blind", "B")
    assert len(rows) == 67
    precision, recall = measure(rows)
    assert precision >= 0.87  # measured: 0.903; 0.800 but for four errors known beforehand
    assert recall >= 0.58  # measured: 0.609


def test_tags_agree_with_the_reader_who_wrote_the_labels_as_far_as_the_documentation_says() -> None:
    precision, recall = measure(labelled("topics-labelled")[DEVELOPMENT:])
    assert precision >= 0.95  # measured: 0.976
    assert recall >= 0.60  # measured: 0.633
