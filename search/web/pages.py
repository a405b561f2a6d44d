"""Pages for people: a search page that works without JavaScript, one address a question."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from jinja2 import Environment, PackageLoader, select_autoescape

from kg.errors import InvalidQuery
from search.home import Home
from search.show import ATTRIBUTION
from search.web.served import home_of

router = APIRouter(include_in_schema=False)
_CHOICES = ("force", "cycle", "pillar", "kind", "grade", "topic")
_templates = Environment(loader=PackageLoader("search.web"), autoescape=select_autoescape(), trim_blocks=True)


@router.get("/")
def search_page(
    home: Annotated[Home, Depends(home_of)],
    text: str = "",
    force: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    cycle: Annotated[list[str], Query()] = [],  # noqa: B006
    pillar: Annotated[list[str], Query()] = [],  # noqa: B006
    kind: Annotated[list[str], Query()] = [],  # noqa: B006
    grade: Annotated[list[str], Query()] = [],  # noqa: B006
    topic: Annotated[list[str], Query()] = [],  # noqa: B006
    where: str = "",
) -> Response:
    """The search form, and below it what was found. Empty choices of the form are no filters."""
    given = {"force": force, "cycle": cycle, "pillar": pillar, "kind": kind, "grade": grade, "topic": topic}
    chosen = {facet: [value for value in values if value] for facet, values in given.items()}
    shown: dict[str, Any] = {"answer": None, "error": None}
    status = 200
    if text.strip():
        try:
            shown["answer"] = home.find(text, where=where.strip() or None, k=20, **chosen)  # type: ignore[arg-type]
        except InvalidQuery as error:
            shown["error"], status = error, 400
    page = _templates.get_template("search.html").render(
        text=text,
        where=where,
        chosen=chosen,
        choices={facet: home.snapshot.facets.values[facet] for facet in _CHOICES},
        counts=home.snapshot.manifest["counts"],
        generation=home.generation,
        attribution=ATTRIBUTION,
        **shown,
    )
    return Response(page, status, media_type="text/html; charset=utf-8")


@router.get("/static/peelgraph.css")
def stylesheet() -> Response:
    """The one stylesheet."""
    css = (files("search.web") / "static" / "peelgraph.css").read_bytes()
    return Response(css, media_type="text/css", headers={"Cache-Control": "max-age=3600"})
