"""Links, issues and what people decided, put into a generation that is being written."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg import curation
from kg.errors import Damaged
from kg.links import issue_lines, link_lines
from kg.model import Decision, Link, Relation, Verdict
from kg.store import OxigraphStore
from kg.triples import CURATION_GRAPH, LINKS_GRAPH
from search.link import evidence, issues, matter, rules
from search.link.issues import IssueShown
from search.link.making import Made, make
from search.link.table import Links
from search.progress import Progress, silent
from search.snapshot import ISSUES, LINKS

if TYPE_CHECKING:
    from search.snapshot import Record, Snapshot

log = logging.getLogger("peelgraph")


def add(
    draft: Path,
    store: OxigraphStore,
    records: Sequence[Record],
    parent: Snapshot | None,
    fresh: Iterable[Decision] = (),
    *,
    rebuild: bool = False,
    progress: Progress = silent,
) -> None:
    """Write the links of a generation: their file and the issues' into `draft`, their graphs into `store`.

    `parent` is the generation before, from which only what changed is worked out (with `rebuild`, everything);
    `fresh` is what people decided now. Raises ModelMissing, ModelChanged, StorageFull.
    """
    encoder = matter.made_by()
    before, decided, known = _before(parent, encoder, rebuild)
    vectors = matter.vectors(records, before, progress)
    decisions = curation.taken(decided, fresh)
    made = make(records, vectors, encoder, decisions, before)
    rows = {record["finding"]: row for row, record in enumerate(records)}
    apart = [
        (rows[one.start], rows[one.end])
        for one in decisions
        if one.verdict is Verdict.REJECTED and one.start in rows and one.end in rows
    ]
    found = issues.issues(made.links, records, vectors, made.traits.matters.sizes() == 0, apart, known)
    made.write(draft / LINKS)
    (draft / ISSUES).write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    lines = [*link_lines(links(made.links, records), rules.VERSION, encoder), *issue_lines(issues.values(found))]
    store.replace_lines(LINKS_GRAPH, lines)
    if decisions:
        store.replace(CURATION_GRAPH, curation.to_graph(decisions))


def links(table: Links, records: Sequence[Record]) -> Iterator[Link]:
    """The links of a table as values, with their evidence."""
    notation: dict[str, str] = {}
    for place in table.places():
        pair = records[table.start[place]], records[table.end[place]]
        relation = table.named(place)
        subjects = evidence.shared_subjects(*pair)
        for label in subjects:
            notation.setdefault(label, evidence.subject_notation(label))
        yield Link(
            relation,
            pair[0]["finding"],
            pair[1]["finding"],
            float(table.score[place]),
            float(table.cosine[place]),
            float(table.overlap[place]),
            tuple(evidence.shared_words(*pair)),
            tuple(notation[label] for label in subjects),
            (evidence.text_sha256(pair[0]), evidence.text_sha256(pair[1])),
            bool(table.escalates[place]) if relation is Relation.RECURS else None,
        )


def _before(
    parent: Snapshot | None, encoder: str, rebuild: bool
) -> tuple[Made | None, list[Decision], Sequence[IssueShown]]:
    """What the generation before hands on: its links, where they can be built on, its decisions and its issues.

    A rebuild is the mend for a damaged parent, so one that cannot be read only loses what people decided.
    """
    if parent is None:
        return None, [], ()
    try:
        store = OxigraphStore(parent.graph_folder, read_only=True)
        decided = curation.held(store)
        store.close()
        made = None if rebuild else Made.read(parent.links_file, encoder)
        return made, decided, parent.issues
    except Damaged as error:
        if not rebuild:
            raise
        log.warning("what people decided about links before is not known: %s", error)
        return None, [], ()
