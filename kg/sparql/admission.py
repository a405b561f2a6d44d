"""What query text is admitted, and how a pattern becomes a query.

Refused before any parser sees it: SERVICE (but the search block), LOAD and every update, FROM with a graph that is
not ours, text that is too long, too deep or has too many operators or terms. (A 6 kB nested query overflows the
parser's stack and kills the process; SERVICE reaches addresses inside the network.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kg.errors import InvalidQuery, QueryTooLarge
from kg.sparql import search_block
from kg.sparql.search_block import Searcher
from kg.sparql.tokens import Token, tokens, where
from ontology import BASE

MAX_LENGTH = 16_000
"""The longest query text, in characters."""
MAX_DEPTH = 64
"""How deep brackets of any sort may nest; half of what overflowed a parser's stack elsewhere."""
MAX_OPERATORS = 500
"""How many operators and joining keywords a query may have: each can be one level of a parser's recursion."""
MAX_TERMS = 1_000
"""How many variables, names and literals it may have outside VALUES: a list of 7,000 overflows the parser's stack."""

PREFIXES = {
    "peel": BASE + "def#",
    "id": BASE + "id/",
    "force": BASE + "id/force/",
    "cycle": BASE + "id/cycle/",
    "pillar": BASE + "id/pillar/",
    "region": BASE + "id/region/",
    "topic": BASE + "id/topic/",
    "status": BASE + "id/status/",
    "polarity": BASE + "id/polarity/",
    "relation": BASE + "id/relation/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
}
"""The prefixes that a query may use without declaring them, and that exports are written with."""

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
"""The forms of a query."""

_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"])
_JOINS = frozenset(
    ["UNION", "OPTIONAL", "MINUS", "FILTER", "EXISTS", "NOT", "IN", "GRAPH", "BIND", "VALUES", "SELECT", "LATERAL"]
)
_VOLATILE = frozenset(["NOW", "RAND", "UUID", "STRUUID", "BNODE"])
_TERMS = frozenset(["variable", "pname", "iri", "blank", "string", "number", "language"])
_PAIRS = {"{": "}", "(": ")", "[": "]"}
_BRACES, _BRACKETS = ("{", "}"), ("(", ")")
_OPERANDS = _TERMS | {"close"}
_CHANGING = frozenset(["variable", "string", "number", "blank"])
_MARK = "# known prefixes\n"
_MAX_FAULT = 160
_PLACE = re.compile(r"error at (\d+):(\d+): ")
# an engine that does not look where a word ends reads SERVICE out of these
_NAMES = re.compile(r"^[^:]*SERVICE|\.SERVICE", re.IGNORECASE)
_HIDDEN = {"word": re.compile("SERVICE", re.IGNORECASE), "pname": _NAMES, "blank": _NAMES}

_Change = tuple[int, int, str]
"""A stretch of text, from and to, and what stands there instead."""


def admit(query: str, search: Searcher | None = None) -> str:
    """A SELECT, ASK, CONSTRUCT or DESCRIBE query that may be run, with the known prefixes put in front.

    Search blocks are replaced with what `search` finds for them. Raises InvalidQuery, naming the place, for text
    that is not admitted, a search block among it where there is no `search`.
    """
    found = _admitted(query, search is not None)
    _form(found)
    return _prologue(_declared(found)) + _rewritten(query, found, search)


def filter_query(pattern: str, search: Searcher | None = None) -> str:
    """The query that gives every ?finding of a SPARQL group pattern, from the text between the braces.

    Raises InvalidQuery for a pattern that is not admitted, does not stay within its braces or does not
    speak of ?finding.
    """
    found = _admitted(pattern, search is not None)
    for token in found:
        if token.keyword in ("PREFIX", "BASE", "CONSTRUCT", "DESCRIBE", "ASK", "FROM"):
            raise InvalidQuery(
                f"{where(pattern, token.start)}: {token.text} has no place in a filter pattern",
                "write only what stands between the braces; common prefixes are known",
            )
    if not any(token.sort == "variable" and token.text[1:] == "finding" for token in found):
        raise InvalidQuery("the filter pattern does not bind ?finding", "name the finding ?finding in it")
    body = _rewritten(pattern, found, search)
    return f"{_prologue(set()).rstrip()} SELECT DISTINCT ?finding WHERE {{\n{body}\n}}"


