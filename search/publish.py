"""The write side: pages become the next generation, all of it or nothing."""

from __future__ import annotations

import logging
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
from kg import curation, description, generations, retired, topics, triples
from kg.errors import (
    Damaged,
    EncoderMismatch,
    FormatMismatch,
    NotFound,
    OntologyMismatch,
    StorageFull,
)
from kg.model import Decision, Reading
from kg.store import OxigraphStore
from search import copies, records, snapshot
from search.collect import Page
from search.copies import Change, Copy, Refusal
from search.encoder import Encoder
from search.link import adding
from search.progress import Progress, silent
from search.ranking import passages
from search.ranking.lexical import WordIndex
from search.show import ATTRIBUTION
from search.snapshot import Sentences, Snapshot

log = logging.getLogger("peelgraph")

_WORK = "work"
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an ingest: the generation now served (None where there is none), whether it is new, every
    report touched as it now stands, the pages refused, and the decisions about links whose findings went."""

    generation: str | None
    new: bool
    reports: tuple[Reading, ...]
    refused: tuple[Refusal, ...]
    bereft: tuple[Decision, ...] = ()


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
    decisions: Sequence[Decision] = (),
) -> Outcome:
    """Read pages and publish them with everything already in the home as its next generation.

    With any page refused nothing is published, unless `keep_going`. Pages that the home already has make
    no generation. `rebuild` reads every page of the home again and makes all of it anew; `encoder` is
    called only when something is to be encoded; `progress` is told of what takes long; `decisions` about links
    are published with the pages, or by themselves.
    Raises Busy, Damaged, StorageFull, FormatMismatch, EncoderMismatch, OntologyMismatch.
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
            _same_versions(home, parent)
        fresh = [copy for copy in read if copies.is_news(copy, entries)]
        if not fresh and not (rebuild and held) and not decisions:
            return Outcome(served, False, tuple(copy.reading for copy in read), tuple(refused))
        changed = copies.changes(held, fresh, everything=rebuild)
        folder, bereft = _write(home, draft, parent, changed, encoder(), rebuild, progress, decisions)
        return Outcome(folder.name, True, tuple(change.reading for change in changed.values()), tuple(refused), bereft)


def _parent(home: Path) -> Snapshot | None:
    try:
        return Snapshot(generations.current(home))
    except NotFound:
        return None


def _same_versions(home: Path, parent: Snapshot) -> None:
    if parent.manifest["format"] != generations.FORMAT:
        raise FormatMismatch(home, parent.manifest["format"], generations.FORMAT)
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
    decisions: Sequence[Decision],
) -> tuple[Path, tuple[Decision, ...]]:
    if parent and not rebuild and parent.manifest["encoder"] != encoder.fingerprint:
        raise EncoderMismatch(home, parent.manifest["encoder"], encoder.fingerprint)
    sources = _write_sources(draft, None if rebuild else parent, changed)
    store, found = _graph(draft, parent, changed.values(), rebuild)
    vectors, sentences = _vectors(found, encoder, parent, progress)
    adding.add(draft, store, found, parent, decisions, rebuild=rebuild, progress=progress)
    bereft = _bereft(store, found, parent)
    triple_count = _write_graph(draft, store)
    words = WordIndex.build([passages.words(record) for record in found], *records.thesaurus_of(found))
    snapshot.write(draft, found, records.facets_of(found), vectors, sentences, words)
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
    return generations.publish(home, draft, about, _verify), bereft


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


def _graph(
    draft: Path, parent: Snapshot | None, changed: Iterable[Change], rebuild: bool
) -> tuple[OxigraphStore, list[snapshot.Record]]:
    """The parent's graph (none of it with `rebuild`) with the changed reports in it; all findings' records come back.

    The files are copied, not linked: a byte that rots in one generation leaves the others whole.
    """
    work = draft / _WORK
    if parent and not rebuild:
        work.mkdir()
        for file in parent.graph_folder.iterdir():
            shutil.copyfile(file, work / file.name)
    store = OxigraphStore(work)
    if parent is None or rebuild or parent.manifest["vocabulary"] != ontology.digest():
        store.replace(triples.VOCABULARY_GRAPH, ontology.graph())
    for report in (change.reading.report for change in changed):
        store.replace(triples.report_iri(report), triples.to_graph(report))
    rows = store.rows(triples.FINDINGS_QUERY)
    tags = {str(row[0]): topics.tag(str(row[4])) for row in rows}
    evidence = store.rows(triples.EVIDENCE_QUERY)
    store.replace(triples.TOPICS_GRAPH, topics.to_graph((str(row[0]), str(row[4])) for row in rows))
    if parent:
        _retire(store, parent, {str(row[0]): str(row[3]) for row in rows}, rebuild)
    return store, records.from_rows(rows, tags, evidence)


