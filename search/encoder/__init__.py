"""Text to unit vectors: the `Encoder` port and its two adapters.

`SentenceTransformerEncoder` is the reference. `CompiledEncoder` runs the same model as an OpenVINO graph: the
same vectors, but a fresh process answers after half a second instead of 7, without importing torch.
Nothing is ever downloaded, and nothing is reported to anybody.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path

from search.encoder.compiled import CompiledEncoder
from search.encoder.files import DEFAULT_NAMES, DEFAULT_SHA256, default_folder, fingerprint
from search.encoder.port import Encoder
from search.encoder.reference import SentenceTransformerEncoder

__all__ = [
    "DEFAULT_SHA256",
    "CompiledEncoder",
    "Encoder",
    "SentenceTransformerEncoder",
    "default_folder",
    "fingerprint",
    "open_encoder",
]


def open_encoder(model: str | None = None, cache: Path | None = None) -> Encoder:
    """The encoder for a model: compiled for the default one, the reference for any other.

    `model` is a folder or the name of a model in the local Hugging Face cache. `cache` keeps the compiled
    default model, made at first use (about 10 s); without it, the user's own cache folder.
    Raises ModelMissing, ModelChanged and StorageFull.
    """
    if model not in (None, *DEFAULT_NAMES):
        return SentenceTransformerEncoder(str(model))
    return CompiledEncoder(default_folder(), cache or user_cache_path("peelgraph", appauthor=False))
