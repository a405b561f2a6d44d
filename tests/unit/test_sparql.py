"""What query text is admitted, and what is refused before a parser sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef

from kg import sparql
from kg.errors import HomeError, InvalidQuery
from kg.sparql.tokens import value
from kg.store import OxigraphStore
from tests.canary import DISGUISED, Canary, listening

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
    "SELECT * { ?s ?p (<a:b> <a:c> <a:d#e>) }",
    "SELECT * { VALUES (?a ?b) { (<a:b> <a:c#d>) (<a:b#c> 'x') } }",
    "SELECT * { VALUES ?x { " + "1 " * 5000 + "} }",
    r"PREFIX ex: <https://example.org/> SELECT * { ?s ex:a.b-c:d%20\~ '\u00e9\n' ; ex: <https://example.org/\u00e9> }",
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
    "list": "SELECT * { ?s ?p (" + "1 " * 7000 + ") }",
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


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with listening() as found:
        yield found


def truths() -> OxigraphStore:
    store = OxigraphStore()
    store.replace("https://example.org/g", Graph().add((URIRef("a:s"), URIRef("a:p"), Literal(True))))
    return store


@pytest.mark.parametrize("query", DISGUISED, ids=range(len(DISGUISED)))
def test_what_would_call_out_reaches_nobody(query: str, canary: Canary) -> None:
    before = canary.calls
    with suppress(InvalidQuery):
        truths().query(sparql.admit(query.replace("CANARY", canary.address), lambda _: [("a:s", 1.0)]), "json")
    assert canary.calls == before


def test_as_they_are_they_would_call_out(canary: Canary) -> None:
    before = canary.calls
    for marker in ("{ SERVICE <", " SERVICEx:y", "trueSERVICE<", "(1<2)SERVICEx:y", "(true<2)"):
        query = next(query for query in DISGUISED if marker in query)
        with pytest.raises(HomeError):
            truths().query(query.replace("CANARY", canary.address), "json")
    assert canary.calls == before + 5


# what an engine that looks for keywords anywhere could make something of
PIECES = [
    *"{}()[]<>'\"#?:.;,|/^*+-!=&@ \n\r\\",
    "'''",
    '"""',
    "SERVICE",
    "true",
    "x:y",
    "x:",
    "<CANARY>",
    "?x",
    "1",
    "1.",
]
PIECES += [
    "FILTER(",
    "VALUES ?x {",
    "{ ?s ?p ?o }",
    "EXISTS",
    "OPTIONAL",
    "SILENT",
    "_:b",
    "'a'@en",
    "\\u0053",
    "BIND(",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_nothing_made_of_dangerous_pieces_calls_out(canary: Canary, pieces: list[str]) -> None:
    before = canary.calls
    query = f"PREFIX x: <CANARY> SELECT * {{ ?s ?p ?o {''.join(pieces)} }}".replace("CANARY", canary.address)
    with suppress(InvalidQuery):
        truths().query(sparql.admit(query), "json")
    assert canary.calls == before


SEARCH = r'SERVICE peel:search { ?f peel:query "a \u0026 b" ; peel:score ?s ; peel:limit 3 ; peel:mode "lexical" }'


def test_a_search_block_becomes_the_rows_that_it_finds() -> None:
    asked: list[sparql.Search] = []

    def search(block: sparql.Search) -> list[tuple[str, float]]:
        asked.append(block)
        return [("a:1", 0.75), ("a:2", 0.5)]

    store = OxigraphStore()
    for query in (
        f"SELECT ?f ?s {{ {SEARCH} }} ORDER BY ?f",
        f"SELECT ?f ?s {{ VALUES ?f {{ <a:2> <a:1> <a:0> }} {SEARCH} }} ORDER BY ?f",
        f"SELECT ?f ?s {{ {SEARCH} VALUES ?f {{ <a:2> <a:1> <a:0> }} }} ORDER BY ?f",
        f"SELECT ?f ?s {{ {{ SELECT * {{ {SEARCH} }} }} }} ORDER BY ?f",
        f"SELECT ?f ?s {{ VALUES ?f {{ <a:2> <a:1> }} OPTIONAL {{ {SEARCH} }} }} ORDER BY ?f",
    ):
        assert store.rows(sparql.admit(query, search)) == [("a:1", "0.75"), ("a:2", "0.5")]
    assert set(asked) == {sparql.Search("?f", "a & b", "?s", 3, "lexical")}
    assert store.rows(sparql.filter_query(SEARCH.replace("?f", "?finding"), search)) == [("a:1",), ("a:2",)]
    bare = "SELECT ?f { SERVICE <https://w3id.org/peelgraph/def#search> { ?f peel:query 'x' . } }"
    assert store.rows(sparql.admit(bare, search)) == [("a:1",), ("a:2",)]
    assert asked[-1] == sparql.Search("?f", "x")
    assert store.rows(sparql.admit(f"SELECT ?f {{ {SEARCH} }}", lambda _: [])) == []


@pytest.mark.parametrize(
    ("block", "named"),
    [
        ("{ }", "line 2, column 2: the search block has no peel:query"),
        ("{ ?f peel:query ?x }", "line 2, column 38: peel:query is a text"),
        ('{ ?f peel:query "x" ; peel:limit 1001 }', "line 2, column 55: a limit"),
        ('{ ?f peel:query "x" ; peel:limit 0 }', "a limit"),
        ('{ ?f peel:query "x" ; peel:score 1 }', "a score is given to a variable"),
        ('{ ?f peel:query "x" ; peel:score ?f }', "a score is given to a variable"),
        ('{ ?f peel:query "x" ; peel:query "y" }', "said twice"),
        ('{ ?f peel:query "x" ; peel:colour "y" }', "no peel:colour"),
        ('{ ?f peel:query "x" . ?g peel:limit 1 }', "one finding"),
        ('{ ?f peel:query "x" FILTER(1) }', "FILTER has no place"),
        ("{ ?f peel:query", "missing"),
        ("{ ?f peel:query }", "ends before"),
        ('{ <a:b> peel:query "x" }', "begins with the variable"),
        ('{ { ?f peel:query "x" } }', "begins with the variable"),
    ],
)
def test_a_search_block_that_is_not_right_is_refused_by_place(block: str, named: str) -> None:
    with pytest.raises(InvalidQuery, match=named):
        sparql.admit(f"SELECT * {{\n SERVICE peel:search {block} }}", lambda _: [])


def test_a_search_that_fails_names_its_place_and_too_many_are_refused() -> None:
    def fail(_: sparql.Search) -> list[tuple[str, float]]:
        raise InvalidQuery("there is no mode", "choose")

    with pytest.raises(InvalidQuery, match="line 1, column 12: there is no mode"):
        sparql.admit(f"SELECT * {{ {SEARCH} }}", fail)
    with pytest.raises(InvalidQuery, match="6 search blocks"):
        sparql.admit("SELECT * {" + f"{{ {SEARCH} }}" * 6 + "}", lambda _: [])
    with pytest.raises(InvalidQuery, match="SERVICE is not admitted"):
        sparql.admit(f"SELECT * {{ {SEARCH} }}")


def test_an_engine_s_complaint_is_placed_in_what_was_written() -> None:
    with pytest.raises(InvalidQuery, match=r"line 2, column \d+"):
        OxigraphStore().query(sparql.admit("SELECT *\n{ ?s ?p }"), "json")
    with pytest.raises(InvalidQuery, match=r"line 2, column \d+"):
        OxigraphStore().rows(sparql.filter_query("?finding ?p ?o .\n?finding ; ?x"))


@pytest.mark.parametrize(
    ("query", "form"),
    [("PREFIX a: <b:SELECT> ASK {}", "ASK"), ("# SELECT\nDESCRIBE <a:b>", "DESCRIBE"), ("select * {}", "SELECT")],
)
def test_the_form_of_a_query(query: str, form: str) -> None:
    assert sparql.form(query) == form


def test_only_a_dataset_of_its_own_counts_as_naming_graphs() -> None:
    assert sparql.names_graphs("SELECT * FROM <https://w3id.org/peelgraph/g> { }")
    assert sparql.names_graphs("CONSTRUCT { ?s ?p ?o } FROM <https://w3id.org/peelgraph/g> { ?s ?p ?o }")
    assert sparql.names_graphs("CONSTRUCT FROM NAMED <https://w3id.org/peelgraph/g> { ?s ?p ?o }")
    assert not sparql.names_graphs("SELECT ?from { ?from ?p 'FROM' }")


def test_a_shape_forgets_what_changes_from_asking_to_asking() -> None:
    one = sparql.shape("SELECT ?a { ?a ?b 'x' FILTER(?c > 1) }")
    assert one == sparql.shape('SELECT ?x{?x ?y "other"\n FILTER(?z>22) } # again')
    assert one != sparql.shape("SELECT ?a { ?a ?b 'x' FILTER(?c < 1) }")


def test_an_answer_that_may_change_by_itself_is_known() -> None:
    assert sparql.is_volatile("SELECT (NOW() AS ?now) { }")
    assert not sparql.is_volatile("SELECT ?now { ?now ?p 'NOW' }")


@given(st.text(max_size=50))
def test_a_string_stands_for_what_an_engine_reads(text: str) -> None:
    for plain, escaped in (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"), ("\r", r"\r")):
        text = text.replace(plain, escaped)
    read = OxigraphStore().rows(sparql.admit(f'SELECT ("{text}" AS ?x) {{ }}'))
    assert read == [(value(f'"{text}"'),)]


@given(st.text(max_size=300))
def test_tokens_cover_the_text(text: str) -> None:
    try:
        found = list(sparql.tokens(text))
    except InvalidQuery:
        return
    assert all(text[token.start : token.end] == token.text for token in found)
