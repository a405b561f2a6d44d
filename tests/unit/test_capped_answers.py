"""Answers up to a cap, which are written row by row here, beside those that the engine writes whole."""

from __future__ import annotations

import json

import pyoxigraph as ox
from hypothesis import example, given
from hypothesis import strategies as st

from kg.answers import Cap, serialised

AMPLE = Cap(rows=100, size=1_000_000)
P = ox.NamedNode("https://example.org/p")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(TEXTS, max_size=5), st.sampled_from(["json", "xml", "tsv", "csv"]))
@example(['"quoted" \\', "tab\t\r\n", "\x00\x01\x1f\x7f", "\u2028 警察 😀"], "json")
def test_a_capped_answer_says_what_a_whole_one_says(texts: list[str], format: str) -> None:
    store = ox.Store()
    terms = [ox.Literal(text) for text in texts] + [ox.Literal(text, language="cy") for text in texts]
    for term in [*terms, ox.Literal(5), ox.NamedNode("https://example.org/ü"), ox.BlankNode("b")]:
        store.add(ox.Quad(P, P, term))
    query = "SELECT ?o ?none { ?s ?p ?o } ORDER BY ?o"
    capped, whole = (serialised(store.query(query), format, cap).body for cap in (AMPLE, None))
    if format == "json":
        assert json.loads(capped) == json.loads(whole)
    else:
        assert capped == whole
