"""Links and issues as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.link.issues import IssueShown
from search.link.linked import LinkedAnswer
from search.link.related import Linked, Related
from search.show import ATTRIBUTION, hit, table

INFERRED = "Links are made by a machine: read both findings before you rely on one."
CONFIRMED = "Every link shown was made by a machine and confirmed by a person."

_HEADINGS = {
    "same-issue": "Criticised on the same matter in other forces:",
    "good-practice": "Good practice on the same matter in other forces:",
    "recurs": "The same force, criticised on the same matter in another cycle:",
    "answered-by": "The same force, criticised and later praised on the same matter:",
    "same-text": "In the same or nearly the same words:",
}


def related(found: Related) -> Iterator[str]:
    """A finding, what it is linked to by relation, and its nearest findings in other forces."""
    yield from hit(found["finding"], "")
    for relation, heading in _HEADINGS.items():
        links = [link for link in found["links"] if link["relation"] == relation]
        if links:
            yield ""
            yield _heading(heading, found, relation)
            yield from _links(links)
    yield ""
    yield "Nearest findings in other forces, linked or not:"
    for number, one in enumerate(found["related"], start=1):
        yield ""
        yield from hit(one, f"{number}. ")
        yield f"   cosine {one['score']:.3f}"
    yield from _end(found["generation"], [link["status"] for link in found["links"]])


def _heading(heading: str, found: Related, relation: str) -> str:
    """The heading, turned round where it is the finding asked about that praises."""
    if relation == "good-practice" and found["finding"]["polarity"] == "positive":
        return "Criticism on the same matter in other forces:"
    return heading


def linked(found: LinkedAnswer) -> Iterator[str]:
    """Findings, each with what it is linked to."""
    total = len(found["findings"])
    yield f"{total} finding{' has' if total == 1 else 's have'} such links."
    for one in found["findings"]:
        yield ""
        yield from hit(one["finding"], "")
        yield from _links(one["links"])
    yield from _end(found["generation"], [link["status"] for one in found["findings"] for link in one["links"]])


def _links(links: Sequence[Linked]) -> Iterator[str]:
    for link in links:
        yield ""
        yield from hit(link["finding"], "   ")
        yield f"   {_why(link)}"
        yield f"   {link['link']}"


def _why(link: Linked) -> str:
    """The evidence in one line."""
    evidence = link["evidence"]
    shared = [*evidence["subjects"], *(f"“{word}”" for word in evidence["words"])]
    both = f"; both speak of {', '.join(shared)}" if shared else ""
    worse = "; now a cause of concern" if evidence["escalates"] else ""
    how = "confirmed by a person" if link["status"] == "confirmed" else f"score {link['score']:.2f}"
    return f"{link['label']}: {how}, cosine {evidence['cosine']:.2f}{both}{worse}"


def issues(found: Sequence[IssueShown], generation: str) -> Iterator[str]:
    """The issues as a table, those of most forces first."""
    rows = [
        {
            "forces": len(one["forces"]),
            "findings": one["count"],
            "cycles": ", ".join(f"{cycle}: {count}" for cycle, count in one["cycles"].items()),
            "trend": one["trend"],
            "issue": one["label"],
            "id": one["issue"].rsplit("/", 1)[-1],
        }
        for one in found
    ]
    yield from table(("forces", "findings", "cycles", "trend", "issue", "id"), rows)
    yield from _end(generation, ["inferred"] * len(found))


def _end(generation: str, statuses: Sequence[str]) -> Iterator[str]:
    """What the links rest on, by the status of each, and where the findings come from."""
    yield ""
    if statuses:
        yield CONFIRMED if set(statuses) == {"confirmed"} else INFERRED
    yield f"Generation {generation}. {ATTRIBUTION}"
