"""The formats of a bulk export: each a stream that ends with its count, so that one that was cut short shows.

Findings that say the same are one item of a ranked search, the others named in `also`; Turtle has them all.

jsonl   one JSON object a finding, as in an answer; at the end {"count": n, "generation": "…"}
csv     RFC 4180 with a heading row; at the end a row `# count,n`
ttl     Turtle: every statement about each finding and its span; at the end a comment `# count n`
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from search import documents
from search.home import Home
from search.show import ATTRIBUTION

Findings = Iterator[dict[str, Any]]
COLUMNS = (
    *("finding", "force", "force_label", "cycle", "pillar", "question", "question_title", "kind", "polarity", "grade"),
    *("deadline", "topics", "text", "context", "score", "also", "url", "wording", "start", "end", "sha256"),
)
"""The columns of a CSV export."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    """The formats of an export."""

    JSONL = "jsonl"
    CSV = "csv"
    TTL = "ttl"


MEDIA_TYPES = {Format.JSONL: "application/jsonl", Format.CSV: "text/csv", Format.TTL: "text/turtle"}
"""What each format is called in HTTP."""


def jsonl(home: Home, findings: Findings) -> Iterator[str]:
    """A line a finding, and a last one that counts them."""
    count = 0
    for count, one in enumerate(findings, start=1):  # noqa: B007 - the last count is wanted
        yield json.dumps(one, ensure_ascii=False) + "\n"
    yield json.dumps({"count": count, "generation": home.generation}) + "\n"


def rows(home: Home, findings: Findings) -> Iterator[str]:
    """A row a finding below the heading, and a last one that counts them."""
    yield _row(COLUMNS)
    count = 0
    for count, one in enumerate(findings, start=1):  # noqa: B007
        yield _row([safe(cell) for cell in _cells(one)])
    yield _row(("# count", count))


def turtle(home: Home, findings: Findings) -> Iterator[str]:
    """A statement a line, and a last line that counts the findings."""
    yield f"# Generation {home.generation}. {ATTRIBUTION}\n"
    count = 0
    for count, one in enumerate(findings, start=1):  # noqa: B007
        for iri in (one["finding"], *(same["finding"] for same in one.get("also", ()))):
            said = sorted(set(documents.finding(home.graph, iri)))
            yield "".join(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in said)
    yield f"# count {count}\n"


WRITERS: dict[Format, Callable[[Home, Findings], Iterator[str]]] = {
    Format.JSONL: jsonl,
    Format.CSV: rows,
    Format.TTL: turtle,
}
"""What writes each format."""


def safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: an apostrophe before the character that would make it one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell


def _cells(one: dict[str, Any]) -> list[object]:
    question, source = one["question"] or {}, one["source"]
    values = {
        **{name: one.get(name) for name in COLUMNS},
        "force": one["force"]["slug"],
        "force_label": one["force"]["label"],
        "question": question.get("number"),
        "question_title": question.get("title"),
        "topics": "; ".join(one["topics"]),
        "also": " ".join(same["finding"] for same in one.get("also", ())),
        **{name: source[name] for name in ("url", "wording", "start", "end", "sha256")},
    }
    return [values[name] for name in COLUMNS]


def _row(cells: Any) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()
