"""What can be filtered by, and the grades."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from typing_extensions import TypedDict

from search.facets import Value
from search.grades import Comparability, Entry
from search.web.api.findings import Opened
from search.web.problems import described

router = APIRouter(responses=described(404, 410))


class Grades(TypedDict):
    """Judgments, and which neighbouring cycles' grades may be compared."""

    generation: str
    grades: list[Entry]
    comparability: list[Comparability]


@router.get("/api/forces", summary="The 43 forces", operation_id="listForces")
def forces(home: Opened) -> list[Value]:
    """Every force with its slug, official name and the other names it goes by."""
    return list(home.snapshot.facets.values["force"])


@router.get("/api/topics", summary="The subjects of the thesaurus", operation_id="listTopics")
def topics(home: Opened) -> list[Value]:
    """Every subject that findings may be tagged with."""
    return list(home.snapshot.facets.values["topic"])


@router.get("/api/grades", summary="Judgments", operation_id="listGrades")
def grades(
    home: Opened,
    force: Annotated[str | None, Query(description="One force, by any of its names.", examples=["kent"])] = None,
    cycle: Annotated[str | None, Query(description="One cycle.", examples=["2017"])] = None,
) -> Grades:
    """By force, pillar or question and cycle: grade, status, where it was carried over from, what is comparable."""
    return {
        "generation": home.generation,
        "grades": home.grades(force, cycle),
        "comparability": home.comparability(),
    }
