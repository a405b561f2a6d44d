"""What several constraints allow together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

from kg.model import Filters
from kg.sparql import areas
from search.facets import Facets
from search.understand.reading import Chip

KINDS_OF = {
    "positive": {"strength", "innovative-practice"},
    "negative": {"weakness", "area-for-improvement", "cause-of-concern", "recommendation"},
    "neutral": {"observation"},
}
"""The kinds that findings of a polarity have."""


def filters(chips: Iterable[Chip], known: Facets) -> Filters:
    """What the chips allow together, as filters on columns; values in the vocabulary's order.

    Values of one facet are alternatives, less those excluded; facets must all hold. Where two facets would shut each
    other out ("strengths and weaknesses", "compare Kent with Wales") they are alternatives as well.
    """
    chosen = {field.name: _allowed(field.name, chips, known) for field in fields(Filters)}
    _either_kind(chosen, chips)
    _either_place(chosen, chips)
    return Filters(**{facet: _in_order(facet, values, known) for facet, values in chosen.items()})


def _allowed(facet: str, chips: Iterable[Chip], known: Facets) -> set[str]:
    """The values of a facet that are named and not excluded; with none named, all that are not excluded."""
    these = [chip for chip in chips if chip.facet == facet]
    named = {value for chip in these if not chip.excludes for value in chip.values}
    kept = [set(chip.values) for chip in these if chip.excludes]
    every = named or ({value["value"] for value in known.values[facet]} if kept else set())
    return every.intersection(*kept) or named


def _either_kind(chosen: dict[str, set[str]], chips: Iterable[Chip]) -> None:
    """Kinds and polarities: alternatives where both are named and a kind is of another polarity."""
    if {"kind", "polarity"} - {chip.facet for chip in chips if not chip.excludes}:
        return
    meant = {kind for polarity in chosen["polarity"] for kind in KINDS_OF[polarity]}
    if chosen["kind"] and meant and not chosen["kind"] <= meant:
        chosen["kind"] |= meant
        chosen["polarity"] = set()


def _either_place(chosen: dict[str, set[str]], chips: Iterable[Chip]) -> None:
    """Forces and regions: alternatives where a force that is named lies outside the regions."""
    named = {value for chip in chips if chip.facet == "force" and not chip.excludes for value in chip.values}
    if not named or not chosen["region"]:
        return
    from kg import vocabulary  # few questions need it, and it loads rdflib

    region_of = {slug: force.region for slug, force in vocabulary.forces().items()}
    if any(region_of[force] not in chosen["region"] for force in named):
        chosen["force"] |= {force for force, region in region_of.items() if region in chosen["region"]}
        chosen["region"] = set()


def _in_order(facet: str, values: set[str], known: Facets) -> tuple[str, ...]:
    return tuple(value["value"] for value in known.values[facet] if value["value"] in values) if values else ()


def pattern(chips: Sequence[Chip]) -> tuple[str | None, Sequence[Chip]]:
    """The group pattern that areas ask for (None without one), and the chips that are left for the columns.

    A grade beside an area is the force's grade for that area, and no longer that of the finding.
    """
    asked = [value for chip in chips if chip.facet == "area" for value in chip.values]
    grades = [value for chip in chips if chip.facet == "grade" for value in chip.values]
    if not asked:
        return None, chips
    if not grades:
        return areas.under_areas(asked), chips
    return areas.judged(asked, grades), [chip for chip in chips if chip.facet != "grade"]