def form(query: str) -> str:
    """Which of FORMS a query has, whether or not it is admitted. Raises InvalidQuery where it has none."""
    return _form(tokens(query))


def names_graphs(query: str) -> bool:
    """Whether a query says with FROM which graphs it is about; else it sees all graphs as one."""
    depth = groups = 0
    constructs = False
    for token in tokens(query):
        if token.keyword == "FROM" and depth == 0:
            return True
        constructs = constructs or token.keyword == "CONSTRUCT"
        groups += token.text == "{" and depth == 0
        if groups > constructs:
            return False  # FROM stands before the pattern, which may be long
        depth += {"open": 1, "close": -1}.get(token.sort, 0)
    return False


def is_volatile(query: str) -> bool:
    """Whether the answer may change while the data do not: it asks for the time, for chance or for fresh names."""
    return any(token.keyword in _VOLATILE for token in tokens(query))


def shape(query: str) -> str:
    """A query without what changes from one asking to the next: white space, names of variables, texts and numbers."""
    return " ".join(t.sort if t.sort in _CHANGING else t.text for t in tokens(query))


def named_place(fault: str, query: str) -> str:
    """An engine's message about an admitted query, its place counted in the text that was written by people."""
    lines = 2 if query.startswith(_MARK) else 0
    short = fault if len(fault) <= _MAX_FAULT else f"{fault[:_MAX_FAULT]}…"  # every letter that is expected is listed
    return _PLACE.sub(lambda place: f"line {int(place[1]) - lines}, column {place[2]}: ", short)


def _admitted(text: str, searching: bool) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise QueryTooLarge(f"the query has {len(text):,} characters", f"at most {MAX_LENGTH:,} are admitted; split it")
    found = list(tokens(text))
    _nests(found, text)
    _counts(found)
    for index, token in enumerate(found):
        after = found[index + 1 : index + 3]
        if searching and token.keyword == "SERVICE" and search_block.begins(after):
            continue
        _refuse_reach(token, after, text)
    return found


def _nests(found: Sequence[Token], text: str) -> None:
    expected: list[str] = []
    for token in found:
        if token.sort == "open":
            expected.append(_PAIRS[token.text])
            if len(expected) > MAX_DEPTH:
                raise InvalidQuery(f"{where(text, token.start)}: nested deeper than {MAX_DEPTH}", "flatten the query")
        elif token.sort == "close" and (not expected or expected.pop() != token.text):
            raise InvalidQuery(f"{where(text, token.start)}: {token.text!r} closes nothing", "balance the brackets")
    if expected:
        raise InvalidQuery(f"a closing {expected[-1]!r} is missing at the end", "balance the brackets")


def _counts(found: Sequence[Token]) -> None:
    operators = sum(1 for token in found if token.sort == "operator" or token.keyword in _JOINS)
    if operators > MAX_OPERATORS:
        raise InvalidQuery(
            f"the query has {operators} operators",
            f"at most {MAX_OPERATORS} are admitted; use VALUES or split it",
        )
    data = _data(found)
    terms = sum(1 for index, token in enumerate(found) if token.sort in _TERMS and index not in data)
    if terms > MAX_TERMS:
        raise InvalidQuery(
            f"the query has {terms} variables, names and values",
            f"at most {MAX_TERMS:,} are admitted outside VALUES; use VALUES or split it",
        )


