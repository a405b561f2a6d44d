"""Links as columns: one row a link, small enough to be read whole whenever a finding is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from kg.model import Relation

RELATIONS = tuple(Relation)
"""The relations, in the order of their codes."""
LEADING = (Relation.GOOD_PRACTICE, Relation.RECURS, Relation.ANSWERED_BY)
"""Relations that lead from the criticism to another finding; the others hold both ways."""


@dataclass(frozen=True)
class Links:
    """The links of a generation, by relation and then by the rows of their findings.

    `start` and `end` are rows, `relation` a place in RELATIONS. `confirmed` links were confirmed by a person;
    `escalates` is true of what recurs as a cause of concern.
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    relation: NDArray[np.uint8]
    score: NDArray[np.float32]
    cosine: NDArray[np.float32]
    overlap: NDArray[np.float32]
    confirmed: NDArray[np.bool_]
    escalates: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def read(cls, path: Path) -> Links:
        """The links kept in a file, without what else it holds."""
        with safe_open(path, "numpy") as file:
            return cls(**{field.name: file.get_tensor(f"link.{field.name}") for field in fields(cls)})

    def chosen(self, which: NDArray[np.generic]) -> Links:
        """The links that a mask or a list of places chooses."""
        return Links(**{name: column[which] for name, column in self.arrays().items()})

    def of(self, row: int, relation: Relation | None = None) -> Links:
        """The links of one finding, of one relation where it is given, best first."""
        which = (self.start == row) | (self.end == row)
        if relation is not None:
            which &= self.relation == RELATIONS.index(relation)
        found = self.chosen(which)
        return found.chosen(np.lexsort((found.end, found.start, -found.score, ~found.confirmed)))

    def other(self, row: int) -> NDArray[np.int32]:
        """Of links of one finding: the rows of the findings at their other ends."""
        return np.where(self.start == row, self.end, self.start)

    def into(self, relation: Relation, row: int, rows: NDArray[np.int64]) -> Links:
        """The links of a relation that lead from `rows` to one row, best first; both ways where it holds both ways."""
        found = self.of(row, relation)
        leading = found.end == row if relation in LEADING else np.ones(len(found), bool)
        return found.chosen(leading & np.isin(found.other(row), rows))

    def reached(self, relation: Relation, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows, ascending, that links of a relation lead to from these rows; both ways where it holds both ways."""
        chosen = self.relation == RELATIONS.index(relation)
        ends = [self.end[chosen & np.isin(self.start, rows)]]
        if relation not in LEADING:
            ends.append(self.start[chosen & np.isin(self.end, rows)])
        return np.unique(np.concatenate(ends)).astype(np.int64)

    def named(self, place: int) -> Relation:
        """The relation of the link at a place."""
        return RELATIONS[int(self.relation[place])]

    def places(self) -> Iterator[int]:
        """The places of all links, in order."""
        yield from range(len(self))

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The columns by name, to be kept on disk."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
