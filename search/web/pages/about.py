"""What this is, what it covers and what not, how it works and how well, and how it may be used."""

from __future__ import annotations

import json
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

import ontology
from kg import vocabulary
from search.coverage import Part, by_force, parts
from search.home import Home
from search.tally import tally
from search.web import assets
from search.web.pages.force import judgments
from search.web.rendering import PageRoute, page
from search.web.served import home_of

router = APIRouter(route_class=PageRoute)
Opened = Annotated[Home, Depends(home_of)]


@router.get("/about")
def about(request: Request, home: Opened) -> Response:
    """What this is, and how to use it."""
    return page("about.html", home, contact=_contact(request))


@router.get("/about/coverage")
def coverage(home: Opened) -> Response:
    """What was read and what was not: reports and findings by cycle, part and force."""
    every = _parts(home)
    cycles = [cycle for cycle in vocabulary.cycles() if any(part.cycle == cycle for part in every)]
    told, read = tally(home.snapshot.facets, ("force", "cycle")), by_force(every)
    return page(
        "coverage.html",
        home,
        cycles=[_cycle(home, cycle, every) for cycle in cycles],
        rows=[
            (force, [(told[(slug, cycle)], *read[slug, cycle]) for cycle in cycles])
            for slug, force in sorted(vocabulary.forces().items())
        ],
        areas={slug: force.area for slug, force in vocabulary.forces().items()},
        whole=sum(part.whole for part in every),
        official=sum(part.official for part in every),
        read=sum(len(part.read) for part in every),
    )


@lru_cache(maxsize=2)
def _parts(home: Home) -> list[Part]:
    """What was read of a generation, asked once."""
    return parts(home)


def _cycle(home: Home, cycle: str, every: list[Part]) -> dict[str, Any]:
    """One cycle's row of the table: its parts, and its findings and judgments."""
    judged = [entry for entry in judgments(home) if entry["cycle"] == cycle]
    return {
        "cycle": cycle,
        "parts": [part for part in every if part.cycle == cycle],
        "forces": len({slug for part in every if part.cycle == cycle for slug in part.read}),
        "findings": tally(home.snapshot.facets, ("cycle",))[(cycle,)],
        "judged": len(judged),
        "graded": sum(entry["grade"] is not None for entry in judged),
    }


@router.get("/about/method")
def method(home: Opened) -> Response:
    """How a page becomes findings, subjects, links and answers, in plain words."""
    return page("method.html", home, encoder=home.snapshot.manifest["encoder"], version=ontology.version())


@router.get("/about/accuracy")
def accuracy(request: Request, home: Opened) -> Response:
    """How often it is right, measured, with what flatters the figures."""
    return page("accuracy.html", home, parts=figures(), contact=_contact(request))


@router.get("/about/licence")
def licence(home: Opened) -> Response:
    """Whose the words are, under which licence, and how to quote; what the pages are built with."""
    return page("licence.html", home, vendored=vendored())


@router.get("/about/accessibility")
def accessibility(request: Request, home: Opened) -> Response:
    """The accessibility statement."""
    return page("accessibility.html", home, contact=_contact(request))


@cache
def figures() -> dict[str, list[dict[str, str]]]:
    """The measured figures, by what they are of: those of search as `peel evaluate` gave them, then the others.

    Each of the others stands in the document that its `from` names.
    """
    found = {"Search": _of_search(json.loads((files("search.web") / "evaluation.json").read_text("utf-8")))}
    for one in tomllib.loads((files("search.web") / "figures.toml").read_text("utf-8"))["figure"]:
        found.setdefault(one["of"], []).append(one)
    return found


def _of_search(measured: dict[str, Any]) -> list[dict[str, str]]:
    """How often the ranking that the search page uses finds what it should, and says so where there is nothing."""
    ours = next(one for one in measured["rankings"] if one["mode"] == "hybrid" and one["understand"])
    recall, right, wrong = ours["measures"]["recall@10"], ours["rightly_refused"], ours["wrongly_refused"]
    about = {"id": "search", "from": "docs/evaluation.md"}
    made = "Questions and judgments were made by language models, not by police analysts."
    return [
        {
            "what": "Findings that answer a question, among the first ten shown",
            "figure": f"{recall['mean'] * 100:.0f} in 100",
            "on": f"{measured['answerable']} questions with an answer",
            "note": f"{recall['low'] * 100:.0f} to {recall['high'] * 100:.0f} with 95% confidence. {made}",
        }
        | about,
        {
            "what": "Questions without an answer where the page says so",
            "figure": f"{right['count']} of {right['of']}",
            "on": "questions with no answer in the data",
        }
        | about,
        {
            "what": "Questions with an answer where the page wrongly says that there is none",
            "figure": f"{wrong['count']} of {wrong['of']}",
            "on": "questions with an answer",
            "note": "The nearest findings are shown all the same, as such.",
        }
        | about,
    ]


@cache
def vendored() -> dict[str, dict[str, Any]]:
    """What others made of the files that the browser gets, as `VENDORED.toml` records it."""
    return tomllib.loads((assets.folder() / "vendor" / "VENDORED.toml").read_text("utf-8"))


def _contact(request: Request) -> tuple[str, str] | None:
    """Where readers can write to, and what its link leads to; None where the keepers have set nothing."""
    given: str | None = request.app.state.public_contact
    if given is None:
        return None
    return given, given if given.startswith("https://") else f"mailto:{given}"
