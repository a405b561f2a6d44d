"""The reference: sentence-transformers itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.encoder import files
from search.encoder.port import clean


class SentenceTransformerEncoder:
    """The reference: sentence-transformers, on a GPU where torch finds one.

    `model` is a folder, or a name looked up in the local Hugging Face cache only; its weights must be one
    model.safetensors, to which an `adapter` is added. Raises ModelMissing, and ModelChanged where the default model is
    not the pinned one.
    """

    def __init__(self, model: str | Path = files.DEFAULT_MODEL, adapter: Path | None = None) -> None:
        folder = files.find(str(model))
        pinned = files.DEFAULT_SHA256 if str(model) in files.DEFAULT_NAMES else None
        digest = files.verified(files.weights_of(folder), pinned)
        self.fingerprint = files.fingerprint(folder, digest, Path(model).name, adapter)
        self._model = files.load(folder, adapter=adapter)
        self.dim = int(self._model.get_embedding_dimension())

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (len(texts), dim), in the order of the texts."""
        if not (said := clean(texts)):
            return np.empty((0, self.dim), np.float32)
        rows = self._model.encode_document(said, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question, with the model's own prompt for questions where it has one."""
        rows = self._model.encode_query(clean([text]), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows[0], np.float32)
