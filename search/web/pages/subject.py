"""The subjects: the thesaurus as a list, and a page for each with who is praised and who is criticised, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from kg import vocabulary
from kg.errors import NotFound
from kg.model import Filters, Polarity
from search.browse import Sort, browse
from search.home import Home
from search.subjects import groups, subjects
from search.tally import Rows, tally
from search.web.rendering import PageRoute, page
from search.web.served import home_of
from search.web.wording import search_path

router = APIRouter(route_class=PageRoute)
LATEST = 5
"""How many of the newest criticisms a page shows."""
_SIDES = (Polarity.POSITIVE, Polarity.NEGATIVE, Polarity.NEUTRAL)
Opened = Annotated[Home, Depends(home_of)]


@dataclass(frozen=True)
class Bar:
    """Findings of one cycle or one force on a subject: how many praise, criticise, do neither, and the searches."""

    slug: str
    label: str
    counts: tuple[int, int, int]
    searches: tuple[str, str, str]

    @property
    def total(self) -> int:
        """All three together."""
        return sum(self.counts)


@router.get("/subjects")
def every_subject(home: Opened) -> Response:
    """The thesaurus, group by group, with how many findings there are on each subject."""
    counts = tally(home.snapshot.facets, ("topic",))
    told = {slug: counts[(slug,)] for slug in subjects()}
    return page("subjects.html", home, groups=groups(), subjects=subjects(), told=told)


@router.get("/subjects/{slug}")
def one_subject(slug: str, home: Opened) -> Response:
    """One subject. Raises NotFound for a slug that is none."""
    every = subjects()
    if slug not in every:
        raise NotFound(f"there is no subject {slug!r}", "choose one from the list of subjects")
    facets = home.snapshot.facets
    filters = Filters(topic=(slug,))
    rows = facets.allowed(filters)
    negative = Filters(topic=(slug,), polarity=(Polarity.NEGATIVE.value,))
    cycles = bars(home, slug, "cycle", [c for c in vocabulary.cycles() if (c,) in tally(facets, ("cycle",))])
    by_force = [bar for bar in bars(home, slug, "force", sorted(vocabulary.forces())) if bar.total]
    return page(
        "subject.html",
        home,
        subject=every[slug],
        subjects=every,
        total=len(rows),
        cycles=cycles,
        tallest=max((bar.total for bar in cycles), default=0),
        forces=sorted(by_force, key=lambda bar: (-bar.counts[1], -bar.counts[0], bar.label)),
        latest=browse(home.snapshot, negative, k=LATEST, sort=Sort.NEWEST),
        all_of_it=search_path(topic=slug),
        criticism=search_path(topic=slug, polarity=Polarity.NEGATIVE.value),
    )


def bars(home: Home, slug: str, facet: str, values: Sequence[str]) -> list[Bar]:
    """What is said of a subject for each of the values of a facet, in their order."""
    return bars_of(home, home.snapshot.facets.allowed(Filters(topic=(slug,))), facet, values, slug)


def bars_of(home: Home, rows: Rows, facet: str, values: Sequence[str], topic: str | None) -> list[Bar]:
    """What `rows` say for each of the values of a facet; the searches are of a subject, and "" without one."""
    facets = home.snapshot.facets
    labels = {value["value"]: value["label"] for value in facets.values[facet]}
    counts = tally(facets, (facet, "polarity"), rows)

    def bar(value: str) -> Bar:
        numbers = [counts[(value, side.value)] for side in _SIDES]
        searches = [search_path(topic=topic, **{facet: value}, polarity=side.value) if topic else "" for side in _SIDES]
        return Bar(value, labels[value], (numbers[0], numbers[1], numbers[2]), (searches[0], searches[1], searches[2]))

    return [bar(value) for value in values]