def _write_graph(draft: Path, store: OxigraphStore) -> int:
    """Describe the finished graph and put it where it is served from; its number of triples comes back."""
    store.replace(description.DESCRIPTION_GRAPH, description.to_graph(store, ATTRIBUTION))
    store.flush()
    store.backup(draft / snapshot.GRAPH)
    count = len(store)
    store.close()
    shutil.rmtree(draft / _WORK)
    return count


def _retire(store: OxigraphStore, parent: Snapshot, now: Mapping[str, str], rebuild: bool) -> None:
    """Put on record the findings of the parent that are not in `now`, IRI to text, beside those it had on record.

    A rebuild is the mend for a damaged parent, so one that cannot be read only loses what it had on record.
    """
    try:
        before = {record["finding"]: record["text"] for record in parent.records(range(parent.facets.count))}
        held = OxigraphStore(parent.graph_folder, read_only=True)
    except Damaged as error:
        if not rebuild:
            raise
        log.warning("what was retired before is not known: %s", error)
        return
    gone = retired.to_graph(before, now, retired.held(held))
    held.close()
    if gone:
        store.replace(triples.RETIRED_GRAPH, gone)
    else:
        store.remove(triples.RETIRED_GRAPH)


def _bereft(store: OxigraphStore, found: Sequence[snapshot.Record], parent: Snapshot | None) -> tuple[Decision, ...]:
    """The decisions about links that have lost a finding which the parent still had."""
    now = {record["finding"] for record in found}
    lost = [one for one in curation.held(store) if not {one.start, one.end} <= now]
    if not lost or parent is None:
        return ()
    try:
        gone = set(parent.iris) - now
    except Damaged:  # being rebuilt: what it had is not known, so that all are named
        return tuple(lost)
    return tuple(one for one in lost if gone.intersection((one.start, one.end)))


def _vectors(
    found: Sequence[snapshot.Record], encoder: Encoder, parent: Snapshot | None, progress: Progress
) -> tuple[NDArray[np.float32], Sentences]:
    """The vectors of the findings' meanings, and of the sentences of those that have several.

    They are taken from the parent where the same encoder made them already.
    """
    known: dict[str, NDArray[np.float32]] = {}
    made_by = {"format": generations.FORMAT, "encoder": encoder.fingerprint}
    if parent and made_by.items() <= parent.manifest.items():
        old = parent.records(range(parent.facets.count))
        known = {record["meaning"]: parent.vectors[row] for row, record in enumerate(old)}
        known |= zip(
            (said for record in old for said in passages.meanings(record)), parent.sentences.vectors, strict=True
        )
    meanings = [record["meaning"] for record in found]
    sentences = [(row, said) for row, record in enumerate(found) for said in passages.meanings(record)]
    # long ones together: the encoder sorts by length within a block, and a block is one step of the progress
    missing = sorted({*meanings, *(said for _, said in sentences)} - set(known), key=lambda said: (-len(said), said))
    blocks = [missing[start : start + _BLOCK] for start in range(0, len(missing), _BLOCK)]
    for block in progress(blocks, "encoding findings"):
        known.update(zip(block, encoder.passages(block), strict=True))

    def rows(texts: Iterable[str]) -> NDArray[np.float32]:
        return np.array([known[text] for text in texts], np.float32).reshape(-1, encoder.dim)

    owners = np.array([row for row, _ in sentences], np.int32)
    return rows(meanings), Sentences(owners, rows(said for _, said in sentences))


def _verify(draft: Path) -> None:
    """Open the draft with the code that will serve it: every file checked, every part as long as it says."""
    generations.check(draft)
    opened = Snapshot(draft)
    count = opened.manifest["counts"]["findings"]
    lengths = {
        "vectors": len(opened.index),
        "likeness": len(opened.alike),
        "words": len(opened.words),
        "facets": opened.facets.count,
    }
    for part, length in lengths.items():
        if length != count:
            raise AssertionError(f"{part} has {length} rows, the graph has {count} findings")
    store = OxigraphStore(opened.graph_folder, read_only=True)
    if len(store) != opened.manifest["counts"]["triples"]:
        raise AssertionError("the graph opened has another number of triples than the graph written")
    store.close()
    if count:
        opened.records([0, count - 1, *opened.links.start[:1], *opened.links.end[-1:]])
        opened.rows_of(finding for issue in opened.issues[:1] for finding in issue["findings"])
    opened.close()


@contextmanager
def _storage_errors(home: Path) -> Iterator[None]:
    """A full disk as StorageFull, from whichever library met it first."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StorageFull(home, str(error)) from error
