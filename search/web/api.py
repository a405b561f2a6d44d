"""The JSON API: search, findings, their neighbours, forces, topics, grades, health."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from search.facets import FACETS, Value
from search.find import MAX_K, MAX_TEXT, Answer, Mode
from search.home import Home
from search.link import Related
from search.web.served import home_of

router = APIRouter()
Opened = Annotated[Home, Depends(home_of)]


class SearchRequest(BaseModel):
    """A question with its constraints; the same names in a query string and in a JSON body."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=MAX_TEXT, description="What to look for, in your own words.")
    force: list[str] = Field(default=[], description="A force: kent, GMP, the Met.")
    region: list[str] = Field(default=[], description="An English region, or wales.")
    cycle: list[str] = Field(default=[], description="A PEEL cycle: 2017, 2018/19.")
    pillar: list[str] = []
    question: list[str] = Field(default=[], description="A question's printed number, or an area's name.")
    kind: list[str] = Field(default=[], description="strength, area-for-improvement, …")
    grade: list[str] = []
    polarity: list[str] = []
    topic: list[str] = Field(default=[], description="A subject of the thesaurus: body-worn-video.")
    where: str | None = Field(default=None, description="A SPARQL group pattern that binds ?finding.")
    mode: Mode = Mode.HYBRID
    k: int = Field(default=10, ge=1, le=MAX_K)

    def answer(self, home: Home) -> Answer:
        """Ask the home."""
        filters = {facet: getattr(self, facet) for facet in FACETS}
        return home.find(self.text, where=self.where, k=self.k, mode=self.mode, **filters)


@router.get("/api/search", summary="Find findings")
def search(request: Annotated[SearchRequest, Query()], home: Opened) -> Answer:
    """Findings by meaning and words, limited by filters and by a SPARQL pattern; exact facet counts."""
    return request.answer(home)


@router.post("/api/search", summary="Find findings, with a JSON body")
def search_by_body(request: SearchRequest, home: Opened) -> Answer:
    """The same as the GET form."""
    return request.answer(home)


@router.get("/api/findings/{finding:path}/links", summary="The nearest findings in other forces")
def links(finding: str, home: Opened, k: Annotated[int, Query(ge=1, le=MAX_K)] = 10) -> Related:
    """`finding` is `<report>/<key>`, as in kent-2017-effectiveness/f-0123456789ab, or the whole IRI."""
    return home.related(_iri(finding), k)


@router.get("/api/findings/{finding:path}", summary="One finding")
def one_finding(finding: str, home: Opened) -> dict[str, Any]:
    """`finding` is `<report>/<key>`, or the whole IRI."""
    record = home.snapshot.records([home.snapshot.row_of(_iri(finding))])[0]
    return {"generation": home.generation, **record}


@router.get("/api/forces", summary="The 43 forces")
def forces(home: Opened) -> list[Value]:
    """Every force with its slug, official name and the other names it goes by."""
    return list(home.snapshot.facets.values["force"])


@router.get("/api/topics", summary="The subjects of the thesaurus")
def topics(home: Opened) -> list[Value]:
    """Every subject that findings may be tagged with."""
    return list(home.snapshot.facets.values["topic"])


@router.get("/api/grades", summary="Judgments")
def grades(home: Opened, force: str | None = None, cycle: str | None = None) -> dict[str, Any]:
    """By force, pillar or question and cycle: grade, status, where it was carried over from, what is comparable."""
    return {
        "generation": home.generation,
        "grades": home.grades(force, cycle),
        "comparability": home.comparability(),
    }


@router.get("/healthz", summary="The process lives")
def health() -> dict[str, str]:
    """Always ok."""
    return {"status": "ok"}


@router.get("/readyz", summary="A generation is being served")
def ready(home: Opened) -> dict[str, str | int]:
    """The generation being served and what is in it; 503 where there is none."""
    return {"status": "ready", "generation": home.generation, **home.snapshot.manifest["counts"]}


def _iri(finding: str) -> str:
    """A fragment cannot stand in a path unescaped, so its `#` may be written as a slash."""
    if "#" in finding or "/" not in finding:
        return finding
    report, _, key = finding.rpartition("/")
    return f"{report}#{key}"
