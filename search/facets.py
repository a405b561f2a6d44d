"""Facets: the columns that people filter by, as small integers, with exact filters and exact counts."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from kg.errors import InvalidQuery
from kg.model import Filters

FACETS = ("force", "region", "cycle", "pillar", "question", "kind", "grade", "polarity", "topic")
"""The facets, in the order they are shown; all but `topic` have one value a finding at the most."""

Codes = NDArray[np.int32]


class Value(TypedDict):
    """One value of a facet: as filters take it, as people read it, and the other names it goes by."""

    value: str
    label: str
    names: list[str]


@dataclass(frozen=True)
class Facets:
    """The columns of one generation.

    `values[facet]` lists its values; `rows[facet]` and `codes[facet]` are pairs of equal length saying which
    finding (row) has which value (place in the list).
    """

    values: Mapping[str, Sequence[Value]]
    rows: Mapping[str, Codes]
    codes: Mapping[str, Codes]
    count: int

    @classmethod
    def build(cls, findings: Sequence[Mapping[str, Sequence[str]]], values: Mapping[str, Sequence[Value]]) -> Facets:
        """The columns of findings given as facet -> values each has; every value must be in `values`."""
        rows, codes = {}, {}
        for facet in FACETS:
            place = {value["value"]: number for number, value in enumerate(values[facet])}
            pairs = [(row, place[v]) for row, finding in enumerate(findings) for v in finding.get(facet, ())]
            columns = np.array(pairs, np.int32).reshape(-1, 2)
            rows[facet], codes[facet] = columns[:, 0].copy(), columns[:, 1].copy()
        return cls(values, rows, codes, len(findings))

    def resolve(self, filters: Filters) -> Filters:
        """The filters with every name ("GMP", "Kent Police", "2018-19") as the value it stands for.

        Raises InvalidQuery, naming the nearest values, for one that does not exist.
        """
        given = {facet: names for facet, names in asdict(filters).items() if names}
        return Filters(**{facet: tuple(self._value(facet, name) for name in names) for facet, names in given.items()})

    def _value(self, facet: str, name: str) -> str:
        wanted = _folded(name)
        for value in self.values[facet]:
            if wanted in map(_folded, (value["value"], value["label"], *value["names"])):
                return value["value"]
        known = [value["value"] for value in self.values[facet]]
        near = difflib.get_close_matches(wanted, known, 5, 0.5) or known[:12]
        raise InvalidQuery(f"there is no {facet} {name!r}", f"try {', '.join(near)}")

    def allowed(self, filters: Filters) -> NDArray[np.int64]:
        """The rows that pass resolved filters, ascending: any value of a facet, every facet given."""
        wanted: NDArray[np.int64] | None = None
        for facet, names in asdict(filters).items():
            if names:
                these = self._having(facet, names)
                wanted = these if wanted is None else wanted[self._chosen(these)[wanted]]
        return np.arange(self.count) if wanted is None else wanted

    @cached_property
    def _by_value(self) -> dict[str, tuple[dict[str, int], NDArray[np.int64], NDArray[np.int64]]]:
        """Of each facet: the place of each value, the rows in order of their values, and where each value begins."""
        found = {}
        for facet, values in self.values.items():
            place = {value["value"]: number for number, value in enumerate(values)}
            order = np.argsort(self.codes[facet], kind="stable")  # within a value the rows ascend as before
            rows = self.rows[facet][order].astype(np.int64)
            rows.flags.writeable = False
            found[facet] = (place, rows, np.searchsorted(self.codes[facet][order], np.arange(len(values) + 1)))
        return found

    def _having(self, facet: str, names: Sequence[str]) -> NDArray[np.int64]:
        """The rows with any of these values of a facet, ascending."""
        place, rows, begins = self._by_value[facet]
        parts = [rows[begins[place[name]] : begins[place[name] + 1]] for name in names]
        return parts[0] if len(parts) == 1 else np.flatnonzero(self._chosen(*parts))

    def _chosen(self, *rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        chosen = np.zeros(self.count, bool)
        for part in rows:
            chosen[part] = True
        return chosen

    def counts(self, rows: NDArray[np.int64]) -> dict[str, list[dict[str, str | int]]]:
        """How many of `rows` have each value, most first; values that none has are left out."""
        chosen = self._chosen(rows)
        return {facet: self._counted(facet, chosen) for facet in FACETS}

    def _counted(self, facet: str, chosen: NDArray[np.bool_]) -> list[dict[str, str | int]]:
        codes = self.codes[facet][chosen[self.rows[facet]]]
        counts = np.bincount(codes, minlength=len(self.values[facet]))
        order = sorted(np.flatnonzero(counts).tolist(), key=lambda code: (-counts[code], code))
        values = self.values[facet]
        return [
            {"value": values[code]["value"], "label": values[code]["label"], "count": int(counts[code])}
            for code in order
        ]


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("&", "and").replace("-", " ").replace("/", " ").split())
