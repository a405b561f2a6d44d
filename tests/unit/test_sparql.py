"""What query text is admitted, and what is refused before a parser sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sparql
from kg.errors import InvalidQuery
from kg.store import OxigraphStore

ADMITTED = [
    "SELECT * { ?s ?p ?o }",
    "# SERVICE in a comment\nSELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p 'SERVICE <http://x> {}' }",
    'SELECT * { ?s ?p """LOAD "DELETE" \'FROM\'""" }',
    "SELECT * { ?s <https://example.org/SERVICE> ?o }",
    "PREFIX ex: <https://example.org/> SELECT * { ?s ex:service ?o ; ex:load 1 }",
    "SELECT ?service ?load { ?service ?load ?drop }",
    "ASK { ?s ?p 1 FILTER(?s < 2 && 3 > 1) }",
    "CONSTRUCT { ?s ?p ?o } FROM <https://w3id.org/peelgraph/graph/vocabulary> { ?s ?p ?o }",
    "DESCRIBE <https://w3id.org/peelgraph/id/force/kent>",
    "SELECT ?f { ?f a peel:Finding ; peel:force force:kent }",
]

REFUSED = {
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }": "SERVICE",
    "SELECT * { service ?x { ?s ?p ?o } }": "SERVICE",
    "SELECT * { SERVICE#comment\n<http://127.0.0.1/> { ?s ?p ?o } }": "SERVICE",
    "SELECT * { SERVICE SILENT <http://127.0.0.1/> { } }": "SERVICE",
    "LOAD <http://127.0.0.1/>": "LOAD",
    "INSERT DATA { <a:b> <a:b> <a:b> }": "INSERT",
    "SELECT * { ?s ?p ?o } ; DROP ALL": "DROP",
    "DELETE WHERE { ?s ?p ?o }": "DELETE",
    "SELECT * FROM <http://127.0.0.1/x> { ?s ?p ?o }": "FROM",
    "SELECT * FROM NAMED <file:///etc/passwd> { ?s ?p ?o }": "FROM",
    "PREFIX x: <http://127.0.0.1/> SELECT * FROM x:y { ?s ?p ?o }": "FROM",
    "SELECT * { ?s ?p 'open }": "is not SPARQL",
    "SELECT * { { ?s ?p ?o }": "missing",
    "SELECT * { ?s ?p ?o ) }": "closes nothing",
    "": "no SPARQL query",
    "PREFIX a: <b:c>": "no SPARQL query",
}

BOMBS = {
    "braces": "SELECT * " + "{" * 3000 + "}" * 3000,
    "brackets": "SELECT * { ?s ?p ?o FILTER(" + "(" * 8000 + "1" + ")" * 8000 + ") }",
    "not": "SELECT * { ?s ?p ?o FILTER(" + "!" * 10_000 + "?o) }",
    "optional": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 4000 + "}",
    "plus": "SELECT * { ?s ?p ?o FILTER(1" + "+1" * 7000 + " > 0) }",
    "union": "SELECT * { {} " + "UNION {} " * 8000 + "}",
    "minus signs": "SELECT * { ?s ?p ?o FILTER(" + "- " * 6000 + "1 < 0) }",
    "path": "SELECT * { ?s " + "^" * 9000 + "<a:b> ?o }",
    "long": "SELECT * { ?s ?p '" + "x" * 20_000 + "' }",
}


@pytest.mark.parametrize("query", ADMITTED)
def test_what_only_looks_dangerous_is_admitted_and_runs(query: str) -> None:
    OxigraphStore().query(sparql.admit(query), "turtle" if query.startswith(("CONSTRUCT", "DESCRIBE")) else "json")


@pytest.mark.parametrize(("query", "named"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_reaches_out_or_changes_is_refused(query: str, named: str) -> None:
    with pytest.raises(InvalidQuery, match=named):
        sparql.admit(query)


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_would_overflow_a_parser_is_refused(bomb: str) -> None:
    with pytest.raises(InvalidQuery):
        sparql.admit(BOMBS[bomb])


def test_the_deepest_admitted_query_does_not_overflow() -> None:
    depth = sparql.MAX_DEPTH
    query = "SELECT * " + "{" * depth + "?s ?p ?o" + "}" * depth
    OxigraphStore().query(sparql.admit(query), "json")
    with pytest.raises(InvalidQuery, match="nested deeper"):
        sparql.admit("SELECT * " + "{" * (depth + 1) + "}" * (depth + 1))
    # the star, SELECT and FILTER count as well
    operators = "SELECT * { FILTER(" + "!" * (sparql.MAX_OPERATORS - 3) + "?o) }"
    OxigraphStore().query(sparql.admit(operators), "json")


def test_the_place_of_a_fault_is_named() -> None:
    with pytest.raises(InvalidQuery, match="line 2, column 3"):
        sparql.admit("SELECT * {\n  SERVICE <http://x> {} }")


PATTERNS = ["?finding a peel:Strength", "?finding peel:force ?f . ?f peel:region region:wales", "{ ?finding ?p 1 } # }"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_filter_pattern_becomes_a_query(pattern: str) -> None:
    assert OxigraphStore().rows(sparql.filter_query(pattern)) == []


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("?finding a peel:Strength } #", "closes nothing"),
        ("?finding ?p ?o } UNION { ?x ?y ?z", "closes nothing"),
        ("?found a peel:Strength", "does not bind"),
        ("PREFIX a: <b:c> ?finding ?p ?o", "no place"),
        ("?finding ?p ?o . SERVICE <http://x> { }", "SERVICE"),
    ],
)
def test_a_pattern_cannot_leave_its_braces(pattern: str, named: str) -> None:
    with pytest.raises(InvalidQuery, match=named):
        sparql.filter_query(pattern)


@given(st.text(alphabet="{}()[]<>\"'\\#?:abSERVIC \n\t!+-*/|^.;,@0", max_size=200))
def test_any_text_is_admitted_or_refused_and_never_changes_the_store(text: str) -> None:
    store = OxigraphStore()
    for door in (sparql.admit, sparql.filter_query):
        try:
            store.query(door(text), "json")
        except InvalidQuery:
            continue
    assert len(store) == 0


@given(st.text(max_size=300))
def test_tokens_cover_the_text(text: str) -> None:
    try:
        found = list(sparql.tokens(text))
    except InvalidQuery:
        return
    assert all(text[token.start : token.start + len(token.text)] == token.text for token in found)
