"""Stylesheets, scripts and pictures: our own files only, at addresses that change with their contents."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

_FOREVER, _BRIEFLY = "public, max-age=31536000, immutable", "public, max-age=3600"


def folder() -> Path:
    """Where the files lie."""
    return Path(str(files("search.web") / "static"))


@cache
def version() -> str:
    """Twelve hex digits of a sha256 over all the files: one changed byte makes another address."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder().rglob("*") if path.is_file()):
        whole.update(path.relative_to(folder()).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:12]


def address(name: str) -> str:
    """Where a page links to a file, given by its path below the folder (`vendor/govuk-frontend.css`)."""
    return f"/static/{version()}/{name}"


class _Kept(StaticFiles):
    """Files with word of how long a browser may keep them."""

    def __init__(self, keep: str) -> None:
        super().__init__(directory=folder())
        self._keep = keep

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or Starlette's 404."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = self._keep
        return response


def serve(app: FastAPI) -> None:
    """Serve the files at their changing addresses, and at `/static/<name>` for whoever knows only the name."""
    app.mount(f"/static/{version()}", _Kept(_FOREVER), name="versioned")
    app.mount("/static", _Kept(_BRIEFLY), name="static")
