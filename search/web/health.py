"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from typing_extensions import TypedDict

from kg.errors import Damaged
from search.home import Home
from search.web.served import home_of

alive = APIRouter(tags=["operation"])
router = APIRouter(tags=["operation"])


class Health(TypedDict):
    """The process lives."""

    status: str


class Ready(TypedDict):
    """The generation being served and what is in it."""

    status: str
    generation: str
    reports: int
    findings: int
    triples: int


@alive.get("/healthz", summary="The process lives", operation_id="health")
def health() -> Health:
    """Always ok."""
    return {"status": "ok"}


router.include_router(alive)


@router.get("/readyz", summary="A generation is being served", operation_id="ready")
def ready(request: Request) -> Ready:
    """The generation being served and what is in it, once its parts are as long as it says; 503 where they are not."""
    home = home_of(request)
    counts = _counted(home)
    return {"status": "ready", "generation": home.generation, **counts}  # type: ignore[typeddict-item]


def _counted(home: Home) -> dict[str, int]:
    """What the manifest counts. Raises Damaged where what is open holds another number."""
    counts: dict[str, int] = home.snapshot.manifest["counts"]
    found = {"findings": (home.snapshot.facets.count, len(home.snapshot.index)), "triples": (len(home.store),)}
    for what, numbers in found.items():
        if any(number != counts[what] for number in numbers):
            raise Damaged(home.snapshot.folder, f"the manifest counts {counts[what]} {what}, there are {numbers}")
    return counts
