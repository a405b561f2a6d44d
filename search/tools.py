"""What a language model's tools answer: types, and one method a tool, each with the way back to the sources."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from kg import generations
from kg.model import Relation
from search.grades import Comparability, Entry
from search.home import Home
from search.link.related import Evidence, Linked

if TYPE_CHECKING:
    from kg.workers import Workers

MAX_ROWS = 500
"""The most rows of one answer to a SPARQL query."""
MAX_FORCES = 6
"""The most forces that are compared at once."""

Many = Annotated[list[str] | None, Field(description="Any of these; no limit where left out.")]
Limit = Annotated[int, Field(ge=1, le=50, description="The most findings to give.")]


class Item(TypedDict):
    """A finding with the way back to its source; `close` says whether it answers, or is only the nearest there is."""

    finding: str
    force: str
    cycle: str
    pillar: str | None
    question: str | None
    kind: str
    polarity: str
    grade: str | None
    text: str
    wording: str
    source: str | None
    close: bool


class Found(TypedDict):
    """An answer: `total` findings match, the best of them first."""

    generation: str
    answered: bool
    total: int
    understood: list[dict[str, Any]]
    findings: list[Item]


class One(TypedDict):
    """One finding in its context."""

    generation: str
    finding: Item
    context: str
    topics: list[str]
    report: str
    updated: str | None


class Link(TypedDict):
    """A finding that another is linked to: how, how surely, whether a person confirmed it, and on what evidence."""

    relation: str
    score: float
    status: str
    evidence: Evidence
    finding: Item


class Neighbours(TypedDict):
    """A finding, what it is linked to, and the findings of other forces nearest to it in meaning."""

    generation: str
    finding: Item
    links: list[Link]
    related: list[Item]


class Compared(TypedDict):
    """Of each force: how many findings match, the best of them, and its grades."""

    generation: str
    forces: dict[str, Found]
    grades: list[Entry]
    comparability: list[Comparability]


class Source(TypedDict):
    """The page that a finding comes from, and whether its words are official or restated."""

    url: str | None
    wording: str


class Rows(TypedDict):
    """The rows of a query, `truncated` where there were more, and the page and wording of each finding in them."""

    generation: str
    columns: list[str]
    rows: list[list[str | None]]
    truncated: bool
    sources: dict[str, Source]


class Tools:
    """What the tools answer, over the newest generation of a home; SPARQL in `workers`, where there are any."""

    def __init__(self, folder: Path, model: str | None = None, workers: Workers | None = None) -> None:
        self._folder, self._model, self._workers = folder, model, workers
        self._held: Home | None = None
        self._opening = threading.Lock()

    @property
    def home(self) -> Home:
        """The newest generation."""
        with self._opening:
            if self._held is None or generations.current(self._folder).name != self._held.generation:
                self._held = Home(self._folder, self._model, workers=self._workers)
            return self._held

    def search_findings(
        self,
        question: Annotated[str, Field(description="What to look for, in plain words.", min_length=1, max_length=2000)],
        force: Many = None,
        region: Many = None,
        cycle: Many = None,
        pillar: Many = None,
        kind: Many = None,
        grade: Many = None,
        polarity: Many = None,
        topic: Many = None,
        limit: Limit = 10,
    ) -> Found:
        """Find what inspectors found, by meaning and words. Filters take names: GMP, 2018/19, cause-of-concern."""
        given = {
            "force": force, "region": region, "cycle": cycle, "pillar": pillar,
            "kind": kind, "grade": grade, "polarity": polarity, "topic": topic,
        }  # fmt: skip
        return self._found(self.home, question, limit, {name: values for name, values in given.items() if values})

    def get_finding(self, finding: Annotated[str, Field(description="Its IRI, as answers give it.")]) -> One:
        """One finding whole, with the paragraph it stands in."""
        home = self.home
        record = home.record(finding)
        return {
            "generation": home.generation,
            "finding": _item(record, close=True),
            "context": record["context"],
            "topics": record["topics"],
            "report": record["report"],
            "updated": record["updated"],
        }

    def related_findings(
        self,
        finding: Annotated[str, Field(description="Its IRI, as answers give it.")],
        relation: Annotated[Relation | None, Field(description="Only links of this relation.")] = None,
        limit: Limit = 10,
    ) -> Neighbours:
        """Where else the matter comes up: the same issue, good practice, what recurs or was answered; the nearest."""
        home = self.home
        found = home.related(home.record(finding)["finding"], limit, relation=relation)
        return {
            "generation": found["generation"],
            "finding": _item(found["finding"], close=True),
            "links": [_link(link) for link in found["links"]],
            "related": [_item(one, close=True) for one in found["related"]],
        }

    def compare_forces(
        self,
        forces: Annotated[list[str], Field(min_length=1, max_length=MAX_FORCES, description="Forces, by any name.")],
        question: Annotated[str, Field(description="The matter to compare them on.", min_length=1, max_length=2000)],
        cycle: Annotated[str | None, Field(description="One cycle, as 2017 or 2018/19.")] = None,
        limit: Annotated[int, Field(ge=1, le=20, description="The most findings of each force.")] = 5,
    ) -> Compared:
        """What inspectors found on one matter in several forces, side by side, with the forces' grades."""
        home = self.home
        more = {"cycle": [cycle]} if cycle else {}
        found = {
            home.label(force): self._found(home, question, limit, {"force": [force], **more}, understand=False)
            for force in forces
        }
        return {
            "generation": home.generation,
            "forces": found,
            "grades": [entry for force in forces for entry in home.grades(force, cycle)],
            "comparability": home.comparability(),
        }

    def sparql_select(
        self,
        query: Annotated[str, Field(description="A SELECT query; peel:, skos:, rdfs: and the like are known.")],
        limit: Annotated[int, Field(ge=1, le=MAX_ROWS, description="The most rows to give.")] = 100,
    ) -> Rows:
        """Ask the graph in SPARQL. The resource peel://ontology says what it is made of."""
        home = self.home
        columns, rows = home.table(query)
        shown = [list(row) for row in rows[:limit]]
        found = home.snapshot.records(home.snapshot.rows_of({cell for row in shown for cell in row if cell}))
        return {
            "generation": home.generation,
            "columns": columns,
            "rows": shown,
            "truncated": len(rows) > limit,
            "sources": {one["finding"]: _source(one) for one in found},
        }

    @staticmethod
    def _found(home: Home, question: str, limit: int, filters: dict[str, Any], *, understand: bool = True) -> Found:
        answer = home.find(question, k=limit, understand=understand, **filters)
        return {
            "generation": answer["generation"],
            "answered": answer["answered"],
            "total": answer["total"],
            "understood": answer["query"].get("understood", []),
            "findings": [_item(hit, close=hit["close"]) for hit in answer["hits"]],
        }


def _link(link: Linked) -> Link:
    return {
        "relation": link["relation"],
        "score": link["score"],
        "status": link["status"],
        "evidence": link["evidence"],
        "finding": _item(link["finding"], close=True),
    }


def _source(one: Any) -> Source:
    return {"url": one["source"]["url"], "wording": one["source"]["wording"]}


def _item(one: Any, *, close: bool) -> Item:
    question, source = one["question"], one["source"]
    return {
        "finding": one["finding"],
        "force": one["force"]["label"],
        "cycle": one["cycle"],
        "pillar": one["pillar"],
        "question": question["title"] if question else None,
        "kind": one["kind"],
        "polarity": one["polarity"],
        "grade": one["grade"],
        "text": one["text"],
        "wording": source["wording"],
        "source": source["url"],
        "close": close,
    }
