"""Pages of the inspectorate, official words: what each is, and the reader it is given to.

Copies come as text in full (F), without one-word lines (O), as main text (M), or as whole-force reports (R);
`docs/reading.md` says how each is recognised and what is lost in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from kg.model import Reading, Source
from kg.readers.blocks import blocks
from kg.readers.formats import text_of
from kg.readers.identity import Identity, identify
from kg.readers.judgments import Judgments
from kg.readers.other_reports import OtherReportsPage
from kg.readers.overviews import OverviewPage
from kg.readers.pillars import PillarPage
from kg.readers.prose import Prose
from kg.readers.reports import WholeForceReport
from kg.readers.text import SourceLine, lines

READERS: dict[str, type[Prose]] = {
    "overview": OverviewPage,
    "report": WholeForceReport,
    "other-reports": OtherReportsPage,
}
"""The reader of each kind of page; every pillar has the same one."""


def read(data: bytes, path: str, url: str | None = None) -> Reading:
    """Read one saved page, be it text, HTML or PDF; `url` is the address it came from, if not in the page.

    Raises the errors of `kg.errors.InputRefused`: nothing is read in part.
    """
    page = text_of(data, path)
    found = list(lines(page.text))
    address = url or page.url
    identity = identify(found, address, path)
    source = Source(hashlib.sha256(data).hexdigest(), page.text, address)
    reader = _reader(identity, source, path, found)
    for block in blocks(found, page.text):
        reader.take(block)
    return reader.reading()


def _reader(identity: Identity, source: Source, path: str, found: Sequence[SourceLine]) -> Prose:
    prose = [line for line in found if not line.bullet]
    spaced = 2 * sum(line.blank_before for line in prose) > len(prose)
    return READERS.get(identity.page, PillarPage)(identity, source, path, spaced, Judgments(identity), found[-1].number)
