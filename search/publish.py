"""The write side: pages become the next generation, all of it or nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import ontology
from kg import generations, ingest, topics, triples
from kg.errors import (
    EncoderMismatch,
    InputRefused,
    NotFound,
    OntologyMismatch,
    StorageFull,
)
from kg.model import Reading, Wording
from kg.store import OxigraphStore
from search import records, snapshot
from search.collect import Page
from search.encoder import Encoder
from search.lexical import WordIndex
from search.snapshot import Snapshot

_WORK = "work"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page that was refused, and why."""

    path: str
    error: InputRefused


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an ingest: the generation now served (None where there is none), whether it is new, every
    report touched as it now stands, and the pages refused."""

    generation: str | None
    new: bool
    reports: tuple[Reading, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class _Copy:
    """One page as read: its bytes and what they say."""

    data: bytes
    path: str
    reading: Reading

    @property
    def sha256(self) -> str:
        return self.reading.report.sources[0].sha256

    @property
    def url(self) -> str | None:
        return self.reading.report.sources[0].url

    @property
    def official(self) -> bool:
        return self.reading.report.sources[0].wording is Wording.OFFICIAL


def read(pages: Iterable[Page], checked: Container[str] = ()) -> tuple[list[_Copy], list[Refusal]]:
    """Read and check pages without publishing anything; those whose sha256 is in `checked` were checked before."""
    copies, refused = [], []
    for page in pages:
        try:
            reading = ingest.page(page.data, page.path, page.url)
            known = reading.report.sources[0].sha256 in checked
            advice = () if known else ingest.checked_graph(reading.report)[1]
            copies.append(_Copy(page.data, page.path, replace(reading, warnings=reading.warnings + advice)))
        except InputRefused as error:
            refused.append(Refusal(page.path, error))
    return copies, refused


def dry_run(pages: Iterable[Page]) -> Outcome:
    """What an ingest of these pages would read and refuse; nothing is written."""
    copies, refused = read(pages)
    merged = [ingest.merged(group) for group in _by_report(c.reading for c in copies).values()]
    return Outcome(None, False, tuple(merged), tuple(refused))


def publish(
    home: Path,
    pages: Iterable[Page],
    encoder: Callable[[], Encoder],
    *,
    keep_going: bool = False,
    rebuild: bool = False,
) -> Outcome:
    """Read pages and publish them with everything already in the home as its next generation.

    With any page refused nothing is published, unless `keep_going`. Pages that the home already has make
    no generation. `rebuild` reads every page of the home again and makes all of it anew; `encoder` is
    called only when something is to be encoded.
    Raises Busy, Damaged, StorageFull, EncoderMismatch, OntologyMismatch.
    """
    with _storage_errors(home), generations.writer(home) as draft:
        parent = _parent(home)
        held = list(_held(parent)) if parent else []
        copies, refused = read(pages, {source["sha256"] for source in held})
        served = parent.generation if parent else None
        if refused and not keep_going:
            return Outcome(served, False, (), tuple(refused))
        if parent and not rebuild:
            _same_ontology(home, parent)
        fresh = [copy for copy in copies if _is_news(copy, held)]
        if not fresh and not (rebuild and held):
            touched = tuple(c.reading for c in copies)
            return Outcome(served, False, touched, tuple(refused))
        changed = _changed_reports(held, fresh, everything=rebuild)
        folder = _write(home, draft, parent, changed, encoder(), rebuild)
        touched = tuple(reading for reading, _ in changed.values())
        return Outcome(folder.name, True, touched, tuple(refused))


def _parent(home: Path) -> Snapshot | None:
    try:
        return Snapshot(generations.current(home))
    except NotFound:
        return None


def _same_ontology(home: Path, parent: Snapshot) -> None:
    if parent.manifest["ontology"] != ontology.version():
        raise OntologyMismatch(home, parent.manifest["ontology"], ontology.version())


def _held(parent: Snapshot) -> Iterator[dict[str, Any]]:
    """What the manifest says of each page, with its bytes."""
    for source in parent.manifest["sources"]:
        path = generations.verify(parent.folder, f"{snapshot.SOURCES}/{source['sha256']}", parent.manifest)
        yield {**source, "data": path.read_bytes()}


def _is_news(copy: _Copy, held: Sequence[dict[str, Any]]) -> bool:
    """Whether a page adds anything: not the same bytes again, and no restatement of what is held officially."""
    report = copy.reading.report.slug
    for source in held:
        if source["report"] != report:
            continue
        if source["sha256"] == copy.sha256 and copy.url in (None, source["url"]):
            return False
        if source["wording"] == Wording.OFFICIAL and not copy.official:
            return False
    return True


def _changed_reports(
    held: Sequence[dict[str, Any]], fresh: Sequence[_Copy], *, everything: bool
) -> dict[str, tuple[Reading, list[_Copy]]]:
    """Every report that changes, as it now stands, with the copies it is read from.

    A page from an address that is held already replaces the older version of that page.
    """
    changed = {copy.reading.report.slug for copy in fresh}
    addresses = {copy.url for copy in fresh if copy.url}
    again = {copy.sha256 for copy in fresh}
    copies: dict[str, list[_Copy]] = defaultdict(list)
    for source in held:
        replaced = source["url"] in addresses or source["sha256"] in again
        if (everything or source["report"] in changed) and not replaced:
            reading = ingest.page(source["data"], source["path"], source["url"])
            copies[reading.report.slug].append(_Copy(source["data"], source["path"], reading))
    for copy in fresh:
        copies[copy.reading.report.slug].append(copy)
    result = {}
    for slug, group in copies.items():
        merged = ingest.merged([copy.reading for copy in group])
        kept = {source.sha256 for source in merged.report.sources}
        result[slug] = merged, [copy for copy in group if copy.sha256 in kept]
    return result


def _by_report(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    groups: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        groups[reading.report.slug].append(reading)
    return groups


def _write(
    home: Path,
    draft: Path,
    parent: Snapshot | None,
    changed: dict[str, tuple[Reading, list[_Copy]]],
    encoder: Encoder,
    rebuild: bool,
) -> Path:
    if parent and not rebuild and parent.manifest["encoder"] != encoder.fingerprint:
        raise EncoderMismatch(home, parent.manifest["encoder"], encoder.fingerprint)
    sources = _write_sources(draft, None if rebuild else parent, changed)
    found, triple_count = _write_graph(draft, None if rebuild else parent, [r for r, _ in changed.values()])
    vectors = _vectors([record["meaning"] for record in found], encoder, parent)
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


def _write_sources(
    draft: Path, parent: Snapshot | None, changed: dict[str, tuple[Reading, list[_Copy]]]
) -> list[dict[str, Any]]:
    """Put every page's bytes into the draft; what the manifest says of them comes back."""
    folder = draft / snapshot.SOURCES
    folder.mkdir()
    listed = []
    for source in parent.manifest["sources"] if parent else ():
        if source["report"] not in changed:
            shutil.copyfile(parent.folder / snapshot.SOURCES / source["sha256"], folder / source["sha256"])  # type: ignore[union-attr]
            listed.append(source)
    for slug, (_, copies) in changed.items():
        for copy in copies:
            (folder / copy.sha256).write_bytes(copy.data)
            wording = copy.reading.report.sources[0].wording
            listed.append(
                {
                    "report": slug,
                    "sha256": copy.sha256,
                    "url": copy.url,
                    "path": copy.path,
                    "wording": wording,
                }
            )
    return sorted(listed, key=lambda source: (source["report"], source["sha256"]))


