"""The default model as an OpenVINO graph: the reference's vectors, from a process that never imports torch."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.encoder import compiling, files
from search.encoder.port import clean

BATCH_TOKENS = 1024  # measured: 512 to 2,048 are alike, below and above is slower
_STEP = 8  # tokens; measured: a question among others takes 2.2 ms so, 3.2 otherwise
BLOCK = 8192  # texts tokenised at a time, so that memory does not grow with the corpus


class CompiledEncoder:
    """The same model as an OpenVINO graph, compiled once into `cache`. Safe to call from several threads.

    The weights, to which an `adapter` is added, are checked against `sha256` when the graph is made, and when their
    size or time is another. The graph is checked at every start, mostly while libraries load anyway, and made anew
    where damaged. Raises ModelMissing, ModelChanged and StorageFull.
    """

    def __init__(
        self, folder: Path, cache: Path, sha256: str = files.DEFAULT_SHA256, adapter: Path | None = None
    ) -> None:
        self.fingerprint = files.fingerprint(folder, sha256, folder.name, adapter)
        key = hashlib.sha256(f"{self.fingerprint} {version('openvino')}".encode())
        home = cache / f"encoder-{key.hexdigest()[:16]}"
        source = compiling.Source(folder, sha256, adapter)
        with ThreadPoolExecutor(1) as pool:
            ready = pool.submit(compiling.ready, home, source)
            openvino = compiling.openvino()
            self._tokenizer = _tokenizer(folder)
            if not ready.result():
                compiling.make(home, source)
        graph = openvino.Core().compile_model(
            str(home / compiling.GRAPH[0]), "CPU", {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        )
        self.dim = int(graph.output(0).get_partial_shape()[1].get_length())
        self._request = graph.create_infer_request()
        self._one_at_a_time = threading.Lock()

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (len(texts), dim), in the order of the texts."""
        said = clean(texts)
        out = np.empty((len(said), self.dim), np.float32)
        for start in range(0, len(said), BLOCK):
            ids = [e.ids for e in self._tokenizer.encode_batch_fast(said[start : start + BLOCK])]
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


def _tokenizer(folder: Path) -> Any:
    """The model's tokenizer, cutting texts where the reference does and padding nothing."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    config = json.loads((folder / "sentence_bert_config.json").read_bytes())
    tokenizer.enable_truncation(config["max_seq_length"])
    tokenizer.no_padding()
    return tokenizer
