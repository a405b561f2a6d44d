"""What linking looks at in a finding, as columns; row i is the i-th finding of the generation.

Everything here depends on one finding alone, never on the others: so a finding that did not change keeps its traits,
and whether two findings are on the same matter does not change when a third is published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kg import vocabulary
from kg.model import Kind, Polarity
from kg.triples import question_iri
from search.link import words

if TYPE_CHECKING:
    from search.snapshot import Record

_SIGN = {Polarity.NEGATIVE: -1, Polarity.NEUTRAL: 0, Polarity.POSITIVE: 1}
_KINDS = {kind: number for number, kind in enumerate(Kind)}

_SAID = {"matters": words.matters, "stems": words.stems, "degrees": words.degrees}

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Bags:
    """A set of symbols a row: those of row i are `items[starts[i]:starts[i + 1]]`, ascending."""

    starts: NDArray[np.int64]
    items: NDArray[np.uint32]

    @classmethod
    def build(cls, sets: Sequence[NDArray[np.uint32]]) -> Bags:
        """The sets, each ascending."""
        starts = np.zeros(len(sets) + 1, np.int64)
        np.cumsum([len(one) for one in sets], out=starts[1:])
        return cls(starts, np.concatenate(sets) if sets else np.empty(0, np.uint32))

    def row(self, row: int) -> NDArray[np.uint32]:
        """The symbols of one row."""
        return self.items[self.starts[row] : self.starts[row + 1]]

    def sizes(self) -> NDArray[np.int64]:
        """How many symbols each row has."""
        return np.diff(self.starts)

    def having(self, symbol: str) -> NDArray[np.bool_]:
        """Which rows have a symbol."""
        found = np.zeros(len(self.starts) - 1, np.bool_)
        found[np.searchsorted(self.starts, np.flatnonzero(self.items == _symbol(symbol)), side="right") - 1] = True
        return found

    @cached_property
    def _keys(self) -> NDArray[np.int64]:
        """Row and symbol in one number, ascending."""
        return (np.repeat(np.arange(len(self.starts) - 1), self.sizes()) << 32) | self.items.astype(np.int64)

    def shared(self, left: Rows, right: Rows) -> NDArray[np.int64]:
        """How many symbols each pair of rows has in common."""
        keys, sizes = self._keys, self.sizes()[left]
        pair = np.repeat(np.arange(len(left)), sizes)
        place = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + self.starts[left][pair]
        wanted = (right[pair] << 32) | self.items[place].astype(np.int64)
        at = np.searchsorted(keys, wanted)
        hit = keys[np.minimum(at, len(keys) - 1)] == wanted if len(keys) else np.zeros(len(wanted), bool)
        return np.bincount(pair[hit], minlength=len(left))


@dataclass(frozen=True)
class Traits:
    """The columns. `finding` and `state` are 64 bits of the sha1 of the IRI and of everything that linking looks at."""

    finding: NDArray[np.uint64]
    state: NDArray[np.uint64]
    force: NDArray[np.int64]
    cycle: NDArray[np.int64]
    polarity: NDArray[np.int64]
    kind: NDArray[np.int64]
    pillar: NDArray[np.int64]
    lineage: NDArray[np.int64]
    subjects: Bags
    matters: Bags
    stems: Bags
    degrees: Bags

    def __len__(self) -> int:
        return len(self.finding)

    @classmethod
    def build(cls, records: Sequence[Record], before: Traits | None = None) -> Traits:
        """The traits of records; those that are in `before` unchanged are taken from there."""
        states = np.array([state(record) for record in records], np.uint64)
        known = {} if before is None else {int(one): row for row, one in enumerate(before.state)}
        forces = {slug: number for number, slug in enumerate(sorted(vocabulary.forces()))}
        pillars = {pillar: number for number, pillar in enumerate(vocabulary.pillars())}
        cycles = {cycle: number for number, cycle in enumerate(vocabulary.cycles())}
        bags: dict[str, list[NDArray[np.uint32]]] = {name: [] for name in ("subjects", "matters", "stems", "degrees")}
        for record, one in zip(records, states, strict=True):
            row = known.get(int(one))
            for name, made in bags.items():
                made.append(_bag(name, record) if before is None or row is None else getattr(before, name).row(row))
        return cls(
            finding=np.array([_digest(record["finding"]) for record in records], np.uint64),
            state=states,
            force=np.array([forces[record["force"]["slug"]] for record in records], np.int64),
            cycle=np.array([cycles[record["cycle"]] for record in records], np.int64),
            polarity=np.array([_sign(record) for record in records], np.int64),
            kind=np.array([_KINDS[record["kind"]] for record in records], np.int64),
            pillar=np.array([pillars.get(record["pillar"], -1) for record in records], np.int64),
            lineage=np.array([_lineage(record) for record in records], np.int64),
            **{name: Bags.build(made) for name, made in bags.items()},
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The columns by name, to be kept on disk."""
        kept: dict[str, NDArray[Any]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Bags):
                kept |= {f"{field.name}.starts": value.starts, f"{field.name}.items": value.items}
            else:
                kept[field.name] = value
        return kept

    @classmethod
    def of_arrays(cls, kept: Mapping[str, NDArray[Any]]) -> Traits:
        """The traits that `arrays` gave."""
        columns: dict[str, Any] = {}
        for name in (field.name for field in fields(cls)):
            columns[name] = kept[name] if name in kept else Bags(kept[f"{name}.starts"], kept[f"{name}.items"])
        return cls(**columns)


def state(record: Record) -> int:
    """64 bits of the sha1 of everything that linking looks at in a finding: they change when that does."""
    question = record["question"] or {"number": ""}
    parts = (record["finding"], record["meaning"], record["polarity"], record["kind"], record["cycle"])
    return _digest("\n".join((*parts, str(record["pillar"]), str(question["number"]), *record["topics"])))


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha1(text.encode(), usedforsecurity=False).digest()[:8], "big")


def _bag(name: str, record: Record) -> NDArray[np.uint32]:
    found = frozenset(record["topics"]) if name == "subjects" else _SAID[name](record["meaning"])
    return np.array(sorted({_symbol(one) for one in found}), np.uint32)


def _symbol(word: str) -> int:
    return crc32(word.encode())


def _sign(record: Record) -> int:
    """-1, 0 or 1 for what the finding says of its matter; praise of some sides or of intent counts as none."""
    sign = _SIGN[record["polarity"]]
    return 0 if sign > 0 and words.partial(record["meaning"]) else sign


def _lineage(record: Record) -> int:
    """A number for the question that the finding stands under, whatever its wording in the cycle; -1 for none."""
    if record["question"] is None:
        return -1
    iri = str(question_iri(record["cycle"], record["pillar"], str(record["question"]["number"])))
    return crc32(vocabulary.lineages().get(iri, iri).encode())
