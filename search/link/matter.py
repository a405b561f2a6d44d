"""Which matter a finding is about, as a vector: the shipped language model, adapted to tell matters apart.

The model by itself finds two findings alike that share a field (supervising investigations, the quality of
investigations). The adapter in `matter.safetensors`, trained by `benchmarks/train_matter.py` on pairs that readers
labelled, moves the same matter together and the rest apart. Links use it whichever model the home searches with.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from search.encoder import DEFAULT_SHA256, CompiledEncoder, Encoder, default_folder, fingerprint
from search.link.traits import state
from search.progress import Progress, silent

if TYPE_CHECKING:
    from search.link.making import Made
    from search.snapshot import Record

ADAPTER = Path(__file__).with_name("matter.safetensors")
"""What is added to the model's weights."""
_BLOCK = 4_096  # texts between two steps of the progress


@cache
def made_by() -> str:
    """The fingerprint of the encoder of matters. Raises ModelMissing."""
    folder = default_folder()
    return fingerprint(folder, DEFAULT_SHA256, folder.name, ADAPTER)


@cache
def encoder() -> Encoder:
    """The encoder of matters, compiled at first use (about 10 s). Raises ModelMissing, ModelChanged, StorageFull."""
    return CompiledEncoder(default_folder(), user_cache_path("peelgraph", appauthor=False), adapter=ADAPTER)


def vectors(records: Sequence[Record], before: Made | None, progress: Progress = silent) -> NDArray[np.float32]:
    """The unit vectors of the matters of findings; those of findings that did not change since, from before.

    Nothing is opened where all are known. Raises what `encoder` raises.
    """
    known = {} if before is None else dict(zip(before.traits.state.tolist(), before.unit, strict=True))
    states = [state(record) for record in records]
    fresh = {record["meaning"] for record, one in zip(records, states, strict=True) if one not in known}
    missing = sorted(fresh, key=lambda said: (-len(said), said))
    blocks = [missing[start : start + _BLOCK] for start in range(0, len(missing), _BLOCK)]
    made: dict[str, NDArray[np.float32]] = {}
    for block in progress(blocks, "telling matters apart"):
        made.update(zip(block, encoder().passages(block), strict=True))
    found = [
        known[one] if one in known else made[record["meaning"]] for record, one in zip(records, states, strict=True)
    ]
    return np.array(found, np.float32).reshape(len(records), -1)
