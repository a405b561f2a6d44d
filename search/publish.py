"""The write side: pages become the next generation, all of it or nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import ontology
from kg import description, generations, topics, triples
from kg.errors import (
    EncoderMismatch,
    NotFound,
    OntologyMismatch,
    StorageFull,
)
from kg.model import Reading
from kg.store import OxigraphStore
from search import copies, records, snapshot
from search.collect import Page
from search.copies import Change, Copy, Refusal
from search.encoder import Encoder
from search.lexical import WordIndex
from search.progress import Progress, silent
from search.show import ATTRIBUTION
from search.snapshot import Snapshot

_WORK = "work"
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an ingest: the generation now served (None where there is none), whether it is new, every
    report touched as it now stands, and the pages refused."""

    generation: str | None
    new: bool
    reports: tuple[Reading, ...]
    refused: tuple[Refusal, ...]


def dry_run(pages: Iterable[Page]) -> Outcome:
    """What an ingest of these pages would read and refuse; nothing is written."""
    read, refused = _sorted_out(copies.read(pages))
    changed = copies.changes([], read, everything=False)
    return Outcome(None, False, tuple(change.reading for change in changed.values()), tuple(refused))


def publish(
    home: Path,
    pages: Iterable[Page],
    encoder: Callable[[], Encoder],
    *,
    keep_going: bool = False,
    rebuild: bool = False,
    progress: Progress = silent,
) -> Outcome:
    """Read pages and publish them with everything already in the home as its next generation.

    With any page refused nothing is published, unless `keep_going`. Pages that the home already has make
    no generation. `rebuild` reads every page of the home again and makes all of it anew; `encoder` is
    called only when something is to be encoded; `progress` is told of what takes long.
    Raises Busy, Damaged, StorageFull, EncoderMismatch, OntologyMismatch.
    """
    with _storage_errors(home), generations.writer(home) as draft:
        parent = _parent(home)
        held = list(copies.held(parent)) if parent else []
        entries = [entry for entry, _ in held]
        known = {entry["sha256"] for entry in entries}
        read, refused = _sorted_out(copies.read(progress(pages, "reading pages"), known))
        served = parent.generation if parent else None
        if refused and not keep_going:
            return Outcome(served, False, (), tuple(refused))
        if parent and not rebuild:
            _same_ontology(home, parent)
        fresh = [copy for copy in read if copies.is_news(copy, entries)]
        if not fresh and not (rebuild and held):
            return Outcome(served, False, tuple(copy.reading for copy in read), tuple(refused))
        changed = copies.changes(held, fresh, everything=rebuild)
        folder = _write(home, draft, parent, changed, encoder(), rebuild, progress)
        return Outcome(folder.name, True, tuple(change.reading for change in changed.values()), tuple(refused))


def _parent(home: Path) -> Snapshot | None:
    try:
        return Snapshot(generations.current(home))
    except NotFound:
        return None


def _same_ontology(home: Path, parent: Snapshot) -> None:
    if parent.manifest["ontology"] != ontology.version():
        raise OntologyMismatch(home, parent.manifest["ontology"], ontology.version())


def _sorted_out(found: Iterable[Copy | Refusal]) -> tuple[list[Copy], list[Refusal]]:
    read: list[Copy] = []
    refused: list[Refusal] = []
    for one in found:
        if isinstance(one, Copy):
            read.append(one)
        else:
            refused.append(one)
    return read, refused


def _write(
    home: Path,
    draft: Path,
    parent: Snapshot | None,
    changed: Mapping[str, Change],
    encoder: Encoder,
    rebuild: bool,
    progress: Progress,
) -> Path:
    if parent and not rebuild and parent.manifest["encoder"] != encoder.fingerprint:
        raise EncoderMismatch(home, parent.manifest["encoder"], encoder.fingerprint)
    sources = _write_sources(draft, None if rebuild else parent, changed)
    found, triple_count = _write_graph(draft, None if rebuild else parent, changed.values())
    vectors = _vectors([record["meaning"] for record in found], encoder, parent, progress)
    words = WordIndex.build([record["meaning"] for record in found])
    snapshot.write(draft, found, records.facets_of(found), vectors, words)
    about = {
        "ontology": ontology.version(),
        "vocabulary": ontology.digest(),
        "encoder": encoder.fingerprint,
        "counts": {
            "reports": len({source["report"] for source in sources}),
            "findings": len(found),
            "triples": triple_count,
        },
        "sources": sources,
    }
    return generations.publish(home, draft, about, _verify)


