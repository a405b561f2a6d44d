"""Each finding's nearest findings of each sort: the candidates for links, kept so that they can be brought up to date.

A finding that criticises or praises has up to four lists of at most `KEPT` neighbours: criticism and praise, each in
other forces and in the same force in another cycle. (Praise is never compared with praise: no relation needs it.)

Coordinates are rounded to 1/2048. The product of two is then a multiple of 2**-22 and a sum of products of unit rows
stays below 2, so float32 holds every partial sum exactly: a cosine comes out the same to the last bit whatever the
order of summation, the shape of the blocks or the library. So lists brought up to date equal lists made anew.

Above `CROSSOVER` findings a list is looked for only in the cells nearest to the finding's own (an inverted file). The
centres of the cells stay what they are until everything is made anew, so that here too both ways give the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.link.traits import Traits

KEPT = 40
"""The most neighbours in one list."""
FLOOR = 0.5
"""The least cosine of a neighbour; no pair below it was found to be on the same matter."""
CROSSOVER = 120_000
"""Up to so many findings every pair is compared."""
PROBES = 24
"""How many cells are searched for each."""

_GRID = np.float32(2048.0)
_BLOCK = 512
_CELL_BLOCK = 8192
_GROUP = 64

Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Neighbours:
    """Entries of all lists: `other[i]` is a neighbour of `owner[i]`, at `cosine[i]`."""

    owner: Rows
    other: Rows
    cosine: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.owner)

    def chosen(self, which: NDArray[np.generic]) -> Neighbours:
        """The entries that a mask or a list of places chooses."""
        return Neighbours(self.owner[which], self.other[which], self.cosine[which])

    def mutual(self) -> Neighbours:
        """The pairs that name one another, each once, `owner` below `other`."""
        count = np.int64(max(self.owner.max(initial=0), self.other.max(initial=0)) + 1)
        keys = np.minimum(self.owner, self.other) * count + np.maximum(self.owner, self.other)
        order = np.argsort(keys, kind="stable")
        twice = np.flatnonzero(keys[order][1:] == keys[order][:-1])
        found = self.chosen(order[twice])
        return Neighbours(np.minimum(found.owner, found.other), np.maximum(found.owner, found.other), found.cosine)


@dataclass(frozen=True)
class Cells:
    """A partition of the space: the rows in each cell, and the cells nearest to each, itself first."""

    home: NDArray[np.int64]
    near: NDArray[np.int64]

    @classmethod
    def around(cls, centres: Vectors, vectors: Vectors) -> Cells:
        """The cells of rows on the grid around centres on the grid: each row is in that of its nearest centre."""
        blocks = [vectors[start : start + _CELL_BLOCK] for start in range(0, len(vectors), _CELL_BLOCK)]
        home = np.concatenate([np.argmax(block @ centres.T, axis=1) for block in blocks])
        near = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :PROBES]
        return cls(home, near)


def cell_count(count: int) -> int:
    """How many cells so many findings are put into: four times the root, FAISS's rule of thumb."""
    return int(4 * np.sqrt(count))


def rounded(vectors: Vectors) -> Vectors:
    """Unit rows on the grid that makes their products exact."""
    return np.asarray(np.round(vectors * _GRID) / _GRID, np.float32)


def steps(unit: Vectors) -> NDArray[np.int16]:
    """Rounded rows as whole numbers of steps of the grid, to be kept."""
    return np.asarray(unit * _GRID, np.int16)


def of_steps(kept: NDArray[np.int16]) -> Vectors:
    """The rounded rows that `steps` gave."""
    return np.asarray(kept / _GRID, np.float32)


def all_lists(traits: Traits, vectors: Vectors, cells: Cells | None = None) -> Neighbours:
    """The lists of every finding."""
    return _lists(traits, vectors, np.arange(len(vectors)), np.arange(len(vectors)), cells)


def updated(
    old: Neighbours, traits: Traits, vectors: Vectors, fresh: Rows, shortened: Rows, cells: Cells | None = None
) -> Neighbours:
    """The lists after a change, equal to `all_lists`.

    `old` holds the entries between findings that did not change, `fresh` the rows that are new or changed and
    `shortened` the rows that lost an entry from a full list.
    """
    every = np.arange(len(vectors))
    again = np.union1d(fresh, shortened)
    rest = np.setdiff1d(every, again, assume_unique=True)
    made = _lists(traits, vectors, again, every, cells)
    added = _lists(traits, vectors, rest, fresh, cells)
    touched = np.zeros(len(vectors), bool)
    touched[added.owner] = True
    touched[again] = False
    stays = ~touched
    stays[again] = False
    mended = _best(_joined([old.chosen(touched[old.owner]), added]), traits)
    return _joined([old.chosen(stays[old.owner]), mended, made])


def full(lists: Neighbours, traits: Traits) -> NDArray[np.bool_]:
    """For each entry, whether its list is full: when it goes, another may take its place."""
    keys = _list_of(lists, traits)
    return np.asarray(np.bincount(keys)[keys] >= KEPT)


