"""A finding with what it is linked to, and with its nearest findings in other forces whether linked or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from kg.errors import InvalidQuery
from kg.model import Filters, Relation
from search.answers import Hit, Told, hit

if TYPE_CHECKING:
    from search.link.table import Links
    from search.snapshot import Record, Snapshot


class Evidence(TypedDict):
    """Why two findings are linked: what both have, how alike they are, and when each was stated."""

    subjects: list[str]
    words: list[str]
    cosine: float
    overlap: float
    cycles: list[str]
    texts: list[str]
    escalates: bool | None


class Linked(TypedDict):
    """One link as seen from one of its findings: `finding` is the other, `start` the IRI of the one it leads from."""

    link: str
    relation: str
    label: str
    score: float
    status: str
    start: str
    evidence: Evidence
    finding: Hit


class Related(TypedDict):
    """A finding with its links, best first, and its nearest findings in other forces."""

    generation: str
    finding: Hit
    links: list[Linked]
    related: list[Hit]


def related(snapshot: Snapshot, iri: str, relation: Relation | str | None = None, k: int = 10) -> Related:
    """The links of one finding, up to `k` of each relation, and the `k` nearest findings of other forces.

    With a relation, the links of that relation alone. Raises NotFound for a finding that is not there, InvalidQuery
    for a relation that is none.
    """
    row = snapshot.row_of(iri)
    record = snapshot.records([row])[0]
    return {
        "generation": snapshot.generation,
        "finding": plain(record, 1.0),
        "links": linked_of(snapshot, row, record, relation_named(relation), k),
        "related": _nearest(snapshot, row, record, k),
    }


def relation_named(name: Relation | str | None) -> Relation | None:
    """A relation by its name. Raises InvalidQuery."""
    try:
        return None if name is None else Relation(name)
    except ValueError as error:
        raise InvalidQuery(f"there is no relation {name!r}", f"the relations are {', '.join(Relation)}") from error


def linked_rows(snapshot: Snapshot, iri: str, relation: Relation | str | None = None) -> list[int]:
    """The rows of all findings that one finding is linked to. Raises NotFound, InvalidQuery."""
    row = snapshot.row_of(iri)
    return sorted(set(snapshot.links.of(row, relation_named(relation)).other(row).tolist()))


def linked_of(snapshot: Snapshot, row: int, record: Record, relation: Relation | None, k: int) -> list[Linked]:
    """The links of one finding, up to `k` of each relation or of the one given, best first."""
    found: list[Linked] = []
    for one in Relation if relation is None else (relation,):
        links = snapshot.links.of(row, one)
        links = links.chosen(np.arange(min(k, len(links))))
        others = snapshot.records(links.other(row))
        for place, other in zip(links.places(), others, strict=True):
            pair = (record, other) if links.start[place] == row else (other, record)
            score = float(links.score[place])
            found.append(
                {
                    "link": str(_iri(one, pair)),
                    "relation": one.value,
                    "label": _label(one),
                    "score": score,
                    "status": _status(links, place),
                    "start": pair[0]["finding"],
                    "evidence": _evidence(links, place, pair),
                    "finding": plain(other, score),
                }
            )
    return found


def told(snapshot: Snapshot, row: int, relation: Relation, rows: NDArray[np.int64]) -> list[Told]:
    """The links of a relation that lead from findings at `rows` to one finding, best first, each in short."""
    record = snapshot.records([row])[0]
    links = snapshot.links.into(relation, row, rows)
    found: list[Told] = []
    for place, other in zip(links.places(), snapshot.records(links.other(row)), strict=True):
        pair = (record, other) if links.start[place] == row else (other, record)
        found.append(
            {
                "link": str(_iri(relation, pair)),
                "score": float(links.score[place]),
                "status": _status(links, place),
                "finding": other["finding"],
                "force": other["force"],
                "cycle": other["cycle"],
                "text": other["text"],
            }
        )
    return found


def _status(links: Links, place: int) -> str:
    return "confirmed" if links.confirmed[place] else "inferred"


def _evidence(links: Links, place: int, pair: tuple[Record, Record]) -> Evidence:
    from search.link.evidence import shared_subjects, shared_words, text_sha256

    recurs = links.named(place) is Relation.RECURS
    return {
        "subjects": shared_subjects(*pair),
        "words": shared_words(*pair),
        "cosine": float(links.cosine[place]),
        "overlap": float(links.overlap[place]),
        "cycles": [one["cycle"] for one in pair],
        "texts": [text_sha256(one) for one in pair],
        "escalates": bool(links.escalates[place]) if recurs else None,
    }


def _iri(relation: Relation, pair: tuple[Record, Record]) -> str:
    from kg.links import link_iri

    return link_iri(relation, pair[0]["finding"], pair[1]["finding"])


def _label(relation: Relation) -> str:
    from kg import vocabulary
    from kg.triples import ID

    return vocabulary.notations(ID["scheme/relation"])[relation.value]


def _nearest(snapshot: Snapshot, row: int, record: Record, k: int) -> list[Hit]:
    own = snapshot.facets.allowed(Filters(force=(record["force"]["slug"],)))
    others = np.setdiff1d(np.arange(snapshot.facets.count), own, assume_unique=True)
    if others.size == 0:
        return []
    rows, scores = snapshot.index.search(snapshot.vectors[row], k, others)
    return [plain(near, float(score)) for near, score in zip(snapshot.records(rows), scores, strict=True)]


def plain(record: Record, cosine: float) -> Hit:
    """A finding shown by itself or for its likeness, with its score."""
    return hit(record, cosine, {"cosine": cosine, "words": {}, "parts": {"meaning": cosine}})
