"""The JSON API: search, findings, exports, forces, subjects, grades."""

from __future__ import annotations

from fastapi import APIRouter

from search.web.api import export, findings, links, search, values

router = APIRouter(tags=["api"])
for part in (search, export, links, findings, values):
    router.include_router(part.router)
