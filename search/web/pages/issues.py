"""The issues: what many forces are criticised for, as a list and a page for each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from kg import vocabulary
from kg.errors import NotFound
from kg.model import Filters, Trend
from kg.triples import ID
from search.browse import Sort, listed
from search.home import Home
from search.subjects import groups, subjects
from search.tally import tally
from search.web.pages.subject import Bar, bars_of
from search.web.rendering import PageRoute, address, page
from search.web.served import home_of

router = APIRouter(route_class=PageRoute)
PAGE = 25
"""Issues, and findings of an issue, on one page."""
TRENDS = {
    Trend.RISING: "in more forces than in the cycle before",
    Trend.FALLING: "in fewer forces than in the cycle before",
    Trend.STEADY: "in as many forces as in the cycle before",
    Trend.SINGLE: "in one cycle only",
}
"""What a trend says, in words."""
Opened = Annotated[Home, Depends(home_of)]
Offset = Annotated[int, Query(ge=0, le=100_000)]


@router.get("/issues")
def every_issue(home: Opened, topic: str = "", force: str = "", cycle: str = "", offset: Offset = 0) -> Response:
    """The issues, those of most forces first; of one subject, force or cycle where asked. Raises InvalidQuery."""
    given = {name: (value,) for name, value in (("topic", topic), ("force", force), ("cycle", cycle)) if value}
    wanted = home.snapshot.facets.resolve(Filters(**given))
    within = {topic, *(below.slug for below in groups().get(topic, ()))}
    found = [
        issue
        for issue in home.snapshot.issues
        if (not topic or issue["topic"] in within)
        and (not force or wanted.force[0] in [one["slug"] for one in issue["forces"]])
        and (not cycle or wanted.cycle[0] in issue["cycles"])
    ]
    asked = {"topic": topic, "force": force, "cycle": cycle}
    return page(
        "issues.html",
        home,
        issues=found[offset : offset + PAGE],
        total=len(found),
        offset=offset,
        pages=pages("/issues", asked, offset, len(found)),
        given=asked,
        trends=TRENDS,
        groups=groups(),
        subjects=subjects(),
        every_force=list(vocabulary.forces().values()),
        cycles=[c for c in vocabulary.cycles() if (c,) in tally(home.snapshot.facets, ("cycle",))],
    )


@router.get("/issues/{key}")
def one_issue(key: str, home: Opened, offset: Offset = 0) -> Response:
    """One issue with its findings, newest first. Raises NotFound."""
    issue = next((one for one in home.snapshot.issues if one["issue"] == str(ID[f"issue/{key}"])), None)
    if issue is None:
        raise NotFound(f"there is no issue {key!r} in generation {home.generation}", "choose one from the list")
    rows = home.snapshot.rows_of(issue["findings"])
    bars: list[Bar] = bars_of(home, rows, "cycle", list(issue["cycles"]), None)
    return page(
        "issue.html",
        home,
        issue=issue,
        subject=subjects().get(issue["topic"] or ""),
        trend=TRENDS[Trend(issue["trend"])],
        cycles=bars,
        tallest=max((bar.total for bar in bars), default=0),
        hits=listed(home.snapshot, rows, PAGE, offset, Sort.NEWEST),
        offset=offset,
        pages=pages(f"/issues/{key}", {}, offset, len(rows)),
    )


def pages(path: str, given: dict[str, str], offset: int, total: int) -> dict[str, dict[str, str]] | None:
    """The links to the pages before and after, as the pagination component takes them; None for a single page."""
    found = {}
    if offset:
        before = str(offset - PAGE) if offset > PAGE else ""
        found["previous"] = {"href": address(path, {**given, "offset": before})}
    if offset + PAGE < total:
        found["next"] = {"href": address(path, {**given, "offset": str(offset + PAGE)})}
    return found or None
