"""The home behind the service: the generation that `CURRENT` names, never half of one, and earlier ones on demand."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Annotated

from fastapi import Query, Request

from kg import generations
from kg.errors import PeelError
from kg.workers import Workers
from search.home import Home

log = logging.getLogger("peelgraph")
Pinned = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{1,6}$",
        description="Answer from this generation, while it is kept, and not from the newest.",
        examples=["000001"],
    ),
]
"""The parameter that keeps pages of one answer together."""


class Served:
    """Opens the home once and again whenever another generation is published.

    A generation that cannot be opened is logged, and the one before goes on being served.
    """

    def __init__(self, folder: Path, model: str | None, workers: Workers | None = None) -> None:
        self._folder, self._model, self._workers = folder, model, workers
        self.held: Home | None = None
        """The newest generation that was opened."""
        self._refused: str | None = None
        self._opening = threading.Lock()
        self._earlier: dict[str, Home] = {}

    def warm(self) -> None:
        """Open everything that a question needs, so that the first one is as quick as the next."""
        self.held = self._opened()

    def home(self) -> Home:
        """The home to answer from. Raises the errors of opening a home if there is none to fall back on."""
        held = self.held
        if held is not None and not self._moved(held):
            return held
        with self._opening:
            held = self.held
            if held is not None and not self._moved(held):
                return held
            try:
                fresh = self._opened()
            except PeelError as error:
                if held is None:
                    raise
                log.error("generation %s goes on being served: %s", held.generation, error)
                self._refused = self._pointer()
                return held
            if held is not None:
                self._earlier[held.generation] = held
            self.held = fresh
            self._forget()
            return fresh

    def at(self, generation: str | None) -> Home:
        """The home as it was in a generation, the newest without one.

        Raises Gone for a generation that is no longer kept, NotFound for one that never was.
        """
        newest = self.home()
        if generation is None or int(generation) == int(newest.generation):
            return newest
        with self._opening:
            number = generations.kept(self._folder, generation).name
            if number not in self._earlier:
                self._earlier[number] = self._opened(number)
            found = self._earlier[number]
            self._forget()
            return found

    def _forget(self) -> None:
        """Let go of generations that are no longer kept; who answers from one goes on holding it."""
        self._earlier = {name: home for name, home in self._earlier.items() if (self._folder / name).is_dir()}

    def _opened(self, generation: str | None = None) -> Home:
        home = Home(self._folder, self._model, generation, self._workers)
        if self.held is not None and self.held.snapshot.manifest["encoder"] == home.snapshot.manifest["encoder"]:
            home.encoder = self.held.encoder  # the model is opened once, whatever is published
        home.snapshot.prepare()
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


def served_of(request: Request) -> Served:
    """What a request is answered from."""
    served: Served = request.app.state.served
    return served


def home_of(request: Request) -> Home:
    """The newest home."""
    return served_of(request).home()


def pinned_home(request: Request, generation: Pinned = None) -> Home:
    """The home of the generation that a request names, else the newest."""
    return served_of(request).at(generation)