def _data(found: Sequence[Token]) -> set[int]:
    """The places of the tokens that are rows of VALUES."""
    inside: set[int] = set()
    data = False
    for index, token in enumerate(found):
        if token.text in _BRACES:
            data = token.text == "{" and _opens_data(found, index)
        elif data:
            inside.add(index)
    return inside


def _opens_data(found: Sequence[Token], brace: int) -> bool:
    """Whether a brace opens the rows of VALUES: only variables and their brackets stand between."""
    index = brace - 1
    while index >= 0 and (found[index].sort == "variable" or found[index].text in _BRACKETS):
        index -= 1
    return index >= 0 and found[index].keyword == "VALUES"


def _refuse_reach(token: Token, after: Sequence[Token], text: str) -> None:
    """Refuse what changes data or reaches out of the store."""
    if token.sort in _HIDDEN and _HIDDEN[token.sort].search(token.text):
        raise InvalidQuery(
            f"{where(text, token.start)}: SERVICE is not admitted",
            "query this store only; the search block is `SERVICE peel:search { … }`",
        )
    if token.keyword in _UPDATES:
        raise InvalidQuery(
            f"{where(text, token.start)}: {token.keyword} is not admitted",
            "this store is read-only; it changes by `peel ingest`",
        )
    if token.keyword == "FROM":
        named = after[1:] if after and after[0].keyword == "NAMED" else after
        ours = bool(named) and named[0].sort == "iri" and named[0].text.startswith(f"<{BASE}")
        if not ours:
            raise InvalidQuery(
                f"{where(text, token.start)}: FROM names a graph that is not in this store",
                f"name a graph below {BASE} in angle brackets",
            )


def _form(found: Iterable[Token]) -> str:
    for token in found:
        if token.keyword in FORMS:
            return token.keyword
    raise InvalidQuery("this is no SPARQL query", "write a SELECT, ASK, CONSTRUCT or DESCRIBE query")


def _rewritten(text: str, found: Sequence[Token], search: Searcher | None) -> str:
    """The text with its search blocks replaced, and in one reading only.

    An IRI that stands behind an operand within brackets could be read as a comparison that hides what follows from
    us: its first character is written as an escape, which nothing but an IRI can begin with.
    """
    pieces: list[str] = []
    place = 0
    for start, end, instead in sorted((*_escapes(found), *_blocks(text, found, search))):
        pieces += [text[place:start], instead]
        place = end
    return "".join([*pieces, text[place:]])


def _escapes(found: Sequence[Token]) -> Iterator[_Change]:
    brackets: list[str] = []
    for before, token in pairwise(found):
        if before.sort == "open":
            brackets.append(before.text)
        elif before.sort == "close":
            brackets.pop()
        operand = before.sort in _OPERANDS or before.keyword in ("TRUE", "FALSE")
        if token.sort == "iri" and operand and brackets[-1:] == ["("] and token.text[1] not in "\\>":
            yield token.start, token.start + 2, f"<\\u{ord(token.text[1]):04x}"


def _blocks(text: str, found: Sequence[Token], search: Searcher | None) -> Iterator[_Change]:
    if search is None:
        return
    begun = [index for index, token in enumerate(found) if token.keyword == "SERVICE"]
    if len(begun) > search_block.MAX_BLOCKS:
        raise InvalidQuery(
            f"the query has {len(begun)} search blocks", f"at most {search_block.MAX_BLOCKS} are admitted; split it"
        )
    for index in begun:
        end = next(after for after in range(index, len(found)) if found[after].text == "}")
        block = found[index : end + 1]
        yield block[0].start, block[-1].end, search_block.rows(text, block, search)


def _declared(found: Sequence[Token]) -> set[str]:
    return {after.text for token, after in pairwise(found) if token.keyword == "PREFIX" and after.sort == "pname"}


def _prologue(declared: set[str]) -> str:
    known = (f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items() if f"{prefix}:" not in declared)
    return f"{_MARK}{' '.join(known)}\n"
