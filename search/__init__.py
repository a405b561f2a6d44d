"""Asking it: encode, index, find, link; over HTTP, in HTML and on the command line.

from search import open_home

home = open_home()
answer = home.find("use of body-worn video", force=["kent"], k=5)
rows = home.sparql("SELECT ?f { ?f a peel:AreaForImprovement }")
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.home import Home


def open_home(folder: Path | str | None = None, *, model: str | None = None) -> Home:
    """Open a home for reading: the given folder, or the one in the settings.

    Raises NotFound where nothing was published yet, and the errors of `kg.errors.HomeError`.
    """
    from search import settings
    from search.home import Home

    chosen = settings.load(home=folder, model=model)
    return Home(chosen.home, chosen.model)