def _write_graph(
    draft: Path, parent: Snapshot | None, readings: Sequence[Reading]
) -> tuple[list[snapshot.Record], int]:
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
    for reading in readings:
        store.replace(triples.report_iri(reading.report), triples.to_graph(reading.report))
    rows = store.rows(triples.FINDINGS_QUERY)
    tags = {str(row[0]): topics.tag(str(row[4])) for row in rows}
    store.replace(triples.TOPICS_GRAPH, topics.to_graph((str(row[0]), str(row[4])) for row in rows))
    store.flush()
    store.backup(draft / snapshot.GRAPH)
    count = len(store)
    store.close()
    shutil.rmtree(work)
    return records.from_rows(rows, tags), count


def _vectors(meanings: Sequence[str], encoder: Encoder, parent: Snapshot | None) -> NDArray[np.float32]:
    """The vectors of the meanings, taken from the parent where the same encoder made them already."""
    known: dict[str, NDArray[np.float32]] = {}
    if parent and parent.manifest["encoder"] == encoder.fingerprint:
        old = parent.records(range(parent.facets.count))
        known = {record["meaning"]: parent.vectors[row] for row, record in enumerate(old)}
    missing = sorted(set(meanings) - set(known))
    known.update(zip(missing, encoder.passages(missing), strict=True))
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
