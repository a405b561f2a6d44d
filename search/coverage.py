"""What was read of every inspection, and what not: reports by cycle, part and force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg import vocabulary
from kg.model import Coverage, Wording
from kg.triples import COPIES_QUERY
from search.home import Home


@dataclass
class Read:
    """One report that was read: whether in the inspectorate's own words, and whether to its end.

    Where several copies of it were read, it is so if one of them is.
    """

    official: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Part:
    """What a cycle published about each force: the page of a pillar, or (None) the overview or report of the force.

    `read` has the forces by slug of which it was read; `known` is False where the ontology has no such part, but a
    page of it was read.
    """

    cycle: str
    pillar: str | None
    known: bool = True
    read: dict[str, Read] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What people call it."""
        if self.pillar:
            return self.pillar.capitalize()
        return "Overview" if pillars(self.cycle) else "Report"

    @property
    def missing(self) -> list[str]:
        """The forces by slug of which it was not read; none where it is not known that there is more."""
        return [slug for slug in vocabulary.forces() if slug not in self.read] if self.known else []

    @property
    def official(self) -> int:
        """How many were read in the inspectorate's own words."""
        return sum(one.official for one in self.read.values())

    @property
    def whole(self) -> int:
        """How many were read to their end."""
        return sum(one.whole for one in self.read.values())


def pillars(cycle: str) -> list[str]:
    """The pillars of a cycle; none where a force has one report."""
    return [pillar for pillar in vocabulary.pillars() if vocabulary.questions(cycle, pillar)]


def parts(home: Home) -> list[Part]:
    """Every part of every cycle of which anything was read, cycle by cycle, with the forces of which it was read."""
    found: dict[tuple[str, str | None], Part] = {}
    copies = home.store.rows(COPIES_QUERY)
    had = {row[2] for row in copies}
    for cycle in vocabulary.cycles():
        if cycle in had:
            found |= {(cycle, pillar): Part(cycle, pillar) for pillar in (*pillars(cycle), None)}
    for _, force, named, pillar, wording, coverage in copies:
        part = found.setdefault((str(named), pillar), Part(str(named), pillar, known=False))
        one = part.read.setdefault(str(force), Read())
        one.official |= wording == Wording.OFFICIAL
        one.whole |= coverage == Coverage.WHOLE
    return list(found.values())


def by_force(every: list[Part]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """By force and cycle: how many parts were read, and of how many."""
    return {
        (slug, cycle): (
            sum(slug in part.read for part in every if part.cycle == cycle),
            sum(part.known or slug in part.read for part in every if part.cycle == cycle),
        )
        for slug in vocabulary.forces()
        for cycle in {part.cycle for part in every}
    }
