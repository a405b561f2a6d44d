"""The search block: `SERVICE peel:search { … }`, which is answered here and never called out.

    SERVICE peel:search { ?finding peel:query "text" ; peel:score ?score ; peel:limit 50 ; peel:mode "hybrid" }

becomes the rows that a search gives, so that any pattern may join it. Only peel:query is required.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kg.errors import InvalidQuery
from kg.sparql.tokens import Token, value, where
from ontology import BASE

MAX_LIMIT = 1_000
"""The most findings of one block: engines slow down with more rows of VALUES."""
MAX_BLOCKS = 5
"""The most search blocks of one query."""
DEFAULT_LIMIT = 10
"""How many findings a block gives that names no limit."""

_DEF = BASE + "def#"
_SHAPE = 'write SERVICE peel:search { ?finding peel:query "text" ; peel:score ?score ; peel:limit 50 }'


@dataclass(frozen=True, slots=True)
class Search:
    """What a search block asks for, and the variables that take the answer."""

    finding: str
    text: str = ""
    score: str | None = None
    limit: int = DEFAULT_LIMIT
    mode: str = "hybrid"


Searcher = Callable[[Search], Iterable[tuple[str, float]]]
"""What answers a search block: the IRIs of findings, best first, each with its score."""


def begins(after: Sequence[Token]) -> bool:
    """Whether the tokens after SERVICE begin a search block."""
    return len(after) > 1 and _name(after[0]) == "search" and after[1].text == "{"


def rows(text: str, block: Sequence[Token], search: Searcher) -> str:
    """The VALUES clause that a block's tokens, from SERVICE to its closing brace, are replaced with.

    Raises InvalidQuery, naming the place, where the block or the search is not as it should be.
    """
    wanted = _parsed(text, block[3:-1], where(text, block[0].start))
    try:
        found = list(search(wanted))
    except InvalidQuery as error:
        raise InvalidQuery(f"{where(text, block[0].start)}: {error.fault}", error.mend) from error
    lines = "\n" * text.count("\n", block[0].start, block[-1].start)
    if wanted.score is None:
        return f"VALUES {wanted.finding} {{ {' '.join(f'<{iri}>' for iri, _ in found)} }}{lines}"
    listed = " ".join(f"(<{iri}> {score:.6f})" for iri, score in found)
    return f"VALUES ({wanted.finding} {wanted.score}) {{ {listed} }}{lines}"


def _parsed(text: str, inside: Sequence[Token], place: str) -> Search:
    """What stands between the braces: one finding with its properties, `;` between them."""
    wanted: Search | None = None
    left = list(inside)
    said: set[str] = set()
    while left:
        if wanted is None or left[0].sort == "variable":
            finding = _taken(text, left, "variable", place)
            wanted = wanted or Search(finding.text)
            if finding.text != wanted.finding:
                raise _fault(text, finding, "a search block speaks of one finding")
        name = _taken(text, left, "a property", place)
        if (property_ := _name(name)) in said:
            raise _fault(text, name, f"{name.text} is said twice")
        said.add(property_)
        wanted = _with(text, wanted, name, _taken(text, left, "a value", place))
        if left:
            _separator(text, left)
    if wanted is None or "query" not in said:
        raise InvalidQuery(f"{place}: the search block has no peel:query", _SHAPE)
    return wanted


def _with(text: str, wanted: Search, name: Token, given: Token) -> Search:
    match _name(name), given.sort:
        case "query", "string":
            return replace(wanted, text=value(given.text))
        case "mode", "string":
            return replace(wanted, mode=value(given.text))
        case "score", "variable" if given.text[1:] != wanted.finding[1:]:
            return replace(wanted, score=given.text)
        case "limit", "number" if given.text.isdigit() and 1 <= int(given.text) <= MAX_LIMIT:
            return replace(wanted, limit=int(given.text))
        case "limit", _:
            raise _fault(text, given, f"a limit is a number from 1 to {MAX_LIMIT:,}")
        case "query" | "mode", _:
            raise _fault(text, given, f"{name.text} is a text in quotes, not {given.text}")
        case "score", _:
            raise _fault(text, given, "a score is given to a variable of its own")
    raise _fault(text, name, f"a search block has no {name.text}")


def _taken(text: str, left: list[Token], expected: str, place: str) -> Token:
    if not left:
        raise InvalidQuery(f"{place}: the search block ends before {expected}", _SHAPE)
    token = left.pop(0)
    if expected == "variable" and token.sort != "variable":
        raise _fault(text, token, "a search block begins with the variable that takes the finding")
    return token


def _separator(text: str, left: list[Token]) -> None:
    token = left.pop(0)
    if token.text not in (";", "."):
        raise _fault(text, token, f"{token.text} has no place in a search block")
    while left and left[0].text in (";", "."):
        left.pop(0)


def _fault(text: str, token: Token, fault: str) -> InvalidQuery:
    return InvalidQuery(f"{where(text, token.start)}: {fault}", _SHAPE)


def _name(token: Token) -> str:
    """The local name of a term of ours, however it is written; empty for any other."""
    for sort, start, end in (("pname", "peel:", ""), ("iri", f"<{_DEF}", ">")):
        if token.sort == sort and token.text.startswith(start):
            return token.text.removeprefix(start).removesuffix(end)
    return ""
