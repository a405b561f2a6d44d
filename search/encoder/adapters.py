"""A small change to a model's weights that makes it tell apart what it otherwise takes for the same.

Low-rank adaptation (Hu and others, 2021, arXiv:2106.09685): a matrix W of the model becomes W + B A, where A and B are
narrow. The file is safetensors with two tensors for every matrix that changes, `NAME.A` and `NAME.B`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


def add(model: Any, path: Path) -> None:
    """Add an adapter to the weights of a sentence-transformers model. Raises KeyError where it is for another model."""
    import torch
    from safetensors.torch import load_file

    tensors = load_file(path)
    modules = dict(model[0].model.named_modules())
    with torch.no_grad():
        for name in sorted({name.removesuffix(".A").removesuffix(".B") for name in tensors}):
            change = tensors[f"{name}.B"].float() @ tensors[f"{name}.A"].float()
            modules[name].weight += change.to(modules[name].weight.device)
