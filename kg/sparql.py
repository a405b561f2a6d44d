"""The one door for query text: what is admitted, and how a pattern becomes a query.

Query text from people is never formatted into other query text except here, after it was taken apart into
tokens. Refused before any parser sees it: SERVICE, LOAD and every update, FROM with a graph that is not
ours, text that is too long, too deep or has too many operators. (A 6 kB nested query overflows the parser's
stack and kills the process; SERVICE and LOAD reach addresses inside the network.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.errors import InvalidQuery
from ontology import BASE

MAX_LENGTH = 16_000
"""The longest query text, in characters."""
MAX_DEPTH = 64
"""How deep brackets of any sort may nest; half of what overflowed a parser's stack elsewhere."""
MAX_OPERATORS = 500
"""How many operators and joining keywords a query may have: each can be one level of a parser's recursion."""

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
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "schema": "https://schema.org/",
}
"""The prefixes that a query may use without declaring them, and that exports are written with."""

_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"])
_JOINS = frozenset(
    ["UNION", "OPTIONAL", "MINUS", "FILTER", "EXISTS", "NOT", "IN", "GRAPH", "BIND", "VALUES", "SELECT", "LATERAL"]
)

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<variable>[?$]\w+)
    | (?P<pname>[\w.-]*:(?:[\w:.%-]|\\.)*)
    | (?P<language>@[A-Za-z-]+)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<open>[{(\[])
    | (?P<close>[})\]])
    | (?P<operator>\|\||&&|!=|<=|>=|\^\^|[-+*/!=<>|^,;.?])
    | (?P<space>\s+)
    """,
    re.VERBOSE | re.DOTALL,
)
_PAIRS = {"{": "}", "(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token of SPARQL: its sort (a group of the grammar above), its text and where it begins."""

    sort: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of SPARQL text without comments and white space.

    Raises InvalidQuery at a character that no token begins with, an unclosed string among them.
    """
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise InvalidQuery(
                f"{_where(text, place)}: {text[place : place + 12]!r} is not SPARQL",
                "close the string or remove the character",
            )
        if found.lastgroup not in ("comment", "space"):
            yield Token(str(found.lastgroup), found[0], place)
        place = found.end()


def admit(query: str) -> str:
    """A SELECT, ASK, CONSTRUCT or DESCRIBE query that may be run, with the known prefixes put in front.

    Raises InvalidQuery, naming the place, for text that is not admitted.
    """
    found = _admitted(query)
    if not any(_keyword(token) in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE") for token in found):
        raise InvalidQuery("this is no SPARQL query", "write a SELECT, ASK, CONSTRUCT or DESCRIBE query")
    declared = {after.text for token, after in pairwise(found) if _keyword(token) == "PREFIX" and after.sort == "pname"}
    return _prologue(declared) + query


def filter_query(pattern: str) -> str:
    """The query that gives every ?finding of a SPARQL group pattern, from the text between the braces.

    Raises InvalidQuery for a pattern that is not admitted, does not stay within its braces or does not
    speak of ?finding.
    """
    found = _admitted(pattern)
    for token in found:
        if _keyword(token) in ("PREFIX", "BASE", "CONSTRUCT", "DESCRIBE", "ASK", "FROM"):
            raise InvalidQuery(
                f"{_where(pattern, token.start)}: {token.text} has no place in a filter pattern",
                "write only what stands between the braces; common prefixes are known",
            )
    if not any(token.sort == "variable" and token.text[1:] == "finding" for token in found):
        raise InvalidQuery("the filter pattern does not bind ?finding", "name the finding ?finding in it")
    return f"{_prologue(set())}SELECT DISTINCT ?finding WHERE {{ {pattern}\n}}"


def names_graphs(query: str) -> bool:
    """Whether a query says with FROM which graphs it is about; else it sees all graphs as one."""
    return any(_keyword(token) == "FROM" for token in tokens(query))


def _admitted(text: str) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise InvalidQuery(f"the query has {len(text):,} characters", f"at most {MAX_LENGTH:,} are admitted; split it")
    found = list(tokens(text))
    _nests(found, text)
    operators = sum(1 for t in found if t.sort == "operator" or _keyword(t) in _JOINS)
    if operators > MAX_OPERATORS:
        raise InvalidQuery(
            f"the query has {operators} operators",
            f"at most {MAX_OPERATORS} are admitted; use VALUES or split it",
        )
    for index, token in enumerate(found):
        _refuse_reach(token, found[index + 1 : index + 3], text)
    return found


def _nests(found: list[Token], text: str) -> None:
    expected: list[str] = []
    for token in found:
        if token.sort == "open":
            expected.append(_PAIRS[token.text])
            if len(expected) > MAX_DEPTH:
                raise InvalidQuery(f"{_where(text, token.start)}: nested deeper than {MAX_DEPTH}", "flatten the query")
        elif token.sort == "close" and (not expected or expected.pop() != token.text):
            raise InvalidQuery(f"{_where(text, token.start)}: {token.text!r} closes nothing", "balance the brackets")
    if expected:
        raise InvalidQuery(f"a closing {expected[-1]!r} is missing at the end", "balance the brackets")


def _refuse_reach(token: Token, after: list[Token], text: str) -> None:
    """Refuse what changes data or reaches out of the store."""
    word = _keyword(token)
    if word == "SERVICE":
        raise InvalidQuery(f"{_where(text, token.start)}: SERVICE is not admitted", "query this store only")
    if word in _UPDATES:
        raise InvalidQuery(
            f"{_where(text, token.start)}: {word} is not admitted",
            "this store is read-only; it changes by `peel ingest`",
        )
    if word == "FROM":
        named = after[1:] if after and _keyword(after[0]) == "NAMED" else after
        ours = bool(named) and named[0].sort == "iri" and named[0].text.startswith(f"<{BASE}")
        if not ours:
            raise InvalidQuery(
                f"{_where(text, token.start)}: FROM names a graph that is not in this store",
                f"name a graph below {BASE} in angle brackets",
            )


def _keyword(token: Token) -> str:
    return token.text.upper() if token.sort == "word" else ""


def _where(text: str, place: int) -> str:
    line = text.count("\n", 0, place) + 1
    return f"line {line}, column {place - text.rfind(chr(10), 0, place)}"


def _prologue(declared: set[str]) -> str:
    return "".join(f"PREFIX {p}: <{iri}> " for p, iri in PREFIXES.items() if f"{p}:" not in declared)
