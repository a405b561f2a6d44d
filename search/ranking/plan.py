"""How an answer was come by: the stages of a question and what each took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Plan:
    """The milliseconds of each stage, in the order they were done; the rows that were allowed."""

    stages: dict[str, float] = field(default_factory=dict)
    allowed: int = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what is done within."""
        start = time.perf_counter()
        yield
        self.stages[name] = self.stages.get(name, 0.0) + (time.perf_counter() - start) * 1000

    def shown(self, exact: bool) -> dict[str, Any]:
        """The plan as answers give it."""
        rounded = {name: round(milliseconds, 3) for name, milliseconds in self.stages.items()}
        return {"allowed": self.allowed, "vectors": "exact" if exact else "approximate", "milliseconds": rounded}
