"""Findings of other forces that say much the same: the nearest by meaning, whoever they are about.

The force's own name is masked in every meaning, so that likeness comes from the matter.
"""

from __future__ import annotations

import numpy as np
from typing_extensions import TypedDict

from kg.model import Filters
from search.find import Hit, hit
from search.snapshot import Snapshot


class Related(TypedDict):
    """A finding with its nearest findings in other forces."""

    generation: str
    finding: Hit
    related: list[Hit]


def related(snapshot: Snapshot, iri: str, k: int = 10) -> Related:
    """The k findings of other forces that are nearest to one finding, by cosine of their meanings.

    Raises NotFound for a finding that is not there.
    """
    row = snapshot.row_of(iri)
    record = snapshot.records([row])[0]
    own = snapshot.facets.allowed(Filters(force=(record["force"]["slug"],)))
    others = np.setdiff1d(np.arange(snapshot.facets.count), own, assume_unique=True)
    if others.size == 0:
        return {"generation": snapshot.generation, "finding": _plain(record), "related": []}
    rows, scores = snapshot.index.search(snapshot.vectors[row], k, others)
    hits = [
        hit(near, float(score), {"cosine": float(score), "words": {}, "parts": {"meaning": float(score)}})
        for near, score in zip(snapshot.records(rows), scores, strict=True)
    ]
    return {"generation": snapshot.generation, "finding": _plain(record), "related": hits}


def _plain(record: dict[str, object]) -> Hit:
    return hit(record, 1.0, {"cosine": 1.0, "words": {}, "parts": {"meaning": 1.0}})
