"""The copies of pages that a home holds, and what fresh ones change.

A report may be read from several copies of its page. A copy from an address that is held already, in the same
wording, is a later version of that page: it takes the earlier one's place, and the earlier one stays on record.
"""

from __future__ import annotations

import codecs
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kg import generations, ingest
from kg.errors import InputRefused
from kg.model import Reading, Source, Wording
from search import snapshot
from search.collect import Page
from search.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page that was refused, and why."""

    path: str
    error: InputRefused


@dataclass(frozen=True, slots=True)
class Copy:
    """One page as read: its bytes and what they say. `superseded_by` is the sha256 of a later version of it."""

    data: bytes
    path: str
    reading: Reading
    superseded_by: str | None = None

    @property
    def source(self) -> Source:
        """The page as a source of its report."""
        return self.reading.report.sources[0]

    def files(self) -> dict[str, bytes]:
        """What is kept of it, by file name: its bytes and, where they are no plain text, the text taken out of them."""
        text = self.source.text.encode()
        if self.data.removeprefix(codecs.BOM_UTF8) == text:
            return {self.source.sha256: self.data}
        return {self.source.sha256: self.data, f"{self.source.sha256}.txt": text}

    @property
    def report(self) -> str:
        """The report it is a copy of."""
        return self.reading.report.slug

    def entry(self) -> dict[str, Any]:
        """What the manifest says of it."""
        source = self.source
        return {
            "report": self.report,
            "sha256": source.sha256,
            "url": source.url,
            "path": self.path,
            "wording": source.wording,
            "superseded_by": self.superseded_by,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A report as it now stands, and every copy it is read from or was once read from."""

    reading: Reading
    copies: tuple[Copy, ...]


def read(pages: Iterable[Page], checked: Container[str] = ()) -> Iterator[Copy | Refusal]:
    """Read and check pages; those whose sha256 is in `checked` were checked before."""
    for page in pages:
        try:
            reading = ingest.page(page.data, page.path, page.url)
            known = reading.report.sources[0].sha256 in checked
            advice = () if known else ingest.checked_graph(reading.report)[1]
            yield Copy(page.data, page.path, replace(reading, warnings=reading.warnings + advice))
        except InputRefused as error:
            yield Refusal(page.path, error)


def held(parent: Snapshot) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What the manifest says of each page of a generation, with its bytes, checked."""
    for entry in parent.manifest["sources"]:
        path = generations.verify(parent.folder, f"{snapshot.SOURCES}/{entry['sha256']}", parent.manifest)
        yield entry, path.read_bytes()


def is_news(copy: Copy, entries: Iterable[dict[str, Any]]) -> bool:
    """Whether a page adds anything: not the same bytes again, and no restatement of what is held officially."""
    for entry in entries:
        if entry["report"] != copy.report:
            continue
        if entry["sha256"] == copy.source.sha256 and copy.source.url in (None, entry["url"]):
            return False
        if entry["wording"] == Wording.OFFICIAL and copy.source.wording is not Wording.OFFICIAL:
            return False
    return True


def changes(
    entries: Sequence[tuple[dict[str, Any], bytes]], fresh: Sequence[Copy], *, everything: bool
) -> dict[str, Change]:
    """Every report that fresh copies change (every report with `everything`), as it now stands."""
    touched = {copy.report for copy in fresh}
    groups: dict[str, list[Copy]] = defaultdict(list)
    for entry, data in entries:
        if everything or entry["report"] in touched:
            reading = ingest.page(data, entry["path"], entry["url"])
            copy = Copy(data, entry["path"], reading, entry.get("superseded_by"))
            groups[copy.report].append(copy)
    for copy in fresh:
        groups[copy.report] = [*_superseded(groups[copy.report], copy), copy]
    return {slug: _change(group) for slug, group in groups.items()}


def _superseded(group: Iterable[Copy], fresh: Copy) -> Iterator[Copy]:
    """The copies held, those that `fresh` is a later version of marked so; the same bytes again are left out."""
    for copy in group:
        same_page = copy.source.url is not None and copy.source.url == fresh.source.url
        if copy.source.sha256 == fresh.source.sha256:
            continue
        if same_page and copy.source.wording is fresh.source.wording and copy.superseded_by is None:
            copy = replace(copy, superseded_by=fresh.source.sha256)  # noqa: PLW2901
        yield copy


def _change(group: Sequence[Copy]) -> Change:
    """The report read from the copies that stand; the earlier versions stay on record as what was revised."""
    merged = ingest.merged([copy.reading for copy in group if copy.superseded_by is None])
    earlier = [copy for copy in group if copy.superseded_by is not None]
    revised = {copy.superseded_by: copy.source.sha256 for copy in earlier}
    standing = (replace(s, revises=revised.get(s.sha256)) for s in merged.report.sources)
    sources = (*standing, *(replace(c.source, revises=revised.get(c.source.sha256)) for c in earlier))
    kept = {source.sha256 for source in sources}
    reading = replace(merged, report=replace(merged.report, sources=sources))
    return Change(reading, tuple(copy for copy in group if copy.source.sha256 in kept))
