"""A home opened for reading: find, relate and query the generation being served."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import ontology
from kg import generations
from kg.errors import EncoderMismatch, FormatMismatch, Gone, NotFound, OntologyMismatch
from kg.model import Filters
from ontology import BASE
from search import find as finding
from search.encoder import Encoder, open_encoder
from search.facets import FACETS
from search.link import related as link
from search.queries import Queries
from search.snapshot import Record, Snapshot

if TYPE_CHECKING:
    from rdflib import Dataset, Graph

    from kg.store import OxigraphStore, Row
    from kg.workers import Workers
    from search.grades import Comparability, Entry
    from search.link.issues import IssueShown
    from search.link.linked import LinkedAnswer

PATTERNS = 16
"""How many filter patterns a home keeps the rows of; the rows of a million findings are 8 MB."""


class Home:
    """One generation, opened: the current one, or another that is still kept, by its number.

    It goes on serving that generation whatever is published meanwhile. With `workers`, queries of other people's run
    there; without, in this process.
    Raises NotFound, Gone, Damaged, FormatMismatch and OntologyMismatch when it is opened; EncoderMismatch when vectors
    are needed.
    """

    def __init__(
        self,
        folder: Path,
        model: str | None = None,
        generation: str | None = None,
        workers: Workers | None = None,
    ) -> None:
        self.folder = folder
        self._model = model
        self._workers = workers
        self.snapshot = Snapshot(generations.kept(folder, generation) if generation else generations.current(folder))
        if self.snapshot.manifest["format"] != generations.FORMAT:
            raise FormatMismatch(folder, self.snapshot.manifest["format"], generations.FORMAT)
        found, wanted = self.snapshot.manifest["ontology"], ontology.version()
        if found != wanted:
            raise OntologyMismatch(folder, found, wanted)
        # a generation never changes, so neither does what a pattern binds in it
        self._rows_where = lru_cache(PATTERNS)(lambda where: self.snapshot.rows_of(self.findings_of(where)))

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
    def queries(self) -> Queries:
        """SPARQL as people write it, with similarity and search blocks."""
        return Queries(self, lambda: self.encoder, self._workers)

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
        offset: int = 0,
        mode: str = "hybrid",
        fusion: str = "convex",
        understand: bool = True,
        without: Collection[str] = (),
        linked_to: str | None = None,
        explain: bool = False,
        **filters: Sequence[str] | str,
    ) -> finding.Answer:
        """The findings that answer `text`; filters by name, each a value or several (`force=["kent"]`).

        `where` is a SPARQL group pattern that binds ?finding. What `understand` reads out of the text is a filter
        too, but for the chips of the keys `without`; filters given win. `linked_to` is a finding that they are linked
        to. `explain` adds the plan. Raises InvalidQuery.
        """
        chosen = _filters(filters)
        if linked_to is not None:
            from kg.links import linked_pattern

            where = " . ".join(filter(None, [where, linked_pattern(self.record(linked_to)["finding"])]))
        bound = (where, self._rows_where(where)) if where is not None else None
        return finding.find(
            self.snapshot,
            lambda: self.encoder,
            text,
            chosen,
            bound,
            k,
            mode,
            offset=offset,
            fusion=fusion,
            understand=understand,
            without=without,
            bind=self._rows_where,
            explain=explain,
        )

    def findings_of(self, where: str) -> list[str]:
        """The IRIs that a SPARQL group pattern binds to ?finding. Raises InvalidQuery."""
        return self.queries.findings(where)

    def record(self, iri: str) -> Record:
        """What is shown of one finding, by its IRI or the end of it.

        Raises Gone for one that was retired, naming what replaced it, and NotFound for one that never was.
        """
        try:
            return self.snapshot.records([self.snapshot.row_of(iri)])[0]
        except NotFound as error:
            from kg import retired

            whole = iri if iri.startswith(BASE) else f"{BASE}id/report/{iri}"
            replaced_by = retired.successors(retired.held(self.store), whole)
            if replaced_by is None:
                raise
            mend = f"see {', '.join(replaced_by) or whole.partition('#')[0]}"
            raise Gone(f"the finding {whole} was retired", mend, replaced_by) from error

    def related(self, iri: str, k: int = 10, *, relation: str | None = None) -> link.Related:
        """What a finding, given by its IRI, is linked to, and its nearest findings in other forces.

        Up to `k` links of each relation, or of the one named. Raises NotFound, InvalidQuery.
        """
        return link.related(self.snapshot, iri, relation, k)

    def linked(self, relation: str | None = None, k: int = 5, **filters: Sequence[str] | str) -> LinkedAnswer:
        """The findings that pass filters, each with its links: who does well at what Kent was told to improve.

        Links of good practice, recurrence and answer are followed from the criticism on. Raises InvalidQuery.
        """
        from search.link import linked

        return linked.linked(self.snapshot, _filters(filters), relation, k)

    def issues(self, force: str | None = None, cycle: str | None = None, topic: str | None = None) -> list[IssueShown]:
        """The issues, those of most forces first; of one force, cycle or subject where given. Raises InvalidQuery."""
        from search.link import linked

        return linked.issues(self.snapshot, force, cycle, topic)

    def linked_to(self, iri: str, relation: str | None = None) -> list[str]:
        """The IRIs of the findings that a finding is linked to. Raises NotFound, InvalidQuery."""
        rows = link.linked_rows(self.snapshot, iri, relation)
        return [record["finding"] for record in self.snapshot.records(rows)]

    def sparql(self, query: str) -> list[dict[str, str | None]] | bool | Graph:
        """The answer to a SPARQL query: a dictionary a solution, a truth for ASK, an rdflib Graph for CONSTRUCT.

        Common prefixes need no declaration; `graph.query` gives typed terms. Raises InvalidQuery.
        """
        answer = self.queries.answer(query)
        if isinstance(answer, tuple):
            return [dict(zip(answer[0], row, strict=True)) for row in answer[1]]
        return answer

    def serialised(self, query: str, format: str) -> bytes:
        """The answer to a SPARQL query in json, csv, tsv or xml, or turtle, ntriples, jsonld or rdfxml for a graph.

        Raises InvalidQuery.
        """
        return self.queries.ask(query, format).body

    def table(self, query: str) -> tuple[list[str], list[Row]]:
        """The answer to a SELECT query as column names and rows of text. Raises InvalidQuery."""
        return self.queries.table(query)

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


def _filters(given: Mapping[str, Sequence[str] | str]) -> Filters:
    """Filters by name, each a value or several. Raises TypeError for a filter that is none."""
    unknown = set(given) - set(FACETS)
    if unknown:
        raise TypeError(f"there is no filter {', '.join(sorted(unknown))}; there are {', '.join(FACETS)}")
    return Filters(**{name: (v,) if isinstance(v, str) else tuple(map(str, v)) for name, v in given.items()})
