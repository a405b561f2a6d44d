"""Findings counted by several facets at once: the cells of tables and charts, and forces told of the same matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.facets import Facets

Cell = tuple[str | None, ...]
Rows = NDArray[np.int64]


def tally(facets: Facets, names: Sequence[str], rows: Rows | None = None) -> Counter[Cell]:
    """How many findings (of `rows`, where given) have each combination of values of the facets named.

    A finding without a value counts under None; one with several subjects counts once under each.
    """
    chosen = np.arange(facets.count) if rows is None else rows
    table = chosen.reshape(-1, 1)
    for name in names:
        table = _with_column(facets, name, table)
    cells, counts = np.unique(table[:, 1:], axis=0, return_counts=True)
    values = [[value["value"] for value in facets.values[name]] for name in names]
    found: Counter[Cell] = Counter()
    for cell, count in zip(cells.tolist(), counts.tolist(), strict=True):
        found[tuple(None if code < 0 else of[code] for code, of in zip(cell, values, strict=True))] = count
    return found


def _with_column(facets: Facets, name: str, table: Rows) -> Rows:
    """The table with one more column, the codes of a facet; a line for each value of the finding in column 0."""
    rows, codes = facets.rows[name].astype(np.int64), facets.codes[name].astype(np.int64)
    order = np.argsort(rows, kind="stable")
    rows, codes = rows[order], codes[order]
    start, end = np.searchsorted(rows, table[:, 0], "left"), np.searchsorted(rows, table[:, 0], "right")
    many = np.maximum(end - start, 1)
    line = np.repeat(np.arange(len(table)), many)
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    has = (end > start)[line]
    column = np.full(len(line), -1, np.int64)
    column[has] = codes[(start[line] + within)[has]]
    return np.column_stack([table[line], column])


def peers(facets: Facets, force: str, k: int = 5) -> list[tuple[str, float]]:
    """The k forces whose findings are most on the same subjects with the same praise and criticism, with how alike.

    Likeness is the cosine of the forces' counts of findings by subject and polarity, each count weighed by how few
    forces have it (idf), so that what every force is told says little. It compares what was written, not the places.
    """
    counts = tally(facets, ("force", "topic", "polarity"))
    forces = sorted({str(cell[0]) for cell in counts if cell[0] is not None})
    matters = sorted({cell[1:] for cell in counts if cell[1] is not None}, key=str)
    if force not in forces or not matters:
        return []
    place = {matter: column for column, matter in enumerate(matters)}
    table = np.zeros((len(forces), len(matters)))
    for (one, *matter), count in counts.items():
        if one is not None and tuple(matter) in place:
            table[forces.index(one), place[tuple(matter)]] = count
    table *= np.log1p(len(forces) / np.count_nonzero(table, axis=0))
    length = np.linalg.norm(table, axis=1)
    own = forces.index(force)
    alike = table @ table[own] / np.maximum(length * length[own], np.finfo(float).tiny)
    best = [place for place in np.lexsort((np.arange(len(forces)), -alike)) if place != own and alike[place] > 0]
    return [(forces[place], float(alike[place])) for place in best[:k]]
