"""Answers as text for a terminal: plain words, no colour needed to read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from search.find import Answer, Hit

WIDTH = 100
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
"""The line that the licence asks for wherever the findings are shown."""


def answer(found: Answer, explain: bool) -> Iterator[str]:
    """A whole answer: what was read out of the question, how many match, the hits, and where they come from."""
    yield from _understood(found["query"])
    yield _summary(found)
    first = found["query"]["offset"] + 1
    far = False
    for number, one in enumerate(found["hits"], start=first):
        if not one["close"] and not far and found["answered"]:
            yield ""
            yield "The nearest of the rest, which do not match:"
        far = not one["close"]
        yield ""
        yield from hit(one, f"{number}. ")
        if explain:
            yield from ledger(one)
    if "plan" in found:
        yield ""
        yield from _plan(found)
    yield from _end(found["generation"], found["hits"])


def _understood(query: Mapping[str, Any]) -> Iterator[str]:
    """What the question was taken to ask for, beside what it is ranked by."""
    limits = [chip["label"] for chip in query["understood"]]
    limits += [f"with “{phrase}”" for phrase in query["phrases"]]
    limits += [f"without “{words}”" for words in query["excluded"]]
    if limits:
        yield f"Read from your question: {'; '.join(limits)}. Use --literal to switch this off."
    for note in query["notes"]:
        yield f"Note: {note}"


def _summary(found: Answer) -> str:
    total, shown, mode = found["total"], len(found["hits"]), found["query"]["mode"]
    if not shown:
        return _nothing(found["query"]) if found["query"]["offset"] == 0 else "There are no more findings."
    if not found["answered"]:
        return f"No finding matches. The nearest {shown} by {mode} ranking, shown as the nearest and not as an answer:"
    matching = f"{total:,} finding{' matches' if total == 1 else 's match'}"
    if found["cutoff"] is None and not found["query"]["meaning"].strip():
        return f"{matching}; {shown} of them, in the order of the reports."
    return f"{matching}; the nearest {shown} by {mode} ranking."


def _nothing(query: Mapping[str, Any]) -> str:
    """That nothing was found, by which limits, and what to try."""
    read = [chip["label"] for chip in query["understood"]]
    facets = {chip["facet"] for chip in query["understood"]}
    given = [f"{name} {' or '.join(values)}" for name, values in query["filters"].items() if name not in facets]
    worded = [*(f"with “{p}”" for p in query["phrases"]), *(f"without “{w}”" for w in query["excluded"])]
    limits = [*read, *given, *worded, *(["the SPARQL pattern"] if query["where"] else [])]
    if not limits:
        return "No finding matches."
    other = ", or use --literal to read none of them from your question" if read or worded else ""
    less = "Take it away" if len(limits) == 1 else "Take one of them away"
    return f"No finding matches all of this: {'; '.join(limits)}. {less}{other}."


def _plan(found: Answer) -> Iterator[str]:
    """How the answer was come by."""
    plan = found["plan"]
    stages = ", ".join(f"{stage} {milliseconds:.1f}" for stage, milliseconds in plan["milliseconds"].items())
    yield f"{_plural(plan['allowed'], 'finding')} allowed; vectors {plan['vectors']}; milliseconds: {stages}."
    if found["cutoff"]:
        yield f"A finding matches from a {found['cutoff']['on']} of {found['cutoff']['score']:.2f} on."


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
    if one["also"]:
        others = "; ".join(f"{same['force']['label']}, PEEL {same['cycle']}" for same in one["also"])
        yield from textwrap.wrap(f"Also: {others}", WIDTH, initial_indent=indent, subsequent_indent=indent)
    for told in one.get("linked", []):
        by = (
            "Link confirmed by a person"
            if told["status"] == "confirmed"
            else f"Linked by a machine ({told['score']:.2f})"
        )
        said = f"{by}: {told['force']['label']}, PEEL {told['cycle']}: {told['text']}"
        yield from textwrap.wrap(said, WIDTH, initial_indent=indent, subsequent_indent=indent)
        yield f"{indent}{told['link']}"


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
    measures = [f"cosine {book['cosine']:.3f}"] if book["cosine"] is not None else []
    measures += [f"{name} {book[name]:.3f}" for name in ("standing", "share", "relevance") if name in book]
    if "normalised" in book:
        sides = " and ".join(f"{name} {value:.3f}" for name, value in book["normalised"].items())
        yield f"   normalised {sides}, weight of meaning {book['weight']:.2f}"
    if measures:
        yield f"   {', '.join(measures)}"
    if book["words"]:
        yield "   words " + ", ".join(f"{word} {weight:.2f}" for word, weight in book["words"].items())
    if one["sentence"]["text"] != one["text"]:
        yield from textwrap.wrap(
            f"best sentence: {one['sentence']['text']}", WIDTH, initial_indent="   ", subsequent_indent="   "
        )


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
    yield from (f"warning: {warning}" for warning in outcome["warnings"])
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
