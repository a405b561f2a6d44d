"""A home opened for reading: find, relate and query the generation being served."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import ontology
from kg import generations, sparql
from kg.errors import EncoderMismatch, OntologyMismatch
from kg.model import Filters
from search import find as finding
from search import link
from search.encoder import Encoder, open_encoder
from search.facets import FACETS
from search.snapshot import Snapshot

if TYPE_CHECKING:
    from rdflib import Dataset, Graph

    from kg.store import OxigraphStore, Row
    from search.grades import Comparability, Entry


class Home:
    """One generation, opened. It goes on serving that generation whatever is published meanwhile.

    Raises NotFound, Damaged and OntologyMismatch when it is opened; EncoderMismatch when vectors are needed.
    """

    def __init__(self, folder: Path, model: str | None = None) -> None:
        self.folder = folder
        self._model = model
        self.snapshot = Snapshot(generations.current(folder))
        found, wanted = self.snapshot.manifest["ontology"], ontology.version()
        if found != wanted:
            raise OntologyMismatch(folder, found, wanted)

    @property
    def generation(self) -> str:
        """The number of the generation being served."""
        return self.snapshot.generation

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that made this generation's vectors. Raises EncoderMismatch where it is another."""
        opened = open_encoder(self._model)
        made_by = self.snapshot.manifest["encoder"]
        if opened.fingerprint != made_by:
            raise EncoderMismatch(self.folder, made_by, opened.fingerprint)
        return opened

    @cached_property
    def store(self) -> OxigraphStore:
        """The graph, read-only."""
        from kg.store import OxigraphStore

        return OxigraphStore(self.snapshot.graph_folder, read_only=True)

    @cached_property
    def graph(self) -> Dataset:
        """The graph as an rdflib Dataset whose default graph is all graphs together; read-only."""
        from oxrdflib import OxigraphStore as RdflibStore
        from rdflib import Dataset

        return Dataset(store=RdflibStore(store=self.store.engine), default_union=True)

    def find(
        self,
        text: str,
        *,
        where: str | None = None,
        k: int = 10,
        mode: str = "hybrid",
        **filters: Sequence[str] | str,
    ) -> finding.Answer:
        """The findings that answer `text`; filters by name, each a value or several (`force=["kent"]`).

        `where` is a SPARQL group pattern that binds ?finding. Raises InvalidQuery.
        """
        unknown = set(filters) - set(FACETS)
        if unknown:
            raise TypeError(f"find() has no filter {', '.join(sorted(unknown))}; there are {', '.join(FACETS)}")
        chosen = {name: (v,) if isinstance(v, str) else tuple(map(str, v)) for name, v in filters.items()}
        bound = (where, self.findings_of(where)) if where is not None else None
        return finding.find(self.snapshot, lambda: self.encoder, text, Filters(**chosen), bound, k, mode)

    def findings_of(self, where: str) -> list[str]:
        """The IRIs that a SPARQL group pattern binds to ?finding. Raises InvalidQuery."""
        return [str(row[0]) for row in self.store.rows(sparql.filter_query(where)) if row[0] is not None]

    def related(self, iri: str, k: int = 10) -> link.Related:
        """The findings of other forces nearest to this one, given by its IRI. Raises NotFound."""
        return link.related(self.snapshot, iri, k)

    def sparql(self, query: str) -> list[dict[str, str | None]] | bool | Graph:
        """The answer to a SPARQL query: a dictionary a solution, a truth for ASK, an rdflib Graph for CONSTRUCT.

        Common prefixes need no declaration; `graph.query` gives typed terms. Raises InvalidQuery.
        """
        answer = self.store.answer(sparql.admit(query))
        if isinstance(answer, tuple):
            return [dict(zip(answer[0], row, strict=True)) for row in answer[1]]
        return answer

    def serialised(self, query: str, format: str) -> bytes:
        """The answer to a SPARQL query in json, csv, tsv or xml, or turtle or ntriples for a graph.

        Raises InvalidQuery.
        """
        return self.store.query(sparql.admit(query), format)

    def table(self, query: str) -> tuple[list[str], list[Row]]:
        """The answer to a SELECT query as column names and rows of text. Raises InvalidQuery."""
        return self.store.table(sparql.admit(query))

    def grades(self, force: str | None = None, cycle: str | None = None) -> list[Entry]:
        """The judgments of every force, pillar, question and cycle; of one force or cycle where given.

        What several pages say of one matter is one entry. Raises InvalidQuery.
        """
        from kg.triples import JUDGMENTS_QUERY
        from search.grades import entries

        given = Filters(force=(force,) if force else (), cycle=(cycle,) if cycle else ())
        wanted = self.snapshot.facets.resolve(given)
        return [
            entry
            for entry in entries(self.store.rows(JUDGMENTS_QUERY))
            if (not wanted.force or entry["force"] in wanted.force)
            and (not wanted.cycle or entry["cycle"] in wanted.cycle)
        ]

    def label(self, force: str) -> str:
        """A force's official name, by any of its names. Raises InvalidQuery."""
        slug = self.snapshot.facets.resolve(Filters(force=(force,))).force[0]
        return next(value["label"] for value in self.snapshot.facets.values["force"] if value["value"] == slug)

    def comparability(self) -> list[Comparability]:
        """Which neighbouring cycles' grades may be compared, and why."""
        from kg.triples import COMPARABILITY_QUERY
        from search.grades import comparability

        return comparability(self.store.rows(COMPARABILITY_QUERY))
