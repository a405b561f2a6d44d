"""Which force, cycle and pillar a page is about: from its title and its address, never from its prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg import vocabulary
from kg.errors import IdentityConflict, UnknownCycle, UnknownForce, UnreadablePage
from kg.model import Force
from kg.readers.text import SourceLine

_TITLE = re.compile(r"^(?P<area>[A-Z][\w’'&. -]{2,40}?) PEEL (?P<year>20\d\d(?:/\d\d)?)$")
_OVERVIEW = re.compile(r"^(?P<area>[A-Z][\w’'&. -]{2,40}?) (?P<year>20\d\d(?:/\d\d)?)$")
_REPORT_TITLE = re.compile(
    r"^PEEL:? (?:[Aa]ssessment )?(?P<year>20\d\d ?[/–-] ?(?:20)?\d\d)\b"
    r"(?:.*\binspection of|.*?[–:-]) (?:the )?(?P<area>[A-Z][\w’'&. -]{2,50})$"
)
_ADDRESS = re.compile(
    r"/peel-assessments/peel-(?P<year>20\d\d)/(?P<force>[a-z-]+)(?:/(?P<page>[a-z-]+))?", re.IGNORECASE
)
_REPORT = re.compile(r"/peel-reports/(?P<force>[a-z-]+?)-(?P<year>20\d\d-\d\d)\b(?P<page>)")
_QUESTIONS_FOR = re.compile(r"^Questions for (\w+)$", re.IGNORECASE)

_WHOLE_FORCE = {"Overall summary", "Our judgments", "HM Inspector’s summary", "HM Inspector’s observations"}
_TITLE_WITHIN = 40
_MEND = "check that it is a page of a PEEL inspection, or give its address with --source"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a page is about. `page` is a pillar, "overview", "report" (of a whole force) or "other-reports".

    `title_line` is the number of its title line, None where it has none.
    """

    force: Force
    cycle: str
    page: str
    title_line: int | None

    @property
    def pillar(self) -> str | None:
        """The pillar of a pillar page."""
        return self.page if self.page in vocabulary.pillars() else None

    @property
    def part(self) -> str | None:
        """What sets the page apart from the force's main page of that cycle, beside the pillar."""
        return self.page if self.page == "other-reports" else None


@dataclass(frozen=True, slots=True)
class _Title:
    line: int
    area: str
    year: str
    page: str


def identify(lines: Sequence[SourceLine], url: str | None, path: str) -> Identity:
    """The identity of a page: from its title and its address, which must agree.

    Raises UnknownForce, UnknownCycle, IdentityConflict (title and address disagree), and UnreadablePage
    for a page with no title and no address, or of no pillar.
    """
    title = _title(lines)
    plain_url = re.sub(r"(?<!:)/{2,}", "/", url.casefold()) if url else ""
    address = _ADDRESS.search(plain_url) or _REPORT.search(plain_url)
    if title is None and address is None:
        raise UnreadablePage(path, _no_identity(lines, url), _MEND)
    from_title = (_force(title.area, path), _cycle(title.year, path)) if title else None
    from_address = (_force(address["force"], path), _cycle(address["year"], path)) if address else None
    if from_title and from_address and from_title != from_address:
        raise IdentityConflict(path, _said(from_title), _said(from_address))
    force, cycle = from_title or from_address  # type: ignore[misc]
    page = _page(lines, cycle, title, address, path)
    return Identity(force, cycle, page, title.line if title else None)


def _page(
    lines: Sequence[SourceLine], cycle: str, title: _Title | None, address: re.Match[str] | None, path: str
) -> str:
    """Which page of the force and cycle it is."""
    addressed = None if address is None else "report" if address.re is _REPORT else address["page"] or "overview"
    if cycle >= "2021":
        return "report"
    if title is not None and title.page == "overview":
        if addressed in vocabulary.pillars():
            raise IdentityConflict(path, "an overview", f"pillar {addressed}")
        return "overview"
    if addressed == "other-reports" or (title is None and addressed == "overview"):
        return addressed
    return _pillar(lines, cycle, addressed, path)


def _title(lines: Sequence[SourceLine]) -> _Title | None:
    """The first title of a known force, since a banner may look like a title; else the first of a pillar page.

    Only the first lines can be a title: further down stand the names of other reports.
    """
    found = [t for line in lines[:_TITLE_WITHIN] if (t := _title_of(line)) is not None]
    known = [t for t in found if vocabulary.force_named(t.area)]
    return next(iter(known), next((t for t in found if t.page == "pillar"), None))


def _title_of(line: SourceLine) -> _Title | None:
    for pattern, page in ((_TITLE, "pillar"), (_OVERVIEW, "overview"), (_REPORT_TITLE, "report")):
        if match := pattern.match(line.plain):
            return _Title(line.number, match["area"], match["year"], page)
    return None


def _no_identity(lines: Sequence[SourceLine], url: str | None) -> str:
    if any(line.plain in _WHOLE_FORCE for line in lines[:30]):
        return "a report on a whole force that names neither force nor cycle in a title"
    return "no title like “Kent PEEL 2017”" + (" and an address of no PEEL page" if url else "")


def _force(name: str, path: str) -> Force:
    force = vocabulary.force_named(name)
    if force is None:
        raise UnknownForce(path, name)
    return force


def _cycle(year: str, path: str) -> str:
    """The cycle of a printed year: `peel-2018` in an address and "PEEL 2018" in a title mean 2018/19."""
    plain = re.sub(r"\s*[/–-]\s*(?:20)?", "-", year)
    cycle = {"2018": "2018/19", "2018-19": "2018/19", "2021-22": "2021/22"}.get(plain, plain)
    if cycle not in vocabulary.cycles():
        raise UnknownCycle(path, year, vocabulary.cycles())
    return cycle


def _said(identity: tuple[Force, str]) -> str:
    return f"{identity[0].slug} {identity[1]}"


def _pillar(lines: Sequence[SourceLine], cycle: str, page: str | None, path: str) -> str:
    """The pillar by its headline question or `Questions for …`; the address and a pillar line must agree."""
    headlines = {
        vocabulary.folded(q.title): pillar
        for pillar in vocabulary.pillars()
        for q in vocabulary.questions(cycle, pillar)
        if q.key == "pillar"
    }
    found = {headlines[key] for line in lines if (key := vocabulary.folded(line.plain)) in headlines}
    found |= {m[1].casefold() for line in lines if (m := _QUESTIONS_FOR.match(line.plain))}
    if page in vocabulary.pillars() and len(found) < 2:
        if found and page not in found:
            raise IdentityConflict(path, f"pillar {', '.join(sorted(found))}", f"pillar {page}")
        return str(page)
    named = found or {word for line in lines[:12] if (word := line.plain.casefold()) in vocabulary.pillars()}
    if len(named) != 1:
        why = f"a page of {' and '.join(sorted(named))}" if named else "a page of no pillar"
        raise UnreadablePage(path, why, "give the address of one pillar page with --source")
    return named.pop()
