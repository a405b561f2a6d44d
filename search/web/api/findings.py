"""One finding, by its address."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from typing_extensions import TypedDict

from search.home import Home
from search.web.problems import described
from search.web.served import pinned_home

router = APIRouter()
Opened = Annotated[Home, Depends(pinned_home)]
FindingPath = Annotated[
    str,
    Path(
        description="`<report>/<key>`, or the whole IRI with its # escaped.",
        examples=["kent-2017-effectiveness/f-7d7c3da4f7d4"],
    ),
]


class OneFinding(TypedDict):
    """A finding, and the way back to its source."""

    generation: str
    finding: str
    report: str
    kind: str
    polarity: str
    text: str
    context: str
    meaning: str
    force: dict[str, str]
    region: str
    cycle: str
    pillar: str | None
    question: dict[str, Any] | None
    grade: str | None
    deadline: str | None
    topics: list[str]
    topic_slugs: list[str]
    updated: str | None
    source: dict[str, Any]


@router.get(
    "/api/findings/{finding:path}", summary="One finding", operation_id="getFinding", responses=described(404, 410)
)
def one_finding(finding: FindingPath, home: Opened) -> OneFinding:
    """What the graph holds of one finding; 410 with what replaced it for one that was retired."""
    return {"generation": home.generation, **home.record(iri(finding))}  # type: ignore[typeddict-item]


def iri(finding: str) -> str:
    """A finding's IRI or the end of it. A fragment cannot stand in a path unescaped, so its # may be a slash."""
    if "#" in finding or "/" not in finding:
        return finding
    report, _, key = finding.rpartition("/")
    return f"{report}#{key}"
