"""The search page: a question, what was understood of it, filters with exact counts, and the findings that answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from kg.errors import InvalidQuery
from kg.model import Filters
from search.browse import Sort, browse
from search.find import MAX_K
from search.home import Home
from search.understand import understand
from search.web.pages.state import PAGE, State
from search.web.problems import status_of
from search.web.rendering import PageRoute, page
from search.web.served import home_of
from search.web.wording import FACET_NAMES, plural

router = APIRouter(route_class=PageRoute)
NEAREST = 10
"""How many findings are shown where none answers."""
BROAD = 200
"""From this many findings on, a question may be too broad to be answered by reading."""
_OPEN = ("kind", "cycle")
_READ_NAMES = {**FACET_NAMES, "area": "Area", "relation": "Linked findings"}
_EXAMPLES = (
    "Abandoned 101 calls in Wales",
    "Backlogs in examining seized phones and computers",
    "Areas for improvement about crime recording",
    "Good work on missing children",
    "External scrutiny of the use of force",
)


@dataclass(frozen=True)
class Choice:
    """One box of a filter: `count` is None for a value that none of the findings shown has."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True)
class Group:
    """One filter with its boxes."""

    facet: str
    name: str
    choices: list[Choice]
    open: bool

    @property
    def chosen(self) -> int:
        """How many boxes are ticked."""
        return sum(choice.chosen for choice in self.choices)


@dataclass(frozen=True)
class Tag:
    """A filter in force, with the address of the same search without it; `words` if it was read from the question."""

    name: str
    label: str
    words: str | None
    without: str


@router.get("/")
def search_page(request: Request, home: Annotated[Home, Depends(home_of)]) -> Response:
    """The search form, and below it what was found; 400 with the form where the question cannot be asked."""
    try:
        state = State.read(request.query_params, home.snapshot.facets)
    except InvalidQuery as error:
        return _form(home, State(text=request.query_params.get("text", "")), error)
    if not state.asked:
        return _form(home, state, None)
    try:
        answer = _ask(home, state)
    except InvalidQuery as error:
        return _form(home, state, error)
    return page(
        "search.html",
        home,
        state=state,
        answer=answer,
        error=None,
        groups=_groups(home, state, answer),
        tags=_tags(home, state, answer),
        cleared=_cleared(home, state),
        pages=_pages(state, len(answer["hits"]), answer["total"]),
        broad=bool(state.text) and answer["total"] >= BROAD,
        order=state.sort if state.text or state.sort is not Sort.BEST else Sort.NEWEST,
        sorts=Sort,
        cited=_citation(home, state, answer, str(request.base_url)),
    )


def _form(home: Home, state: State, error: InvalidQuery | None) -> Response:
    """The first page; or the form as it was filled in, with what is wrong in it."""
    whole = browse(home.snapshot, Filters(), k=1)
    status = status_of(error) if error else 200
    groups = _groups(home, state, whole)
    return page(
        "search.html", home, status, state=state, answer=None, error=error, groups=groups, tags=[], examples=_EXAMPLES
    )


def _ask(home: Home, state: State) -> Mapping[str, Any]:
    """The answer for one page. Raises InvalidQuery.

    In another order than the best first, what is put in order are the best thousand of those above the cut-off.
    """
    where = state.where or None
    if not state.text:
        iris = None if where is None else home.findings_of(where)
        return browse(home.snapshot, Filters(**state.filters), iris, PAGE, state.offset, state.sort)
    ranked = state.sort is Sort.BEST
    filters: dict[str, Any] = dict(state.filters)
    k, offset = (PAGE, state.offset) if ranked else (MAX_K, 0)
    answer = home.find(state.text, where=where, k=k, offset=offset, without=state.without, **filters)
    hits = [hit for hit in answer["hits"] if hit["close"]] if answer["answered"] else answer["hits"][:NEAREST]
    if not ranked:
        newest = state.sort is Sort.NEWEST
        hits = sorted(hits, key=lambda hit: hit["cycle"] if newest else hit["force"]["label"], reverse=newest)
        hits = hits[state.offset : state.offset + PAGE]
    return {**answer, "hits": hits}


def _citation(home: Home, state: State, answer: Mapping[str, Any], base: str) -> str:
    """How to cite a list of findings: what was asked, of which generation, on which day, at which address."""
    asked = f"for “{state.text}”" if state.text else "that pass its filters"
    number = plural(answer["total"], "finding") if answer["answered"] else "The nearest findings"
    today = datetime.now(UTC).strftime("%-d %B %Y")
    where = base.rstrip("/") + state.at(0).address()
    return f"Peelgraph, data generation {home.generation}. {number} {asked}, retrieved {today} from {where}"


def _groups(home: Home, state: State, answer: Mapping[str, Any]) -> list[Group]:
    """Every filter: its values that are found here with their counts, then the others where one is ticked already."""
    groups = []
    for facet, name in FACET_NAMES.items():
        ticked = state.filters.get(facet, ())
        counts = {value["value"]: value["count"] for value in answer["facets"][facet]}
        values = home.snapshot.facets.values[facet]
        choices = [
            Choice(v["value"], v["label"], counts.get(v["value"]), v["value"] in ticked)
            for v in values
            if v["value"] in counts or ticked
        ]
        choices.sort(
            key=lambda choice: (choice.count is None, -(choice.count or 0)) if facet == "topic" else (False, 0)
        )
        if choices:
            groups.append(Group(facet, name, choices, bool(ticked) or facet in _OPEN))
    return groups


def _tags(home: Home, state: State, answer: Mapping[str, Any]) -> list[Tag]:
    """The filters in force: chosen ones first, then those read from the question."""
    chosen = [
        Tag(FACET_NAMES[facet], label_of(home, facet, value), None, state.drop(facet, value).address())
        for facet in FACET_NAMES
        for value in state.filters.get(facet, ())
    ]
    understood = [
        Tag(_read_name(chip), chip["label"], chip["words"], state.unread(chip["key"]).address())
        for chip in answer["query"]["understood"]
        if chip["facet"] not in state.filters
    ]
    return chosen + understood


def _cleared(home: Home, state: State) -> State:
    """The question alone, with every reading of it switched off, those too that only show once others are."""
    clear = state.cleared()
    while chips := understand(clear.text, home.snapshot.facets, clear.without).chips:
        fresh = dict.fromkeys(chip.key for chip in chips if chip.key not in clear.without)
        if not fresh:
            break
        for key in fresh:
            clear = clear.unread(key)
    return clear


def _read_name(chip: Mapping[str, Any]) -> str:
    """What a reading is called; one that limits the finding at the other end of a link says so."""
    name = _READ_NAMES[chip["facet"]]
    return f"{name} of the linked finding" if chip.get("linked") else name


def label_of(home: Home, facet: str, value: str) -> str:
    """What people read for a value of a facet."""
    return next((v["label"] for v in home.snapshot.facets.values[facet] if v["value"] == value), value)


def _pages(state: State, shown: int, total: int) -> dict[str, Any] | None:
    """The links to the pages before and after, as the pagination component takes them; None for a single page.

    Findings that say the same are shown as one, so that the last page may come before `total` is reached.
    """
    found: dict[str, Any] = {}
    if state.offset:
        found["previous"] = {"href": state.at(max(0, state.offset - PAGE)).address() + "#results"}
    if shown == PAGE and state.offset + PAGE < total:
        found["next"] = {"href": state.at(state.offset + PAGE).address() + "#results"}
    return found or None
