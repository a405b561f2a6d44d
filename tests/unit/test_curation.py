"""What people decided: triples and table lead back to the same decisions, and what cannot be read is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import check, curation
from kg.errors import InvalidQuery
from kg.links import link_iri, link_lines, name_of
from kg.model import Decision, Link, Relation, Verdict
from kg.store import OxigraphStore
from kg.triples import CURATION_GRAPH, ID, LINKS_GRAPH, VOCABULARY_GRAPH

ENDS = st.integers(0, 30).map(lambda n: f"{ID}report/kent-2017-effectiveness#f-{n:012x}")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=40).map(
    lambda text: " ".join(text.split())
)
DECISIONS = st.lists(
    st.builds(
        Decision,
        st.sampled_from(Relation),
        ENDS,
        ENDS,
        st.sampled_from(Verdict),
        WORDS.filter(bool),
        st.datetimes().map(lambda when: when.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")),
        WORDS,
    ),
    max_size=8,
    unique_by=lambda one: (one.relation, one.start, one.end),
)


def by_time(decisions: list[Decision]) -> list[Decision]:
    return curation.taken([], decisions)


@given(DECISIONS)
def test_the_table_leads_back_to_the_decisions(decisions: list[Decision]) -> None:
    assert curation.of_tsv(curation.to_tsv(decisions)) == decisions


def decided(verdict: Verdict = Verdict.REJECTED, when: str = "2026-11-23T10:00:00Z", by: str = "A reader") -> Decision:
    ends = f"{ID}report/kent-2017-effectiveness#f-000000000001", f"{ID}report/gwent-2016#f-000000000002"
    return Decision(Relation.SAME_ISSUE, *ends, verdict, by, when, "two matters")


def test_the_graph_leads_back_to_the_decisions() -> None:
    import ontology

    other = Decision(
        Relation.RECURS, decided().end, decided().start, Verdict.CONFIRMED, "A. Other", "2026-11-24T10:00:00Z"
    )
    store = OxigraphStore()
    store.replace(str(VOCABULARY_GRAPH), ontology.graph())
    store.replace(str(CURATION_GRAPH), curation.to_graph([other, decided()]))
    assert curation.held(store) == [decided(), other]
    assert check.violations(curation.to_graph([other, decided()])) == {"must": [], "should": []}


def test_the_last_decision_about_a_link_stands() -> None:
    later = decided(Verdict.CONFIRMED, "2026-11-25T10:00:00Z")
    assert curation.taken([decided()], [later]) == [later]


def test_a_table_follows_the_standard_for_mappings() -> None:
    lines = curation.to_tsv([decided()]).splitlines()
    assert lines[0] == "#curie_map:"
    head, row = (line.split("\t") for line in lines if not line.startswith("#"))
    cells = dict(zip(head, row, strict=True))
    assert cells["subject_id"] == "report:kent-2017-effectiveness#f-000000000001"
    assert (cells["predicate_id"], cells["predicate_modifier"]) == ("peel:sameIssue", "Not")
    assert cells["mapping_justification"] == "semapv:ManualMappingCuration"
    assert (cells["author_label"], cells["comment"]) == ("A reader", "two matters")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("peel:sameIssue", "skos:exactMatch"), "line 6: 'skos:exactMatch' is no relation"),
        (("2026-11-23T10:00:00Z", "yesterday"), "line 6: 'yesterday' is no date"),
        (("A reader", " "), "line 6: nobody is named"),
        (("object_id", "object"), "no column object_id"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(change: tuple[str, str], told: str) -> None:
    with pytest.raises(InvalidQuery, match=told):
        curation.of_tsv(curation.to_tsv([decided()]).replace(*change))


def test_a_link_is_named_by_its_content_and_conforms() -> None:
    link = Link(
        Relation.RECURS, decided().start, decided().end, 0.91, 0.8, 0.6, ('say "so"', "back\\slash"), ("custody",),
        ("a" * 64, "b" * 64), True,
    )  # fmt: skip
    store = OxigraphStore()
    store.replace_lines(str(LINKS_GRAPH), link_lines([link], "1", "a model"))
    node = link_iri(link.relation, link.start, link.end)
    assert str(node).endswith(name_of("recurs", link.start, link.end))
    found = store.rows(
        f"SELECT ?word WHERE {{ <{node}> <https://w3id.org/peelgraph/def#sharedWord> ?word }} ORDER BY ?word"
    )
    assert found == [("back\\slash",), ('say "so"',)]
    graph = store.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert check.violations(graph) == {"must": [], "should": []}  # type: ignore[arg-type]
