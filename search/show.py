"""Answers as text for a terminal: plain words, no colour needed to read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from search.find import Answer, Hit
from search.link import Related

WIDTH = 100
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
"""The line that the licence asks for wherever the findings are shown."""


def answer(found: Answer, explain: bool) -> Iterator[str]:
    """A whole answer: how many there are, the hits, and where they come from."""
    query, shown = found["query"], len(found["hits"])
    yield (
        f"{_plural(found['total'], 'finding')} match; the nearest {shown} by {query['mode']} ranking."
        if shown
        else "No finding matches."
    )
    for number, one in enumerate(found["hits"], start=1):
        yield ""
        yield from hit(one, f"{number}. ")
        if explain:
            yield from ledger(one)
    yield from _end(found["generation"], found["hits"])


def related(found: Related) -> Iterator[str]:
    """A finding and its nearest findings in other forces."""
    yield from hit(found["finding"], "")
    yield ""
    yield "Nearest findings in other forces:"
    for number, one in enumerate(found["related"], start=1):
        yield ""
        yield from hit(one, f"{number}. ")
        yield f"   cosine {one['score']:.3f}"
    yield from _end(found["generation"], found["related"])


def hit(one: Hit, number: str) -> Iterator[str]:
    """One finding: who and when, its words, its source."""
    indent = " " * len(number)
    yield number + " · ".join(_heading(one))
    quoted = one["source"]["wording"] == "official"
    words = " ".join(one["text"].split())
    shown = f"“{words}”" if quoted else words
    yield from textwrap.wrap(shown, WIDTH, initial_indent=indent, subsequent_indent=indent)
    yield f"{indent}{one['source']['url'] or 'no address known'}{'' if quoted else ' (restated, not a quotation)'}"
    yield f"{indent}{one['finding']}"


def _heading(one: Hit) -> Iterator[str]:
    yield one["force"]["label"]
    yield f"PEEL {one['cycle']}"
    question = one["question"]
    place = [one["pillar"]] if one["pillar"] else []
    if question:
        number = question["number"]
        place.append(f"question {number}" if isinstance(number, int) else question["title"])
    if place:
        yield ", ".join(place)
    if one["grade"]:
        yield f"graded {one['grade'].replace('-', ' ')}"
    yield one["kind"].replace("-", " ")


def ledger(one: Hit) -> Iterator[str]:
    """Why a hit has its score."""
    book = one["ledger"]
    parts = " + ".join(f"{name} {value:.3f}" for name, value in book["parts"].items())
    yield f"   score {one['score']:.3f} = {parts}"
    if book["cosine"] is not None:
        yield f"   cosine {book['cosine']:.3f}"
    if book["words"]:
        yield "   words " + ", ".join(f"{word} {weight:.2f}" for word, weight in book["words"].items())


def _end(generation: str, hits: Sequence[Hit]) -> Iterator[str]:
    yield ""
    yield f"Generation {generation}. {ATTRIBUTION}" if hits else f"Generation {generation}."


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any] | Sequence[Any]]) -> Iterator[str]:
    """Rows under their headings, each column as wide as its widest cell."""
    cells = [list(columns)]
    for row in rows:
        values = [row.get(c) for c in columns] if isinstance(row, Mapping) else row
        cells.append(["" if value is None else " ".join(str(value).split()) for value in values])
    widths = [max(len(line[column]) for line in cells) for column in range(len(columns))]
    for line in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def ingest_account(outcome: Mapping[str, Any], new: bool) -> Iterator[str]:
    """What an ingest did, report by report."""
    for report in outcome["reports"]:
        counts = f"{_plural(len(report['findings']), 'finding')}, {_plural(len(report['judgments']), 'judgment')}"
        yield f"{report['report'].rsplit('/', 1)[-1]}: {counts}, {_plural(len(report['skipped']), 'line')} set aside"
        yield from (f"  warning: {warning}" for warning in report["warnings"])
    if new:
        yield f"Published generation {outcome['generation']}."
    elif outcome["generation"] is None:
        yield "Nothing was published."
    elif outcome["refused"]:
        yield f"Nothing was published; generation {outcome['generation']} goes on serving."
    else:
        yield f"Nothing new; generation {outcome['generation']} goes on serving."


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
