"""Pages for people: a module a page, each a function of the address and the generation being served."""

from __future__ import annotations

from fastapi import APIRouter

from search.web.pages import about, compare, finding, force, graph, issues, matrix, query, search, subject

router = APIRouter(include_in_schema=False)
for _module in (search, finding, force, subject, issues, compare, matrix, graph, query, about):
    router.include_router(_module.router)

__all__ = ["router"]
