"""What may be said: the PEEL ontology, its vocabularies, its shapes and its competency questions.

Turtle files in this folder; this module loads them. Nothing is read at import, rdflib not imported.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdflib import Graph

BASE = "https://w3id.org/peelgraph/"
"""The base of every IRI that Peelgraph mints: the one place it is written in Python."""

PEELGRAPH_ONTOLOGY = True
"""Says that this module is Peelgraph's `ontology` and not another distribution's of that name."""

VOCABULARY_FILES = ("peel.ttl", "concepts.ttl", "forces.ttl", "topics.ttl")
"""The files that make up the vocabulary graph of every home."""


def folder() -> Traversable:
    """The folder that holds the Turtle files, in a checkout or an installed wheel."""
    return files(__name__)


@cache
def graph() -> Graph:
    """The ontology and its vocabularies in one graph. Shared: do not change it."""
    from rdflib import Graph

    merged = Graph()
    for name in VOCABULARY_FILES:
        parse_into(merged, folder() / name)
    return merged


@cache
def shapes(level: str) -> Graph:
    """The SHACL shapes of one requirement level: `must` or `should`."""
    from rdflib import Graph

    return parse_into(Graph(), folder() / "shapes" / f"{level}.ttl")


def questions() -> dict[str, str]:
    """The competency questions: name of the file without its ending -> SPARQL text, in order."""
    entries = sorted((folder() / "questions").iterdir(), key=lambda entry: entry.name)
    return {e.name.removesuffix(".rq"): e.read_text("utf-8") for e in entries if e.name.endswith(".rq")}


@cache
def digest() -> str:
    """The sha256 of all vocabulary files: it changes whenever what may be said changes."""
    return hashlib.sha256(b"".join((folder() / name).read_bytes() for name in VOCABULARY_FILES)).hexdigest()


@cache
def version() -> str:
    """The ontology's version, read from the header of `peel.ttl`; it is written nowhere else."""
    header = (folder() / "peel.ttl").read_text("utf-8")
    found = re.search(r'owl:versionInfo\s+"([^"]+)"', header)
    if found is None:
        raise ValueError("ontology/peel.ttl has no owl:versionInfo")
    return found.group(1)


def parse_into(target: Graph, file: Traversable) -> Graph:
    """Parse one Turtle file into `target` and return it.

    Raises ValueError, naming file and line, when the Turtle is broken.
    """
    try:
        return target.parse(data=file.read_text("utf-8"), format="turtle")
    except SyntaxError as error:
        line = int(getattr(error, "lines", 0)) + 1
        raise ValueError(f"{file.name}, line {line}: {error}") from error
