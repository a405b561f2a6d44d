"""All links of one generation: from scratch, or from the generation before and what changed since.

Both ways give the same links. What depends on one pair alone is worked out anew each time; only the lists of
neighbours, which cost the most, are brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file

from kg.model import Decision, Relation, Verdict
from search.index import cells as index_cells
from search.link import nearest, rules
from search.link.copies import copies, resemblance, same_text
from search.link.nearest import Cells, Neighbours
from search.link.rules import Pairs
from search.link.table import RELATIONS, Links
from search.link.traits import Traits

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Made:
    """The links of a generation with what the next one brings up to date.

    `encoder` made the vectors, of which `unit` are the rounded ones; `centres` are those of the cells, where there are
    so many findings that it needs them.
    """

    traits: Traits
    neighbours: Neighbours
    links: Links
    encoder: str
    unit: Vectors
    centres: Vectors | None = None

    def write(self, path: Path) -> None:
        """Keep everything in one safetensors file."""
        arrays = {f"trait.{name}": column for name, column in self.traits.arrays().items()}
        arrays |= {f"link.{name}": column for name, column in self.links.arrays().items()}
        lists = self.neighbours
        arrays |= {
            "near.owner": lists.owner.astype(np.int32),
            "near.other": lists.other.astype(np.int32),
            "near.cosine": lists.cosine,
            "near.steps": nearest.steps(self.unit),
        }
        if self.centres is not None:
            arrays["near.centres"] = self.centres
        save_file(arrays, path, {"method": rules.VERSION, "encoder": self.encoder})

    @classmethod
    def read(cls, path: Path, encoder: str) -> Made | None:
        """What was kept; None where another version of the method or another encoder made it."""
        with safe_open(path, "numpy") as file:
            if file.metadata() != {"method": rules.VERSION, "encoder": encoder}:
                return None
            kept = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        traits = Traits.of_arrays({name[6:]: column for name, column in kept.items() if name.startswith("trait.")})
        links = Links(**{name[5:]: column for name, column in kept.items() if name.startswith("link.")})
        lists = Neighbours(
            kept["near.owner"].astype(np.int64), kept["near.other"].astype(np.int64), kept["near.cosine"]
        )
        return cls(traits, lists, links, encoder, nearest.of_steps(kept["near.steps"]), kept.get("near.centres"))


def make(
    records: Sequence[dict[str, object]],
    vectors: Vectors,
    encoder: str,
    decisions: Iterable[Decision] = (),
    before: Made | None = None,
    crossover: int = nearest.CROSSOVER,
) -> Made:
    """The links of findings given by their records and unit vectors, in the order of their IRIs.

    `decisions` are what people decided; `before` is the generation to start from; above `crossover` findings
    neighbours are looked for in cells.
    """
    traits = Traits.build(records, None if before is None else before.traits)
    unit = nearest.rounded(vectors)
    centres = _centres(before, unit, crossover)
    cells = None if centres is None else Cells.around(centres, unit)
    if before is None or (before.centres is None) != (centres is None):
        neighbours = nearest.all_lists(traits, unit, cells)
    else:
        neighbours = _updated(before, traits, unit, cells)
    pairs = rules.directed(neighbours.mutual(), traits)
    copied = same_text(traits, pairs.start, pairs.end, resemblance(traits, pairs.start, pairs.end))
    links = _joined([rules.judged(pairs.chosen(~copied), traits), _same_text(traits, unit, pairs.chosen(copied))])
    rows = {str(record["finding"]): row for row, record in enumerate(records)}
    return Made(traits, neighbours, _curated(links, traits, unit, rows, list(decisions)), encoder, unit, centres)


def _centres(before: Made | None, unit: Vectors, crossover: int) -> Vectors | None:
    """The centres of the cells: those of the generation before, or new ones; None where every pair is compared."""
    if len(unit) <= crossover:
        return None
    if before is not None and before.centres is not None:
        return before.centres
    return nearest.rounded(index_cells.centres(unit, nearest.cell_count(len(unit))))


def _same_text(traits: Traits, unit: Vectors, neighbours: Pairs) -> Links:
    """Links between copies: of each with the earliest, and of neighbours with one another."""
    first, copy, _ = copies(traits)
    one, other = np.concatenate([first, neighbours.start]), np.concatenate([copy, neighbours.end])
    low, high = np.unique(np.sort(np.column_stack([one, other]), axis=1), axis=0).T
    later = traits.cycle[low] > traits.cycle[high]
    start, end = np.where(later, high, low), np.where(later, low, high)
    codes = np.full(len(start), RELATIONS.index(Relation.SAME_TEXT))
    alike = resemblance(traits, start, end)
    pairs = Pairs(start, end, codes, _cosines(unit, start, end))
    return rules.made(traits, pairs, alike, alike, np.ones(len(start), np.bool_))


def _updated(before: Made, traits: Traits, unit: Vectors, cells: Cells | None) -> Neighbours:
    """The lists of neighbours, from those of the generation before."""
    row_of = {int(state): row for row, state in enumerate(traits.state)}
    moved = np.array([row_of.get(int(state), -1) for state in before.traits.state], np.int64)
    fresh = np.setdiff1d(np.arange(len(traits)), moved)
    old = before.neighbours
    owner, other = moved[old.owner], moved[old.other]
    lost = (owner >= 0) & (other < 0) & nearest.full(old, before.traits)
    kept = (owner >= 0) & (other >= 0)
    moved_lists = Neighbours(owner[kept], other[kept], old.cosine[kept])
    return nearest.updated(moved_lists, traits, unit, fresh, np.unique(owner[lost]), cells)


def _curated(links: Links, traits: Traits, unit: Vectors, rows: dict[str, int], decisions: Sequence[Decision]) -> Links:
    """The links without those that people rejected and with those that they confirmed."""
    ours = [one for one in decisions if one.start in rows and one.end in rows]
    if ours:
        places = {
            _key(*key): place for place, key in enumerate(zip(links.relation, links.start, links.end, strict=True))
        }
        keys = [_key(RELATIONS.index(one.relation), rows[one.start], rows[one.end]) for one in ours]
        gone = [places[k] for k, one in zip(keys, ours, strict=True) if one.verdict is Verdict.REJECTED and k in places]
        confirmed = {k: one for k, one in zip(keys, ours, strict=True) if one.verdict is Verdict.CONFIRMED}
        mark = links.confirmed.copy()
        mark[[places[key] for key in confirmed if key in places]] = True
        missing = [one for key, one in confirmed.items() if key not in places]
        kept = np.setdiff1d(np.arange(len(links)), gone)
        links = _joined([replace(links, confirmed=mark).chosen(kept), _confirmed(traits, unit, rows, missing)])
    return links.chosen(np.lexsort((links.end, links.start, links.relation)))


def _key(relation: int, start: int, end: int) -> tuple[int, int, int]:
    """The same for a link and for the same link turned round."""
    return int(relation), int(min(start, end)), int(max(start, end))


def _confirmed(traits: Traits, unit: Vectors, rows: dict[str, int], missing: Sequence[Decision]) -> Links:
    """Links that people confirmed and that the method would not make by itself."""
    start = np.array([rows[one.start] for one in missing], np.int64)
    end = np.array([rows[one.end] for one in missing], np.int64)
    codes = np.array([RELATIONS.index(one.relation) for one in missing], np.int64)
    pairs = Pairs(start, end, codes, _cosines(unit, start, end))
    found = rules.features(traits, start, end, pairs.cosine)
    alike = resemblance(traits, start, end)
    copied = codes == RELATIONS.index(Relation.SAME_TEXT)
    score, words = np.where(copied, alike, rules.scored(found)), np.where(copied, alike, found[:, 1])
    made = rules.made(traits, pairs, score, words, np.ones(len(start), np.bool_))
    return replace(made, confirmed=np.ones(len(start), np.bool_))


def _cosines(unit: Vectors, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum("ij,ij->i", unit[start], unit[end], dtype=np.float64))


def _joined(parts: Sequence[Links]) -> Links:
    columns = [part.arrays() for part in parts]
    return Links(**{name: np.concatenate([one[name] for one in columns]) for name in columns[0]})
