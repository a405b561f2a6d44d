"""One generation on disk: the only place that knows its files.

    graph/                 Oxigraph: one named graph a report, the vocabularies, what was inferred
    sources/<sha256>       the bytes of every page, as they were read; .txt beside it where text was taken out of them
    findings.sqlite        row -> what is shown of a finding, as JSON; its words, folded and stemmed
    facets.safetensors     which row has which value of which facet
    values.json            the values of every facet, with the names they go by
    vectors.safetensors    one unit row a finding, of its meaning; one a sentence of those that have several; the mean
                           and covariance of the former; numbers, equal where words and polarity are the same
    words/                 the word index of the same meanings
    links.safetensors      the links between findings, and what they are brought up to date from
    issues.json            the issues that links make: name, trend, rows of the findings

Rows are dense integers within a generation, in the order of the findings' IRIs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file

from kg import generations
from kg.errors import NotFound
from ontology import BASE
from search.facets import FACETS, Facets, Value
from search.index import LEAST, FaissIndex, QuantisedIndex
from search.ranking import alike
from search.ranking.lexical import WordIndex
from search.ranking.relevance import Spread
from search.ranking.words import folded, spaced, stems

if TYPE_CHECKING:
    from search.link.issues import IssueShown
    from search.link.table import Links

GRAPH, SOURCES, FINDINGS = "graph", "sources", "findings.sqlite"
LINKS, ISSUES = "links.safetensors", "issues.json"
_FACETS, _VALUES, _VECTORS, _WORDS = "facets.safetensors", "values.json", "vectors.safetensors", "words"

Record = dict[str, Any]
"""What is shown of a finding: the part of a hit that does not depend on the question."""


@dataclass(frozen=True, eq=False)
class Sentences:
    """The sentences of the findings that have several: the row of each, ascending, and their unit vectors."""

    rows: NDArray[np.int32]
    vectors: NDArray[np.float32]

    @cached_property
    def index(self) -> FaissIndex:
        """The sentences' vectors, ready to be asked."""
        return FaissIndex.build(self.vectors)


def write(
    folder: Path,
    records: Sequence[Record],
    facets: Facets,
    vectors: NDArray[np.float32],
    sentences: Sentences,
    words: WordIndex,
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
        database.execute("CREATE TABLE wording (row INTEGER PRIMARY KEY, folded TEXT NOT NULL, stems TEXT NOT NULL)")
        database.executemany(
            "INSERT INTO wording VALUES (?, ?, ?)", ((row, *_wording(r)) for row, r in enumerate(records))
        )
    database.close()
    columns = {f"{facet}.rows": facets.rows[facet] for facet in FACETS}
    columns |= {f"{facet}.codes": facets.codes[facet] for facet in FACETS}
    save_file(columns, folder / _FACETS)
    (folder / _VALUES).write_text(json.dumps(facets.values, ensure_ascii=False), "utf-8")
    spread = Spread.of(vectors)
    held: dict[str, NDArray[Any]] = {"vectors": vectors, "mean": spread.mean, "covariance": spread.covariance}
    held |= {"sentences": sentences.vectors, "sentence_rows": sentences.rows, "alike": alike.numbered(records)}
    save_file(held, folder / _VECTORS)
    words.save(folder / _WORDS)


def _wording(record: Record) -> tuple[str, str]:
    """The words of a finding's text and evidence, folded and stemmed, set between spaces; `|` ends each piece."""
    pieces = [record["text"], *record["evidence"]]
    return "|".join(spaced(folded(piece)) for piece in pieces), "|".join(spaced(stems(piece)) for piece in pieces)


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

    def spelt_out(self, text: str) -> str:
        """A question with the abbreviations of subjects spelt out: see `Thesaurus.spelt_out`."""
        return self.words.spelt_out(text, {v["label"]: v["names"] for v in self.facets.values["topic"]})

    @cached_property
    def _vectors(self) -> dict[str, NDArray[Any]]:
        return _arrays(self._checked(_VECTORS))

    @cached_property
    def links(self) -> Links:
        """The links between findings."""
        from search.link.table import Links

        return Links.read(self.links_file)

    @property
    def links_file(self) -> Path:
        """The file of the links, checked."""
        return self._checked(LINKS)

    @cached_property
    def issues(self) -> list[IssueShown]:
        """The issues, as `search.link.issues` wrote them, those of most forces first."""
        found: list[IssueShown] = json.loads(self._checked(ISSUES).read_text("utf-8"))
        return found

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The findings' unit vectors, (findings, dim)."""
        return self._vectors["vectors"]

    @cached_property
    def sentences(self) -> Sentences:
        """The sentences of the findings that have several."""
        return Sentences(self._vectors["sentence_rows"], self._vectors["sentences"])

    @cached_property
    def spread(self) -> Spread:
        """How the findings' vectors lie."""
        return Spread(self._vectors["mean"], self._vectors["covariance"])

    @property
    def alike(self) -> NDArray[np.int32]:
        """A number a finding, equal for those of the same words and polarity."""
        return self._vectors["alike"]

    @cached_property
    def index(self) -> FaissIndex:
        """The vector index, built in memory from the checked vectors."""
        return FaissIndex.build(self.vectors)

    def prepare(self) -> None:
        """Make ready for many questions: where findings are many, the quicker index, which takes a while to build."""
        if self.facets.count >= LEAST:
            self.index = QuantisedIndex.build(self.vectors)

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

    @cached_property
    def iris(self) -> list[str]:
        """The IRIs of the findings, in the order of rows."""
        return [iri for (iri,) in self._database.execute("SELECT iri FROM finding ORDER BY row")]

    @cached_property
    def _row_by_iri(self) -> dict[str, int]:
        """In memory: a pattern may bind every finding there is, and a question to the database takes 10 μs for each."""
        return {iri: row for row, iri in enumerate(self.iris)}

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
        held = self._row_by_iri
        return np.unique(np.array([held[iri] for iri in iris if iri in held], np.int64))

    def rows_worded(self, phrases: Sequence[str], excluded: Sequence[str]) -> NDArray[np.int64]:
        """The rows that have every phrase word for word, and none of the excluded words or phrases in any form of
        theirs, ascending. Case, accents, hyphens and apostrophes do not count; what has no words asks for nothing.
        """
        found = set(range(self.facets.count))
        asks = [("SELECT row FROM wording WHERE instr(folded, ?) > 0", folded(phrase)) for phrase in phrases]
        asks += [("SELECT row FROM wording WHERE instr(stems, ?) = 0", stems(phrase)) for phrase in excluded]
        for ask, words in asks:
            if words:
                found &= {row for (row,) in self._database.execute(ask, [spaced(words)])}
        return np.array(sorted(found), np.int64)

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
