"""What every encoder promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Texts to unit vectors; equal fingerprints mean interchangeable vectors."""

    @property
    def fingerprint(self) -> str:
        """One line: model, sha256 of its weights, pooling, settings; not the runtime that computes it."""

    @property
    def dim(self) -> int:
        """Length of every vector."""

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (len(texts), dim), in the order of the texts; (0, dim) for none."""

    def query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question, shape (dim,)."""


def clean(texts: Sequence[str]) -> list[str]:
    """The texts as a list that every tokenizer accepts: a lone surrogate, legal in JSON, becomes '?'."""
    if isinstance(texts, str):
        raise TypeError("texts must be a sequence of strings, not one string")
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
