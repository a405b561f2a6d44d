"""The adapter that tells matters apart (`search/link/matter.safetensors`), trained anew.

python benchmarks/train_matter.py [HOME]     a home of the whole digest, as `peel demo` makes it

Trains low-rank additions (Hu and others, 2021) to every matrix of the shipped model's layers on the pairs of
tests/data/links-labelled.tsv, so that the cosine of two findings says whether readers call them the same matter:
logistic loss on a line through the cosine, whose two coefficients are learnt too.

What is shipped has learnt from every pair but the fresh ones, so its own cosines of them are too good to judge it by.
Other adapters fill the column `cosine` of the table before. Of calibration: each of three parts is scored by an adapter
that learnt from the other two (communities of paired findings are dealt out whole; pairs that are cut have no cosine).
Of test and neighbours: an adapter that learnt from calibration. The cosines of the fresh pairs are those of what is
shipped. `fit_links.py` fits and judges what is built on them. All of it takes about forty minutes on 2 cores.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer

from search import open_home
from search.encoder import default_folder
from search.link import matter
from search.snapshot import Snapshot

DATA = Path(__file__).parents[1] / "tests" / "data" / "links-labelled.tsv"
RANK, EPOCHS, RATE, BATCH, SEED = 16, 4, 1e-3, 32, 2017
SCALE = 2.0
LINE = (10.0, -7.0)
"""Where the line through the cosine starts: its slope and its height at 0."""
PARTS = 3
FRESH = "fresh"
_WARM, _BLOCK = 0.1, 8


class LowRank(torch.nn.Module):
    """A linear layer with an addition: W + SCALE B A."""

    def __init__(self, base: torch.nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.a = torch.nn.Parameter(torch.randn(RANK, base.in_features) / base.in_features**0.5)
        self.b = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """See torch.nn.Linear."""
        added: torch.Tensor = self.base(rows) + SCALE * (rows @ self.a.T) @ self.b.T
        return added


@dataclass(frozen=True)
class Pairs:
    """Pairs of meanings, and whether readers call each the same matter."""

    one: list[str]
    other: list[str]
    same: NDArray[np.float32]

    @classmethod
    def of(cls, rows: Sequence[dict[str, str]], snapshot: Snapshot) -> Pairs:
        """The pairs of rows of the table."""
        one, other = (
            [snapshot.records([snapshot.row_of(row[end])])[0]["meaning"] for row in rows]
            for end in ("finding_a", "finding_b")
        )
        return cls(one, other, np.array([row["matter"] == "same" for row in rows], np.float32))

    def __len__(self) -> int:
        return len(self.one)

    def lengths(self) -> NDArray[np.int64]:
        """Characters of each pair."""
        return np.array([len(one) + len(other) for one, other in zip(self.one, self.other, strict=True)])

    def texts(self, chosen: NDArray[np.int64]) -> list[str]:
        """The first texts of the chosen pairs, then the second ones."""
        return [self.one[at] for at in chosen] + [self.other[at] for at in chosen]


def parts(rows: Sequence[dict[str, str]]) -> list[tuple[int, int]]:
    """Into which part each end of each pair falls: communities of paired findings, dealt out whole, largest first."""
    graph = networkx.Graph([(row["finding_a"], row["finding_b"]) for row in rows])
    part, sizes = {}, [0] * PARTS
    for group in sorted(networkx.community.louvain_communities(graph, seed=1, resolution=3.0), key=len, reverse=True):
        smallest = int(np.argmin(sizes))
        sizes[smallest] += graph.subgraph(group).number_of_edges()
        part |= dict.fromkeys(group, smallest)
    return [(part[row["finding_a"]], part[row["finding_b"]]) for row in rows]


def with_additions(model: Any) -> dict[str, LowRank]:
    """Put an addition beside every linear layer of the encoder's layers; by name. Nothing else learns."""
    for parameter in model.parameters():
        parameter.requires_grad = False
    added = {}
    for name, module in list(model.named_modules()):
        if name.startswith("encoder.layer.") and isinstance(module, torch.nn.Linear):
            place, _, last = name.rpartition(".")
            added[name] = LowRank(module)
            setattr(model.get_submodule(place), last, added[name])
    return added


def embedded(model: Any, tokenizer: Any, texts: list[str]) -> torch.Tensor:
    """Unit rows: the mean of the words' vectors; in bfloat16 on the way, which is two to three times as fast."""
    read = tokenizer(texts, padding=True, truncation=True, max_length=96, return_tensors="pt")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model(**read).last_hidden_state.float()
    mask = read["attention_mask"].unsqueeze(-1).float()
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


