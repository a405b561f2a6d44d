"""The home behind the service: always the generation that `CURRENT` names, and never half of one."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from fastapi import Request

from kg import generations
from kg.errors import PeelError
from search.home import Home

log = logging.getLogger("peelgraph")


class Served:
    """Opens the home once and again whenever another generation is published.

    A generation that cannot be opened is logged, and the one before goes on being served.
    """

    def __init__(self, folder: Path, model: str | None) -> None:
        self._folder, self._model = folder, model
        self._home: Home | None = None
        self._refused: str | None = None
        self._opening = threading.Lock()

    def warm(self) -> None:
        """Open everything that a question needs, so that the first one is as quick as the next."""
        self._home = self._opened()

    def home(self) -> Home:
        """The home to answer from. Raises the errors of opening a home if there is none to fall back on."""
        held = self._home
        if held is not None and not self._moved(held):
            return held
        with self._opening:
            held = self._home
            if held is not None and not self._moved(held):
                return held
            try:
                self._home = self._opened()
            except PeelError as error:
                if held is None:
                    raise
                log.error("generation %s goes on being served: %s", held.generation, error)
                self._refused = self._pointer()
                return held
            return self._home

    def _opened(self) -> Home:
        home = Home(self._folder, self._model)
        home.find("warm", k=1)
        home.store.rows("SELECT * { } LIMIT 1")
        return home

    def _moved(self, held: Home) -> bool:
        now = self._pointer()
        return now not in (held.generation, self._refused)

    def _pointer(self) -> str:
        try:
            return generations.current(self._folder).name
        except PeelError as error:
            return str(error)


def home_of(request: Request) -> Home:
    """The home that a request is answered from."""
    served: Served = request.app.state.served
    return served.home()
