"""A query being asked, as those who ask it see it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kg.errors import Cancelled
from kg.workers.process import Process


class Asking:
    """One query being asked, so that another thread can give it up."""

    def __init__(self) -> None:
        self.cancelled = False
        self._process: Process | None = None
        self._lock = threading.Lock()
        self._wake: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Stop it, whether it waits or runs."""
        with self._lock:
            self.cancelled = True
            if self._process is not None:
                self._process.kill()
            wake = self._wake
        if wake is not None:
            wake()

    def woken_by(self, wake: Callable[[], None]) -> None:
        """Note what makes it look up where it waits."""
        with self._lock:
            self._wake = wake

    def held_by(self, process: Process | None) -> None:
        """Note the process that works on it. Raises Cancelled where that is too late."""
        with self._lock:
            self._process = process
            if process is not None and self.cancelled:
                raise Cancelled
