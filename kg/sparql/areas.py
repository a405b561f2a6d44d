"""Group patterns for the areas that findings stand under, and for what forces were graded for them."""

from __future__ import annotations

from collections.abc import Iterable

from ontology import BASE

_CYCLES = ("2021-22", "2023-25", "2025-27")
_LINEAGE = "(skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch)*"


def under_areas(areas: Iterable[str]) -> str:
    """A group pattern for the findings under an area, or under the questions of earlier cycles that it comes from.

    `areas` are slugs of areas of 2021/22 and later.
    """
    return f"{_questions_of(areas)}\n?finding a peel:Finding ; peel:question ?asked ."


def judged(areas: Iterable[str], grades: Iterable[str]) -> str:
    """A group pattern for the findings of every force and cycle in which one of the areas was given one of the grades.

    `grades` are notations; those of both scales are meant.
    """
    wanted = " ".join(f'"{grade}"' for grade in grades)
    return (
        f"{_questions_of(areas)}\nVALUES ?judged {{ {wanted} }}\n"
        "?judgment a peel:Judgment ; peel:question ?asked ; peel:force ?force ; peel:cycle ?cycle ;\n"
        "  peel:grade/skos:notation ?judged .\n"
        "?finding a peel:Finding ; peel:force ?force ; peel:cycle ?cycle ."
    )


def _questions_of(areas: Iterable[str]) -> str:
    iris = " ".join(f"<{BASE}id/question/{cycle}/{area}>" for area in areas for cycle in _CYCLES)
    return f"VALUES ?area {{ {iris} }}\n?area {_LINEAGE} ?asked ."
