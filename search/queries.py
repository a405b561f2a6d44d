"""SPARQL as people write it, over one home: admitted, search blocks and similarity put in, run here or in a worker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from kg import sparql
from kg.answers import GRAPH_FORMATS, Cap, Functions, Graphs, Result
from kg.errors import InvalidQuery
from search.similarity import SIMILARITY, Similarity

if TYPE_CHECKING:
    from rdflib import Graph

    from kg.store import Row
    from kg.workers import Asking, Workers
    from search.encoder import Encoder
    from search.home import Home

_EVERYTHING = Cap(rows=10_000_000, size=250_000_000)
"""For filter patterns: their findings are not shown but searched among, so that none may be missing."""


class Queries:
    """The queries of one home. Every method raises InvalidQuery, and with workers what `Workers.ask` raises."""

    def __init__(self, home: Home, encoder: Callable[[], Encoder], workers: Workers | None) -> None:
        self._home, self._workers = home, workers
        self._functions: Functions = {SIMILARITY: Similarity(home.snapshot, encoder)}

    def ask(
        self,
        query: str,
        format: str,
        graphs: Graphs | None = None,
        seconds: float | None = None,
        asking: Asking | None = None,
    ) -> Result:
        """The answer, serialised; in a worker at most `seconds` from now and cut off where its cap is."""
        return self._run(sparql.admit(query, self._searched), query, format, graphs, seconds=seconds, asking=asking)

    def answer(self, query: str) -> tuple[list[str], list[Row]] | bool | Graph:
        """Columns and rows of text for SELECT, a truth for ASK, an rdflib Graph for the others."""
        if self._workers is None:
            return self._home.store.answer(sparql.admit(query, self._searched), self._functions)
        form = sparql.form(query)
        if form in ("SELECT", "ASK"):
            return _read(self.ask(query, "json").body)
        from rdflib import Graph

        return Graph().parse(data=self.ask(query, GRAPH_FORMATS[1]).body, format="nt")

    def table(self, query: str) -> tuple[list[str], list[Row]]:
        """Columns and rows of text of a SELECT query."""
        answer = self.answer(query)
        if not isinstance(answer, tuple):
            raise InvalidQuery("this is no SELECT query", "write SELECT, or ask for another format")
        return answer

    def findings(self, where: str) -> list[str]:
        """The IRIs that a group pattern binds to ?finding, all of them."""
        text = sparql.filter_query(where, self._searched)
        found = json.loads(self._run(text, where, "json", None, _EVERYTHING).body)["results"]["bindings"]
        return [row["finding"]["value"] for row in found if "finding" in row]

    def _run(
        self,
        text: str,
        written: str,
        format: str,
        graphs: Graphs | None,
        cap: Cap | None = None,
        seconds: float | None = None,
        asking: Asking | None = None,
    ) -> Result:
        """Run an admitted text, made of what was `written`."""
        if self._workers is None:
            return self._home.store.ask(text, format, graphs, None, self._functions)
        from kg.workers import CAP, Query

        query = Query(
            text,
            self._home.snapshot.graph_folder,
            sparql.shape(written),
            format,
            graphs,
            cap or CAP,
            self._functions,
        )
        return self._workers.ask(query, seconds, asking)

    def _searched(self, search: sparql.Search) -> Iterator[tuple[str, float]]:
        """What a search block gives: findings, best first, with their scores."""
        answer = self._home.find(search.text, k=search.limit, mode=search.mode, understand=False)
        return ((hit["finding"], hit["score"]) for hit in answer["hits"])


def _read(body: bytes) -> tuple[list[str], list[Row]] | bool:
    """An answer in SPARQL 1.1 Query Results JSON: columns and rows of text, or a truth."""
    said: dict[str, Any] = json.loads(body)
    if "boolean" in said:
        return bool(said["boolean"])
    names = said["head"]["vars"]
    return names, [tuple(_text(row.get(name)) for name in names) for row in said["results"]["bindings"]]


def _text(term: dict[str, Any] | None) -> str | None:
    return None if term is None else str(term["value"])