def _write_sources(draft: Path, parent: Snapshot | None, changed: Mapping[str, Change]) -> list[dict[str, Any]]:
    """Put every page's bytes into the draft; what the manifest says of them comes back."""
    folder = draft / snapshot.SOURCES
    folder.mkdir()
    listed = []
    if parent is not None:
        for entry in parent.manifest["sources"]:
            if entry["report"] not in changed:
                for file in (parent.folder / snapshot.SOURCES).glob(f"{entry['sha256']}*"):
                    shutil.copyfile(file, folder / file.name)
                listed.append(entry)
    for copy in (copy for change in changed.values() for copy in change.copies):
        for name, data in copy.files().items():
            (folder / name).write_bytes(data)
        listed.append(copy.entry())
    return sorted(listed, key=lambda entry: (entry["report"], entry["sha256"]))


def _write_graph(draft: Path, parent: Snapshot | None, changed: Iterable[Change]) -> tuple[list[snapshot.Record], int]:
    """The parent's graph with the changed reports in it; the records of all findings come back.

    The files are copied, not linked: a byte that rots in one generation leaves the others whole.
    """
    work = draft / _WORK
    if parent:
        work.mkdir()
        for file in parent.graph_folder.iterdir():
            shutil.copyfile(file, work / file.name)
    store = OxigraphStore(work)
    if parent is None or parent.manifest["vocabulary"] != ontology.digest():
        store.replace(triples.VOCABULARY_GRAPH, ontology.graph())
    for report in (change.reading.report for change in changed):
        store.replace(triples.report_iri(report), triples.to_graph(report))
    rows = store.rows(triples.FINDINGS_QUERY)
    tags = {str(row[0]): topics.tag(str(row[4])) for row in rows}
    store.replace(triples.TOPICS_GRAPH, topics.to_graph((str(row[0]), str(row[4])) for row in rows))
    store.replace(description.DESCRIPTION_GRAPH, description.to_graph(store, ATTRIBUTION))
    store.flush()
    store.backup(draft / snapshot.GRAPH)
    count = len(store)
    store.close()
    shutil.rmtree(work)
    return records.from_rows(rows, tags), count


def _vectors(
    meanings: Sequence[str], encoder: Encoder, parent: Snapshot | None, progress: Progress
) -> NDArray[np.float32]:
    """The vectors of the meanings, taken from the parent where the same encoder made them already."""
    known: dict[str, NDArray[np.float32]] = {}
    if parent and parent.manifest["encoder"] == encoder.fingerprint:
        old = parent.records(range(parent.facets.count))
        known = {record["meaning"]: parent.vectors[row] for row, record in enumerate(old)}
    # long ones together: the encoder sorts by length within a block, and a block is one step of the progress
    missing = sorted(set(meanings) - set(known), key=lambda meaning: (-len(meaning), meaning))
    blocks = [missing[start : start + _BLOCK] for start in range(0, len(missing), _BLOCK)]
    for block in progress(blocks, "encoding findings"):
        known.update(zip(block, encoder.passages(block), strict=True))
    return np.array([known[meaning] for meaning in meanings], np.float32).reshape(-1, encoder.dim)


def _verify(draft: Path) -> None:
    """Open the draft with the code that will serve it: every file checked, every part as long as it says."""
    generations.check(draft)
    opened = Snapshot(draft)
    count = opened.manifest["counts"]["findings"]
    lengths = {"vectors": len(opened.index), "words": len(opened.words), "facets": opened.facets.count}
    for part, length in lengths.items():
        if length != count:
            raise AssertionError(f"{part} has {length} rows, the graph has {count} findings")
    store = OxigraphStore(opened.graph_folder, read_only=True)
    if len(store) != opened.manifest["counts"]["triples"]:
        raise AssertionError("the graph opened has another number of triples than the graph written")
    store.close()
    if count:
        opened.records([0, count - 1])
    opened.close()


@contextmanager
def _storage_errors(home: Path) -> Iterator[None]:
    """A full disk as StorageFull, from whichever library met it first."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StorageFull(home, str(error)) from error
