"""One generation on disk: the only place that knows its files.

    graph/                 Oxigraph: one named graph a report, the vocabularies, what was inferred
    sources/<sha256>       the bytes of every page, as they were read; .txt beside it where text was taken out of them
    findings.sqlite        row -> what is shown of a finding, as JSON
    facets.safetensors     which row has which value of which facet
    values.json            the values of every facet, with the names they go by
    vectors.safetensors    one unit row a finding, of its meaning
    words/                 the word index of the same meanings

Rows are dense integers within a generation, in the order of the findings' IRIs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file

from kg import generations
from kg.errors import NotFound
from ontology import BASE
from search.facets import FACETS, Facets, Value
from search.index import FaissIndex
from search.lexical import WordIndex

GRAPH, SOURCES, FINDINGS = "graph", "sources", "findings.sqlite"
_FACETS, _VALUES, _VECTORS, _WORDS = "facets.safetensors", "values.json", "vectors.safetensors", "words"

Record = dict[str, Any]
"""What is shown of a finding: the part of a hit that does not depend on the question."""


def write(
    folder: Path, records: Sequence[Record], facets: Facets, vectors: NDArray[np.float32], words: WordIndex
) -> None:
    """Write everything derived from the graph; row i of each is the finding `records[i]`."""
    with sqlite3.connect(folder / FINDINGS) as database:
        database.execute(
            "CREATE TABLE finding (row INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, record TEXT NOT NULL)"
        )
        database.executemany(
            "INSERT INTO finding VALUES (?, ?, ?)",
            ((row, r["finding"], json.dumps(r, ensure_ascii=False)) for row, r in enumerate(records)),
        )
    database.close()
    columns = {f"{facet}.rows": facets.rows[facet] for facet in FACETS}
    columns |= {f"{facet}.codes": facets.codes[facet] for facet in FACETS}
    save_file(columns, folder / _FACETS)
    (folder / _VALUES).write_text(json.dumps(facets.values, ensure_ascii=False), "utf-8")
    save_file({"vectors": vectors}, folder / _VECTORS)
    words.save(folder / _WORDS)


class Snapshot:
    """One generation, opened to be asked. Nothing is read before it is needed, and nothing before it is checked.

    Raises Damaged for the first file whose bytes are not those that were published.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = generations.manifest(folder)

    @property
    def generation(self) -> str:
        """The generation's number, as in `CURRENT`."""
        return self.folder.name

    @cached_property
    def facets(self) -> Facets:
        """The columns that filters work on."""
        values: Mapping[str, Sequence[Value]] = json.loads(self._checked(_VALUES).read_text("utf-8"))
        columns = _arrays(self._checked(_FACETS))
        return Facets(
            values,
            {facet: columns[f"{facet}.rows"] for facet in FACETS},
            {facet: columns[f"{facet}.codes"] for facet in FACETS},
            int(self.manifest["counts"]["findings"]),
        )

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """The findings' unit vectors, (findings, dim)."""
        return _arrays(self._checked(_VECTORS))["vectors"]

    @cached_property
    def index(self) -> FaissIndex:
        """The vector index, built in memory from the checked vectors."""
        return FaissIndex.build(self.vectors)

    @cached_property
    def words(self) -> WordIndex:
        """The word index."""
        for name in self.manifest["files"]:
            if name.startswith(f"{_WORDS}/"):
                self._checked(name)
        return WordIndex.load(self.folder / _WORDS)

    @cached_property
    def _database(self) -> sqlite3.Connection:
        path = self._checked(FINDINGS)
        return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def records(self, rows: Iterable[int]) -> list[Record]:
        """The records of these rows, in the order given."""
        ask = "SELECT record FROM finding WHERE row = ?"
        return [json.loads(self._database.execute(ask, (int(row),)).fetchone()[0]) for row in rows]

    def row_of(self, iri: str) -> int:
        """The row of a finding, by its IRI or the end of it (`kent-2017-effectiveness#f-…`).

        Raises NotFound.
        """
        ask = "SELECT row FROM finding WHERE iri IN (?, ?)"
        found = self._database.execute(ask, (iri, f"{BASE}id/report/{iri}")).fetchone()
        if found is None:
            raise NotFound(
                f"there is no finding {iri!r} in generation {self.generation}",
                "copy its address from `peel find --json`",
            )
        return int(found[0])

    def rows_of(self, iris: Iterable[str]) -> NDArray[np.int64]:
        """The rows of these findings, ascending; IRIs of anything else are passed over."""
        rows: set[int] = set()
        ask = "SELECT row FROM finding WHERE iri = ?"
        for iri in iris:
            rows.update(row for (row,) in self._database.execute(ask, (iri,)))
        return np.array(sorted(rows), np.int64)

    @cached_property
    def graph_folder(self) -> Path:
        """The folder of the graph, once every file in it is checked."""
        for name in self.manifest["files"]:
            if name.startswith(f"{GRAPH}/"):
                self._checked(name)
        return self.folder / GRAPH

    def close(self) -> None:
        """Let go of the database, where it was opened."""
        if "_database" in self.__dict__:
            self._database.close()

    def _checked(self, name: str) -> Path:
        return generations.verify(self.folder, name, self.manifest)


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    with safe_open(path, "numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
