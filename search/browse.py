"""Findings without a question: all that the filters allow, in a plain order. The answer has the shape of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg import vocabulary
from kg.model import Filters
from search.answers import Hit, hit
from search.snapshot import Snapshot

_NO_LEDGER: dict[str, Any] = {"cosine": None, "words": {}, "parts": {}}


class Sort(StrEnum):
    """The orders of a list: as ranked, newest cycle first, or by force."""

    BEST = "best"
    NEWEST = "newest"
    FORCE = "force"


def browse(
    snapshot: Snapshot,
    filters: Filters,
    where: Sequence[str] | None = None,
    k: int = 20,
    offset: int = 0,
    sort: Sort = Sort.NEWEST,
) -> dict[str, Any]:
    """All findings that pass `filters` (and are among the IRIs of `where`), `k` of them from `offset`.

    Raises InvalidQuery for a filter that does not exist.
    """
    resolved = snapshot.facets.resolve(filters)
    rows = snapshot.facets.allowed(resolved)
    if where is not None:
        rows = np.intersect1d(rows, snapshot.rows_of(where), assume_unique=True)
    return {
        "generation": snapshot.generation,
        "query": {
            "text": "",
            "filters": {facet: list(values) for facet, values in asdict(resolved).items() if values},
            "understood": [],
            "phrases": [],
            "excluded": [],
            "notes": [],
        },
        "answered": bool(rows.size),
        "total": int(rows.size),
        "cutoff": None,
        "facets": snapshot.facets.counts(rows),
        "hits": listed(snapshot, rows, k, offset, sort),
    }


def listed(
    snapshot: Snapshot, rows: NDArray[np.int64], k: int = 20, offset: int = 0, sort: Sort = Sort.NEWEST
) -> list[Hit]:
    """`k` of these rows from `offset`, in an order that is not a ranking."""
    return [_plain(record) for record in snapshot.records(_ordered(snapshot, rows, sort)[offset : offset + k])]


def _plain(record: dict[str, Any]) -> Hit:
    return hit(record, 0.0, _NO_LEDGER)  # type: ignore[arg-type]


def _ordered(snapshot: Snapshot, rows: NDArray[np.int64], sort: Sort) -> NDArray[np.int64]:
    """Rows by cycle, latest first, and force; or by force and cycle. Ties by row, that is by IRI."""
    age = -_places(snapshot, "cycle", {cycle: place for place, cycle in enumerate(vocabulary.cycles())})[rows]
    slugs = {value["value"]: place for place, value in enumerate(snapshot.facets.values["force"])}
    force = _places(snapshot, "force", slugs)[rows]
    keys = (rows, age, force) if sort is Sort.FORCE else (rows, force, age)
    return rows[np.lexsort(keys)]


def _places(snapshot: Snapshot, facet: str, order: dict[str, int]) -> NDArray[np.int64]:
    """The place in `order` of the value of each row."""
    facets = snapshot.facets
    place = np.array([order[value["value"]] for value in facets.values[facet]], np.int64)
    found = np.zeros(facets.count, np.int64)
    found[facets.rows[facet]] = place[facets.codes[facet]]
    return found
