"""Where triples are kept: one port, and Oxigraph behind it, on disk or in memory.

Every report is a named graph; a query without GRAPH sees all graphs as one.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox

from kg import sparql
from kg.answers import RDF, Answer, Called, Cap, Functions, Graphs, Result, serialised
from kg.errors import InvalidQuery

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

DUMP_FORMATS = ("nquads", "trig", "turtle", "jsonld")
"""The formats of a whole store; Turtle has no graph names."""

Row = tuple[str | None, ...]


class GraphStore(Protocol):
    """Named graphs that can be replaced whole and asked in SPARQL."""

    def replace(self, name: str, triples: Graph) -> None:
        """Make `triples` the only content of the graph `name`."""

    def remove(self, name: str) -> None:
        """Remove the graph `name`; nothing happens where it is not."""

    def names(self) -> list[str]:
        """The names of all graphs, sorted."""

    def query(self, text: str, format: str) -> bytes:
        """The answer to an admitted query, whole, in one of the formats above.

        Raises InvalidQuery where the engine refuses the query or the format does not fit its form.
        """

    def table(self, text: str) -> tuple[list[str], list[Row]]:
        """The names of an admitted SELECT query's variables, and its solutions as `rows` gives them."""

    def answer(self, text: str) -> tuple[list[str], list[Row]] | bool | Graph:
        """The answer to an admitted query: `table` for SELECT, a truth for ASK, an rdflib Graph for the others."""

    def rows(self, text: str) -> list[Row]:
        """The solutions of an admitted SELECT query: IRIs and the text of literals, None where unbound."""

    def dump(self, format: str) -> bytes:
        """All graphs in one of DUMP_FORMATS."""

    def flush(self) -> None:
        """Make every change so far survive a power cut."""

    def close(self) -> None:
        """Let go of the files."""

    def __len__(self) -> int: ...


class OxigraphStore:
    """Oxigraph: on disk at `path`, or in memory without one.

    `read_only` opens what another process may be serving; nothing in the folder changes then.
    """

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        if path is None:
            self.engine = ox.Store()
        elif read_only:
            self.engine = ox.Store.read_only(str(path))
        else:
            self.engine = ox.Store(str(path))

    def replace(self, name: str, triples: Graph) -> None:
        """See GraphStore."""
        graph = ox.NamedNode(name)
        self.engine.remove_graph(graph)
        self.engine.bulk_extend(_quads(triples, graph))

    def replace_lines(self, name: str, lines: Iterable[str]) -> None:
        """`replace`, from lines of N-Triples: many times as fast for what is made in bulk."""
        graph = ox.NamedNode(name)
        self.engine.remove_graph(graph)
        self.engine.bulk_load("".join(lines).encode(), ox.RdfFormat.N_TRIPLES, to_graph=graph)

    def remove(self, name: str) -> None:
        """See GraphStore."""
        self.engine.remove_graph(ox.NamedNode(name))

    def names(self) -> list[str]:
        """See GraphStore."""
        return sorted(graph.value for graph in self.engine.named_graphs())

    def query(self, text: str, format: str, functions: Functions | None = None) -> bytes:
        """See GraphStore."""
        return self.ask(text, format, functions=functions).body

    def ask(
        self,
        text: str,
        format: str,
        graphs: Graphs | None = None,
        cap: Cap | None = None,
        functions: Functions | None = None,
    ) -> Result:
        """The answer to an admitted query about `graphs`, whole or up to a cap, serialised.

        Raises InvalidQuery as `query` does, and QueryTooLarge where not even one row fits the cap.
        """
        called = Called(text, functions or {})
        with called:
            return serialised(self._ask(text, graphs, called), format, cap)

    def table(self, text: str, functions: Functions | None = None) -> tuple[list[str], list[Row]]:
        """See GraphStore."""
        answer = self.answer(text, functions)
        if not isinstance(answer, tuple):
            raise InvalidQuery("this is no SELECT query", "write SELECT, or ask for another format")
        return answer

    def answer(self, text: str, functions: Functions | None = None) -> tuple[list[str], list[Row]] | bool | Graph:
        """See GraphStore."""
        called = Called(text, functions or {})
        with called:
            answer = self._ask(text, None, called)
            if isinstance(answer, ox.QuerySolutions):
                return _table(answer)
            if isinstance(answer, ox.QueryBoolean):
                return bool(answer)
            from rdflib import Graph

            return Graph().parse(data=answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")

    def rows(self, text: str) -> list[Row]:
        """See GraphStore."""
        return self.table(text)[1]

    def _ask(self, text: str, graphs: Graphs | None, called: Called) -> Answer:
        about: dict[str, Any] = {"use_default_graph_as_union": not sparql.names_graphs(text)}
        if graphs is not None:
            about = {
                "default_graph": [ox.NamedNode(name) for name in graphs.default],
                "named_graphs": [ox.NamedNode(name) for name in graphs.named],
            }
        return self.engine.query(text, custom_functions=called.functions, **about)

    def dump(self, format: str) -> bytes:
        """See GraphStore."""
        out = io.BytesIO()
        if format == "turtle":
            ox.serialize(
                (quad.triple for quad in self.engine),
                out,
                format=ox.RdfFormat.TURTLE,
                prefixes=sparql.PREFIXES,
            )
        else:
            prefixes = sparql.PREFIXES if format == "trig" else None
            self.engine.dump(out, format=RDF[format], prefixes=prefixes)
        return out.getvalue()

    def backup(self, folder: Path) -> None:
        """Write a compact copy of the store into `folder`, which must not be there yet."""
        self.engine.backup(str(folder))

    def flush(self) -> None:
        """See GraphStore."""
        self.engine.flush()

    def close(self) -> None:
        """See GraphStore. Oxigraph closes when nothing holds it any more."""
        del self.engine

    def __len__(self) -> int:
        return len(self.engine)


def _quads(triples: Graph, graph: ox.NamedNode) -> Iterable[ox.Quad]:
    return (ox.Quad(_subject(s), ox.NamedNode(str(p)), _term(o), graph) for s, p, o in triples)


def _subject(node: Node) -> ox.NamedNode:
    from rdflib import BNode

    if isinstance(node, BNode):
        raise ValueError(f"blank node {node} in a graph to be stored: give it an IRI")
    return ox.NamedNode(str(node))


def _term(node: Node) -> ox.NamedNode | ox.Literal:
    from rdflib import Literal

    if not isinstance(node, Literal):
        return _subject(node)
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)


def _table(solutions: ox.QuerySolutions) -> tuple[list[str], list[Row]]:
    names = [variable.value for variable in solutions.variables]
    return names, [tuple(None if term is None else str(term.value) for term in row) for row in solutions]
