"""Similarity inside SPARQL: what `peel:similarity` gives, for one generation."""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from kg.answers import Scores
from kg.errors import InvalidQuery
from ontology import BASE
from search.find import MAX_TEXT

if TYPE_CHECKING:
    from search.encoder import Encoder
    from search.snapshot import Snapshot

SIMILARITY = BASE + "def#similarity"
"""The function: a finding and a text to the cosine of their meanings, -1 to 1."""
_KEPT = 16  # texts whose scores are kept: a query is often asked again


class Similarity:
    """How near every finding of a generation is to a text. Safe to call from several threads."""

    def __init__(self, snapshot: Snapshot, encoder: Callable[[], Encoder]) -> None:
        self._snapshot, self._encoder = snapshot, encoder
        self._scored: OrderedDict[str, array[float]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, text: str) -> Scores:
        """The cosine of every finding's meaning with the text's, in the order of rows. Raises InvalidQuery."""
        if not text.strip() or len(text) > MAX_TEXT:
            raise InvalidQuery(f"the text has {len(text):,} characters", f"compare with 1 to {MAX_TEXT:,}")
        with self._lock:
            if text not in self._scored:
                self._scored[text] = self._scores(text)
                while len(self._scored) > _KEPT:
                    self._scored.popitem(last=False)
            return Scores(self._snapshot.iris, self._scored[text])

    def _scores(self, text: str) -> array[float]:
        """The same cosines that a search by meaning ranks by."""
        snapshot = self._snapshot
        vector = self._encoder().query(snapshot.spelt_out(text))
        scores = snapshot.index.scores(vector, np.arange(len(snapshot.iris), dtype=np.int64))
        return array("f", np.asarray(scores, np.float32).tobytes())