def batches(lengths: NDArray[np.int64], draw: np.random.Generator) -> list[NDArray[np.int64]]:
    """The pairs in an order drawn anew, those of about one length together."""
    order = draw.permutation(len(lengths))
    found = []
    for start in range(0, len(order), _BLOCK * BATCH):
        block = order[start : start + _BLOCK * BATCH]
        block = block[np.argsort(lengths[block])]
        cut = [block[at : at + BATCH] for at in range(0, len(block), BATCH)]
        found += [cut[at] for at in draw.permutation(len(cut))]
    return found


def train(pairs: Pairs) -> tuple[SentenceTransformer, dict[str, LowRank]]:
    """The model with additions that have learnt from pairs, and these."""
    torch.manual_seed(SEED)
    draw = np.random.default_rng(SEED)
    loaded = SentenceTransformer(str(default_folder()), device="cpu", local_files_only=True)
    model = loaded[0].model
    added = with_additions(model)
    learnt = [parameter for addition in added.values() for parameter in (addition.a, addition.b)]
    line = torch.nn.Parameter(torch.tensor(LINE))
    groups = [{"params": learnt, "weight_decay": 0.01}, {"params": [line], "lr": 0.01, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    steps = EPOCHS * len(batches(pairs.lengths(), draw))
    model.train()
    step = 0
    for epoch in range(EPOCHS):
        total = 0.0
        for chosen in batches(pairs.lengths(), draw):
            optimiser.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / (_WARM * steps)) * (1 - step / steps)
            step += 1
            rows = embedded(model, loaded.tokenizer, pairs.texts(chosen))
            cosine = (rows[: len(chosen)] * rows[len(chosen) :]).sum(1)
            truth = torch.from_numpy(pairs.same[chosen])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(line[0] * cosine + line[1], truth)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            total += float(loss.detach()) * len(chosen)
        print(f"  epoch {epoch + 1}: loss {total / len(pairs):.3f}", flush=True)
    model.eval()
    return loaded, added


def fill(rows: Sequence[dict[str, str]], model: SentenceTransformer, snapshot: Snapshot) -> None:
    """Put into `cosine` what a model says of each pair."""
    pairs = Pairs.of(rows, snapshot)
    one, other = (model.encode(texts, normalize_embeddings=True) for texts in (pairs.one, pairs.other))
    for row, cosine in zip(rows, (one * other).sum(axis=1), strict=True):
        row["cosine"] = f"{cosine:.4f}"


def held_out(rows: Sequence[dict[str, str]], snapshot: Snapshot) -> None:
    """Put into `cosine` what an adapter says that learnt from neither finding; nothing for pairs that are cut."""
    ends = parts(rows)
    for part in range(PARTS):
        learnt = [row for row, end in zip(rows, ends, strict=True) if part not in end]
        asked = [row for row, end in zip(rows, ends, strict=True) if end == (part, part)]
        print(f"part {part + 1}: {len(asked)} pairs, by an adapter that learnt from {len(learnt)}", flush=True)
        fill(asked, train(Pairs.of(learnt, snapshot))[0], snapshot)


def write(added: dict[str, LowRank], path: Path) -> None:
    """Keep the additions in half precision."""
    tensors = {f"{name}.A": (addition.a * SCALE).detach().half() for name, addition in added.items()}
    tensors |= {f"{name}.B": addition.b.detach().half() for name, addition in added.items()}
    save_file(tensors, path)


def main(folder: str | None) -> None:
    """Fill the column, then train on all and write."""
    snapshot = open_home(folder).snapshot
    with DATA.open(encoding="utf-8") as lines:
        table = [row | {"cosine": ""} for row in csv.DictReader(lines, delimiter="\t")]
    calibration = [row for row in table if row["split"] == "calibration"]
    held_out(calibration, snapshot)
    print("calibration, for the rest", flush=True)
    asked = [row for row in table if row["split"] in ("test", "neighbours")]
    fill(asked, train(Pairs.of(calibration, snapshot))[0], snapshot)
    print("all but the fresh ones", flush=True)
    model, added = train(Pairs.of([row for row in table if row["split"] != FRESH], snapshot))
    write(added, matter.ADAPTER)
    fill([row for row in table if row["split"] == FRESH], model, snapshot)
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*table[0]], delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
