"""A finding: its words in their place, what they stand under, and where the like is found."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response

from kg.links import linked_pattern
from kg.model import Relation
from search.home import Home
from search.link.related import Linked, Related
from search.web.rendering import PageRoute, page
from search.web.served import home_of
from search.web.wording import RELATIONS, search_path, words

router = APIRouter(route_class=PageRoute)
RELATED = 6
"""How many of the nearest findings of other forces are shown."""
_FRAGMENT_WORDS = 8


@router.get("/findings/{report}/{key}")
def finding(report: str, key: str, home: Annotated[Home, Depends(home_of)]) -> Response:
    """One finding, by the end of its IRI. Raises NotFound, and Gone for one that was retired."""
    record = home.record(f"{report}#{key}")
    start, end = _place_in(record["context"], record["text"])
    found = home.related(record["finding"], k=RELATED)
    return page(
        "finding.html",
        home,
        finding=record,
        report=report,
        title=textwrap.shorten(record["text"], 70, placeholder="…"),
        span={"start": start, "end": end} if end else None,
        subjects=_subjects(home, record),
        there=_place_on_page(record),
        linked=linked(found),
        all_linked=search_path(where=linked_pattern(record["finding"])),
        related=found["related"],
        cited=_citation(home, record),
    )


def linked(found: Related) -> list[tuple[str, list[Linked]]]:
    """The links of a finding under what they are called from where it stands, in the order of `RELATIONS`."""
    own = found["finding"]["finding"]
    by_name: dict[str, list[Linked]] = {name: [] for name in RELATIONS.values()}
    for one in found["links"]:
        by_name[RELATIONS[Relation(one["relation"]), one["start"] == own]].append(one)
    return [(name, links) for name, links in by_name.items() if links]


def _place_in(context: str, text: str) -> tuple[int, int]:
    """Where a finding's words stand in their paragraph; (0, 0) where they do not stand in it as one piece."""
    start = context.find(text)
    return (start, start + len(text)) if start >= 0 else (0, 0)


def _subjects(home: Home, record: dict[str, Any]) -> list[tuple[str, str]]:
    """The subjects that the finding itself was tagged with: slug and label."""
    slugs = {value["label"]: value["value"] for value in home.snapshot.facets.values["topic"]}
    return [(slugs[label], label) for label in record["topics"]]


def _place_on_page(record: dict[str, Any]) -> str | None:
    """The official page, opened at the finding's words where they are the page's own."""
    url: str | None = record["source"]["url"]
    if url is None or record["source"]["wording"] != "official":
        return url
    first = " ".join(record["text"].split()[:_FRAGMENT_WORDS])
    return f"{url.partition('#')[0]}#:~:text={quote(first, safe='')}"


def _citation(home: Home, record: dict[str, Any]) -> str:
    """How to cite a finding: whose it is, whose words they are, where they stand, and the permanent address."""
    inspected = f"PEEL {record['cycle']}, {record['force']['label']}"
    if record["pillar"]:
        inspected += f", {words(record['pillar']).lower()}"
    official = record["source"]["wording"] == "official"
    said = f"“{' '.join(record['text'].split())}” " if official else ""
    how = "Found with" if official else "Restated in other words by"
    today = datetime.now(UTC).strftime("%-d %B %Y")
    page_read = f" Official page: {record['source']['url']}" if record["source"]["url"] else ""
    return (
        f"{said}HMICFRS, {inspected}. {how} Peelgraph, data generation {home.generation}, "
        f"{record['finding']}, retrieved {today}.{page_read}"
    )