def _lists(traits: Traits, vectors: Vectors, owners: Rows, others: Rows, cells: Cells | None) -> Neighbours:
    found = []
    for owner_sign, other_sign in ((-1, -1), (-1, 1), (1, -1)):
        ours = owners[traits.polarity[owners] == owner_sign]
        theirs = others[traits.polarity[others] == other_sign]
        for left, right in _pieces(ours, theirs, cells):
            found += _between(traits, vectors, left, right)
    return _joined(found)


def _pieces(ours: Rows, theirs: Rows, cells: Cells | None) -> Iterator[tuple[Rows, Rows]]:
    """What is compared with what: everything with everything, or each cell with the cells near it."""
    if cells is None:
        yield ours, theirs
        return
    by_cell = _grouped(theirs, cells.home, len(cells.near))
    for cell, left in enumerate(_grouped(ours, cells.home, len(cells.near))):
        if len(left):
            yield left, np.sort(np.concatenate([by_cell[near] for near in cells.near[cell]]))


def _grouped(rows: Rows, home: Rows, count: int) -> list[Rows]:
    order = rows[np.argsort(home[rows], kind="stable")]
    return np.split(order, np.searchsorted(home[order], np.arange(1, count)))


def _between(traits: Traits, vectors: Vectors, ours: Rows, theirs: Rows) -> list[Neighbours]:
    """The lists of `ours` among `theirs`, a block of rows at a time; both are put in the order of their forces."""
    ours = ours[np.argsort(traits.force[ours], kind="stable")]
    theirs = theirs[np.argsort(traits.force[theirs], kind="stable")]
    found, right = [], vectors[theirs].T
    for start in range(0, len(ours) if len(theirs) else 0, _BLOCK):
        left = ours[start : start + _BLOCK]
        cosines = vectors[left] @ right
        for own, same in _own_force(traits, left, theirs):
            square = cosines[own, same]
            other_cycle = traits.cycle[left[own], None] != traits.cycle[None, theirs[same]]
            found.append(_top(np.where(other_cycle, square, -1.0), left[own], theirs[same]))
            square[:] = -1.0
        found.append(_top(cosines, left, theirs))
    return found


def _own_force(traits: Traits, ours: Rows, theirs: Rows) -> Iterator[tuple[slice, slice]]:
    """Where the rows of the same force stand, on either side."""
    left, right = traits.force[ours], traits.force[theirs]
    for force in np.unique(left):
        sides = [slice(*np.searchsorted(side, (force, force + 1))) for side in (left, right)]
        if sides[1].start < sides[1].stop:
            yield sides[0], sides[1]


def _top(cosines: Vectors, ours: Rows, theirs: Rows) -> Neighbours:
    """The `KEPT` best of each row at or above `FLOOR`, ties by row.

    The k-th largest of the maxima of groups is at most the k-th largest entry: what lies below it need not be sorted.
    """
    least = np.full(len(ours), FLOOR, np.float32)
    groups = cosines.shape[1] // _GROUP
    if groups > KEPT:
        maxima = cosines[:, : groups * _GROUP].reshape(len(ours), _GROUP, groups).max(axis=1)
        least = np.maximum(least, np.partition(maxima, groups - KEPT, axis=1)[:, groups - KEPT])
    left, right = np.divmod(np.flatnonzero(cosines >= least[:, None]), max(cosines.shape[1], 1))
    return _trimmed(Neighbours(ours[left], theirs[right], cosines[left, right]), left)


def _best(entries: Neighbours, traits: Traits) -> Neighbours:
    """The `KEPT` best of each list, each entry once."""
    keys = entries.owner * np.int64(len(traits)) + entries.other
    kept = entries.chosen(np.diff(keys, prepend=-1) != 0)
    return _joined([_trimmed(kept, _list_of(kept, traits))])


def _list_of(entries: Neighbours, traits: Traits) -> Rows:
    """Which list each entry is in: its owner, whether the force is the same, and whether it criticises."""
    same = traits.force[entries.owner] == traits.force[entries.other]
    return np.asarray(entries.owner * 4 + same * 2 + (traits.polarity[entries.other] < 0))


def _trimmed(entries: Neighbours, lists: Rows) -> Neighbours:
    order = np.lexsort((entries.other, -entries.cosine, lists))
    ordered = lists[order]
    place = np.arange(len(ordered)) - np.searchsorted(ordered, ordered)
    kept = order[place < KEPT]
    return Neighbours(entries.owner[kept], entries.other[kept], entries.cosine[kept])


def _joined(parts: list[Neighbours]) -> Neighbours:
    if not parts:
        return Neighbours(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    whole = Neighbours(
        np.concatenate([part.owner for part in parts]),
        np.concatenate([part.other for part in parts]),
        np.concatenate([part.cosine for part in parts]),
    )
    # sorting stably is quick on runs that are in order already
    order = np.argsort((whole.owner << 32) | whole.other, kind="stable")
    return Neighbours(whole.owner[order], whole.other[order], whole.cosine[order])
