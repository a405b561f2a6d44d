"""What comes of a query: functions called on the way, and the answer serialised, whole or up to a cap."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from json.encoder import encode_basestring as _quoted
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg import sparql
from kg.errors import HomeError, InvalidQuery, PeelError, QueryTooLarge

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
RDF = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}

_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")

SELECT_FORMATS = tuple(_RESULTS)
"""The formats of SELECT and ASK answers."""
GRAPH_FORMATS = ("turtle", "ntriples", "jsonld", "rdfxml")
"""The formats of CONSTRUCT and DESCRIBE answers."""
MAX_TEXTS = 20
"""The most texts that one query may have a function score."""


class Scores(NamedTuple):
    """What a function gives for one text: a number for each of the subjects, in their order.

    The subjects are the same for all texts and functions of one generation: a worker is told them once.
    """

    subjects: Sequence[str]
    values: array[float]


Functions = Mapping[str, Callable[[str], Scores]]
"""By IRI: functions of a resource and a text that queries may call."""


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graphs that a query is about, whatever it says itself: those merged as default, and those by name."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """The most solutions or triples of an answer, and the most bytes they may be written in."""

    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Result:
    """An answer, serialised whole; `truncated` where a cap cut off the rows that come after."""

    body: bytes
    rows: int
    truncated: bool


Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def serialised(answer: Answer, format: str, cap: Cap | None = None) -> Result:
    """An answer in a format, whole or up to a cap.

    Raises InvalidQuery where the format does not fit its form, QueryTooLarge where not even one row fits the cap.
    """
    if isinstance(answer, ox.QueryTriples):
        _fits(format, GRAPH_FORMATS)
        return _graph(answer, format, cap)
    _fits(format, SELECT_FORMATS)
    if isinstance(answer, ox.QuerySolutions) and cap is not None:
        return _solutions(answer, format, cap)
    return Result(bytes(answer.serialize(format=_RESULTS[format]) or b""), 1, False)


class Called:
    """The functions of one query; as a context, it turns what the engine raises into errors of ours.

    The engine swallows what a function raises, so that is kept and raised at the end.
    """

    def __init__(self, query: str, functions: Functions) -> None:
        self._query = query
        self.functions = {ox.NamedNode(name): self._function(name, scores) for name, scores in functions.items()}
        self._texts: dict[tuple[str, str], dict[str, float]] = {}
        self._wrong: PeelError | None = None

    def _function(self, name: str, scores: Callable[[str], Scores]) -> Callable[..., _Term | None]:
        def call(*terms: Any) -> _Term | None:
            if self._wrong is not None:
                return None
            try:
                value = self._value(name, scores, terms)
            except PeelError as error:
                self._wrong = error
                return None
            return None if value is None else ox.Literal(f"{value:.6f}", datatype=_DECIMAL)

        return call

    def _value(self, name: str, scores: Callable[[str], Scores], terms: tuple[Any, ...]) -> float | None:
        if len(terms) != 2:
            raise InvalidQuery(f"<{name}> is given {len(terms)} values", "it takes two: a finding and a text")
        subject, text = terms
        if not isinstance(subject, ox.NamedNode) or not isinstance(text, ox.Literal):
            return None
        key = (name, text.value)
        if key not in self._texts:
            if len(self._texts) == MAX_TEXTS:
                raise QueryTooLarge(f"<{name}> is given too many texts", f"a query may compare with {MAX_TEXTS}")
            self._texts[key] = dict(zip(*scores(text.value), strict=True))
        return self._texts[key].get(subject.value)

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._wrong is not None:
            raise self._wrong
        if isinstance(error, SyntaxError):
            raise InvalidQuery(
                f"the query is not SPARQL 1.1 ({sparql.named_place(str(error), self._query)})",
                "mend it at the place named",
            ) from error
        if isinstance(error, OSError):
            raise HomeError(f"the graph cannot be read ({error})", "run `peel check`") from error
        if isinstance(error, ValueError | RuntimeError):
            raise InvalidQuery(f"the query cannot be run ({error})", "mend it") from error


def _solutions(solutions: ox.QuerySolutions, format: str, cap: Cap) -> Result:
    names = [_quoted(variable.value) for variable in solutions.variables]
    written: list[bytes] = []
    size = 0
    truncated = False
    for row in solutions:
        bound = [f"{n}:{_json(t)}" for n, t in zip(names, row, strict=True) if t is not None]
        text = f"{{{','.join(bound)}}}".encode()
        size += len(text)
        truncated = len(written) == cap.rows or size > cap.size
        if truncated:
            break
        written.append(text)
    if truncated and not written:
        raise QueryTooLarge("one row of the answer is too large", f"a whole answer has at most {cap.size:,} bytes")
    head = ",".join(names)
    body = f'{{"head":{{"vars":[{head}]}},"results":{{"bindings":['.encode() + b",".join(written) + b"]}}"
    if format != "json":
        read = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        body = bytes(read.serialize(format=_RESULTS[format]) or b"")
    return Result(body, len(written), truncated)


def _json(term: Any) -> str:
    """A term as SPARQL 1.1 Query Results JSON has it; written out here, for a dictionary a term takes twice as long."""
    if isinstance(term, ox.NamedNode):
        return f'{{"type":"uri","value":{_quoted(term.value)}}}'
    if isinstance(term, ox.BlankNode):
        return f'{{"type":"bnode","value":{_quoted(term.value)}}}'
    if isinstance(term, ox.Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        value = ",".join(f'"{name}":{_json(part)}' for name, part in parts)
        return f'{{"type":"triple","value":{{{value}}}}}'
    literal = f'"type":"literal","value":{_quoted(term.value)}'
    if term.language:
        return f'{{{literal},"xml:lang":{_quoted(term.language)}}}'
    if term.datatype == _STRING:
        return f"{{{literal}}}"
    return f'{{{literal},"datatype":{_quoted(term.datatype.value)}}}'


def _graph(triples: ox.QueryTriples, format: str, cap: Cap | None) -> Result:
    prefixes = sparql.PREFIXES if format == "turtle" else None
    found = list(triples if cap is None else islice(triples, cap.rows + 1))
    truncated = cap is not None and len(found) > cap.rows
    if cap is not None:
        del found[cap.rows :]
    body = bytes(ox.serialize(found, format=RDF[format], prefixes=prefixes) or b"")
    if cap is not None and len(body) > cap.size:
        raise QueryTooLarge("the answer is too large", f"an answer has at most {cap.size:,} bytes; add a LIMIT")
    return Result(body, len(found), truncated)


def _fits(format: str, allowed: tuple[str, ...]) -> None:
    if format not in allowed:
        raise InvalidQuery(f"the format {format} does not fit this form of query", f"ask for {', '.join(allowed)}")
