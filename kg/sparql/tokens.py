"""SPARQL text taken apart into tokens, by the terminals of the SPARQL 1.1 grammar.

An engine need not cut the text where the grammar does: Oxigraph's takes `SERVICEx:y` for the keyword SERVICE with
the name `x:y`, and `<2)SERVICE?x#>` for a comparison where an operand stands before it. What is admitted must
therefore be the same in both readings; `kg.sparql.admission` sees to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import InvalidQuery

_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_START = rf"[{_LETTER}_0-9]"
_NEXT = rf"[{_LETTER}_0-9\u00b7\u0300-\u036f\u203f-\u2040-]"
_ESCAPE = r"\\(?:[tbnrf\\\"']|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_PERCENT = r"%[0-9A-Fa-f]{2}"
_LOCAL_ESCAPE = r"\\[_~.\-!$&'()*+,;=/?\#@%]"

_TOKEN = re.compile(
    rf"""
      (?P<comment>\#[^\n\r]*)
    | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]|{_ESCAPE}))*\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*'''
        | "(?:[^"\\\n\r]|{_ESCAPE})+" | '(?:[^'\\\n\r]|{_ESCAPE})+' | ""(?!") | ''(?!'))
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<variable>[?$]{_START}[{_LETTER}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
    | (?P<blank>_:{_START}(?:(?:{_NEXT}|\.)*{_NEXT})?)
    | (?P<pname>(?:[{_LETTER}](?:(?:{_NEXT}|\.){{0,100}}{_NEXT})?)?:
        (?:(?:{_START}|:|{_PERCENT}|{_LOCAL_ESCAPE})
           (?:(?:{_NEXT}|\.|:|{_PERCENT}|{_LOCAL_ESCAPE})*(?:{_NEXT}|:|{_PERCENT}|{_LOCAL_ESCAPE}))?)?)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z][A-Za-z0-9_]*)
    | (?P<open>[{{(\[])
    | (?P<close>[}})\]])
    | (?P<operator>\|\||&&|!=|<=|>=|\^\^|[-+*/!=<>|^,;.?])
    | (?P<space>[ \t\r\n]+)
    """,
    re.VERBOSE | re.DOTALL,
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")
_ECHARS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token of SPARQL: its sort (a group of the grammar above), its text and where it begins."""

    sort: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """A word in upper case, as keywords are compared; empty for any other token."""
        return self.text.upper() if self.sort == "word" else ""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of SPARQL text without comments and white space.

    Raises InvalidQuery at a character that no token begins with, an unclosed string among them.
    """
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise InvalidQuery(
                f"{where(text, place)}: {text[place : place + 12]!r} is not SPARQL",
                "close the string or remove the character",
            )
        if found.lastgroup not in ("comment", "space"):
            yield Token(str(found.lastgroup), found[0], place)
        place = found.end()


def where(text: str, place: int) -> str:
    """A place in the text for people: its line and column, from 1."""
    line = text.count("\n", 0, place) + 1
    return f"line {line}, column {place - text.rfind(chr(10), 0, place)}"


def is_iri(text: str) -> bool:
    """Whether the text can stand between angle brackets as an absolute IRI."""
    return _ABSOLUTE.fullmatch(text) is not None


def value(literal: str) -> str:
    """What a string token stands for, its quotes and escapes taken away."""
    quotes = 3 if literal[:3] in ('"""', "'''") else 1
    inner = literal[quotes:-quotes]
    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", _unescaped, inner, flags=re.DOTALL)


def _unescaped(found: re.Match[str]) -> str:
    escape = found[1]
    return chr(int(escape[1:], 16)) if len(escape) > 1 else _ECHARS.get(escape, escape)
