"""What findings are linked to, and the issues that links make."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from typing_extensions import TypedDict

from kg.model import Relation
from search.find import MAX_K
from search.link.issues import IssueShown
from search.link.linked import LinkedAnswer
from search.link.related import Related
from search.web.api.findings import FindingPath, Opened, iri
from search.web.problems import described

router = APIRouter(responses=described(404, 410))
Wanted = Annotated[Relation | None, Query(description="Only links of this relation.")]
Names = Annotated[list[str], Query(description="Only findings of any of these, by any of their names.")]
One = Annotated[str | None, Query(description="Only issues of this one, by any of its names.")]


class Issues(TypedDict):
    """The issues of a generation, those of most forces first."""

    generation: str
    issues: list[IssueShown]


@router.get(
    "/api/findings/{finding:path}/links",
    summary="What a finding is linked to",
    operation_id="getLinks",
)
def links(
    finding: FindingPath,
    home: Opened,
    relation: Wanted = None,
    k: Annotated[int, Query(ge=1, le=MAX_K, description="How many to give.")] = 10,
) -> Related:
    """Its links with their evidence, up to `k` of each relation, and its `k` nearest findings in other forces."""
    return home.related(home.record(iri(finding))["finding"], k, relation=relation)


@router.get(
    "/api/links",
    summary="Findings with what they are linked to",
    operation_id="listLinked",
)
def linked(
    home: Opened,
    relation: Wanted = None,
    force: Names = [],  # noqa: B006 - FastAPI copies it
    cycle: Names = [],  # noqa: B006
    kind: Names = [],  # noqa: B006
    topic: Names = [],  # noqa: B006
    k: Annotated[int, Query(ge=1, le=50, description="How many links of each relation a finding.")] = 5,
) -> LinkedAnswer:
    """Which forces do well at what Kent was told to improve: relation=good-practice, force=kent."""
    given = {"force": force, "cycle": cycle, "kind": kind, "topic": topic}
    return home.linked(relation, k, **{facet: values for facet, values in given.items() if values})


@router.get("/api/issues", summary="The national picture", operation_id="listIssues")
def issues(
    home: Opened,
    force: One = None,
    cycle: One = None,
    topic: One = None,
    k: Annotated[int, Query(ge=1, le=MAX_K, description="How many to give.")] = 100,
) -> Issues:
    """Groups of criticism on one matter, those of most forces first, with their cycles, kinds and trend."""
    return {"generation": home.generation, "issues": home.issues(force, cycle, topic)[:k]}
