"""The default model made into an OpenVINO graph, once for each adapter, and kept where it is found whole again."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import StorageFull
from search.encoder import files

GRAPH = ("model.xml", "model.bin")
RECORD = "record.json"

log = logging.getLogger("peelgraph")


@dataclass(frozen=True)
class Source:
    """What a graph is made from: a model's folder, the sha256 of its weights, and what is added to them."""

    folder: Path
    sha256: str
    adapter: Path | None = None


def ready(home: Path, source: Source) -> bool:
    """Whether the graph in `home` is whole; checks the weights where they are not the file recorded."""
    try:
        record = json.loads((home / RECORD).read_bytes())
        if record["files"] != {name: files.digest(home / name) for name in GRAPH}:
            raise ValueError("sha256 differs")
        if record["weights"] != _stamp(source):
            files.verified(files.weights_of(source.folder), source.sha256)
        return True
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (ValueError, KeyError, TypeError) as error:
        log.warning("%s is damaged (%s) and is made anew", home, error)
        return False


def make(home: Path, source: Source) -> None:
    """Make the graph in a draft folder and move it into place whole, whoever else is doing the same."""
    log.warning("compiling the language model, once; this takes about ten seconds")
    files.verified(files.weights_of(source.folder), source.sha256)
    graph = _convert(source)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="draft-", dir=home.parent) as place:
            draft = Path(place) / "new"
            draft.mkdir()
            openvino().save_model(graph, str(draft / GRAPH[0]), compress_to_fp16=False)
            digests = {name: files.digest(draft / name) for name in GRAPH}
            record = {"weights": _stamp(source), "files": digests}
            (draft / RECORD).write_text(json.dumps(record, indent=1), "utf-8")
            _install(draft, home, lambda: ready(home, source))
    except OSError as error:
        raise StorageFull(home.parent, str(error)) from error


def openvino() -> Any:
    """OpenVINO without its telemetry, which otherwise reports every import to Google Analytics."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def _stamp(source: Source) -> str:
    weights = files.weights_of(source.folder)
    return f"{weights.resolve()} {weights.stat().st_size} {weights.stat().st_mtime_ns}"


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


def _convert(source: Source) -> Any:
    """The whole model, pooling and normalisation included, as a graph: (ids, mask) -> unit rows."""
    model = files.load(source.folder, "cpu", source.adapter)
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
        return openvino().convert_model(Graph().eval(), example_input=example)
