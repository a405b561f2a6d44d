"""What people would search filtered vectors with instead, each at its best settings, for `vectors.py`.

    PYTHON benchmarks/peers/filtered.py NAME FOLDER

Runs in an environment of its own, which has the peer and numpy but not Peelgraph. FOLDER is what `vectors.py` wrote:
vectors.npy, queries.npy, columns.npy (tenth, hundredth, thousandth, own: integers to filter by), truth.npz and
points.json. Each peer is given the rows with their columns, an index on every column that it can index, and runs in
this process. Every configuration that is worth trying prints a line of JSON once it is measured: its name, seconds
to build, and for each point recall@10 and the median milliseconds of a question.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

COLUMNS = ("tenth", "hundredth", "thousandth", "own")
Filter = tuple[str, int] | None
Ask = Callable[[int, Filter], Sequence[int]]
"""The number of a question and a column with its value to the ten nearest rows."""
Configuration = tuple[str, float, Ask]


class Case:
    """The rows, the questions, and what is right."""

    def __init__(self, folder: Path) -> None:
        self.vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        self.queries = np.load(folder / "queries.npy")
        self.columns = np.load(folder / "columns.npy")
        self.truth = np.load(folder / "truth.npz")
        self.points: dict[str, list[Any] | None] = json.loads((folder / "points.json").read_text())

    def __len__(self) -> int:
        return len(self.vectors)

    def blocks(self, size: int) -> Iterator[tuple[int, Any, Any]]:
        """The first row of each block, its vectors and its columns."""
        for start in range(0, len(self), size):
            yield start, np.array(self.vectors[start : start + size]), self.columns[start : start + size].tolist()


def qdrant(case: Case, folder: str) -> Iterator[Configuration]:
    """Qdrant Edge: HNSW with the payload's indexes, wider and wider, and its exact search."""
    import qdrant_edge as q

    start = time.perf_counter()
    vector = q.EdgeVectorParams(case.vectors.shape[1], q.Distance.Dot)
    shard = q.EdgeShard.create(
        folder, q.EdgeConfig(vectors={"v": vector}, hnsw_config=q.HnswIndexConfig(16, 128, 10_000))
    )
    for name in COLUMNS:
        shard.update(q.UpdateOperation.create_field_index(name, q.PayloadSchemaType.Integer))
    for first, vectors, columns in case.blocks(5_000):
        points = [
            q.Point(first + n, {"v": v.tolist()}, dict(zip(COLUMNS, c, strict=True)))
            for n, (v, c) in enumerate(zip(vectors, columns, strict=True))
        ]
        shard.update(q.UpdateOperation.upsert_points(points))

    def ask(parameters: Any) -> Ask:
        def asked(number: int, where: Filter) -> list[int]:
            condition = where and q.Filter(must=[q.FieldCondition(where[0], match=q.MatchValue(where[1]))])
            nearest = q.Query.Nearest(case.queries[number].tolist(), using="v")
            return [p.id for p in shard.query(q.QueryRequest(10, query=nearest, filter=condition, params=parameters))]

        return asked

    yield "exact", time.perf_counter() - start, ask(q.SearchParams(exact=True))
    while shard.optimize():
        pass
    built = time.perf_counter() - start
    for width in (16, 32, 64, 128, 256):
        yield f"HNSW 16/128, ef {width}", built, ask(q.SearchParams(hnsw_ef=width))
    yield "exact, optimised", built, ask(q.SearchParams(exact=True))


def lancedb(case: Case, folder: str) -> Iterator[Configuration]:
    """LanceDB: flat, then IVF_HNSW_SQ and IVF_PQ with refining; bitmap and B-tree indexes on the columns."""
    import lancedb
    import pyarrow as pa

    def batches() -> Iterator[Any]:
        for first, vectors, columns in case.blocks(50_000):
            flat = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
            held = {"id": pa.array(range(first, first + len(vectors))), "v": flat}
            held |= {name: pa.array([c[n] for c in columns], pa.int32()) for n, name in enumerate(COLUMNS)}
            yield pa.RecordBatch.from_pydict(held)

    start = time.perf_counter()
    schema = pa.schema(
        [("id", pa.int64()), ("v", pa.list_(pa.float32(), case.vectors.shape[1]))]
        + [(name, pa.int32()) for name in COLUMNS]
    )
    table = lancedb.connect(folder).create_table("rows", batches(), schema=schema)
    for name in COLUMNS:
        table.create_scalar_index(name, index_type="BTREE" if name == "own" else "BITMAP")
    table.optimize()

    def ask(change: Callable[[Any], Any]) -> Ask:
        def asked(number: int, where: Filter) -> list[int]:
            search = change(table.search(case.queries[number], vector_column_name="v").distance_type("dot"))
            if where:
                search = search.where(f"{where[0]} = {where[1]}", prefilter=True)
            found: list[int] = search.limit(10).select(["id"]).to_arrow()["id"].to_pylist()
            return found

        return asked

    yield "flat", time.perf_counter() - start, ask(lambda search: search)
    for kind, options in (
        ("IVF_HNSW_SQ", {"num_partitions": max(1, len(case) // 100_000)}),
        ("IVF_PQ", {"num_partitions": round(len(case) ** 0.5), "num_sub_vectors": 96}),
    ):
        start = time.perf_counter()
        table.create_index(vector_column_name="v", metric="dot", index_type=kind, replace=True, **options)
        built = time.perf_counter() - start
        for probes, refine in ((10, 5), (40, 10), (100, 40)):
            yield (
                f"{kind}, {probes} probes, refine {refine}",
                built,
                ask(lambda search, p=probes, r=refine: search.nprobes(p).refine_factor(r)),
            )


def chroma(case: Case, folder: str) -> Iterator[Configuration]:
    """Chroma: its HNSW, of two sizes."""
    import chromadb

    client = chromadb.PersistentClient(folder, chromadb.Settings(anonymized_telemetry=False))
    for neighbours, building, width in ((16, 128, 64), (32, 256, 128)):
        start = time.perf_counter()
        index = {"space": "ip", "ef_construction": building, "max_neighbors": neighbours, "ef_search": width}
        rows = client.create_collection(f"rows-{width}", configuration={"hnsw": index}, embedding_function=None)
        for first, vectors, columns in case.blocks(5_000):
            ids = [str(first + n) for n in range(len(vectors))]
            rows.add(ids, embeddings=vectors, metadatas=[dict(zip(COLUMNS, c, strict=True)) for c in columns])

        def asked(number: int, where: Filter, rows: Any = rows) -> list[int]:
            condition = {where[0]: where[1]} if where else None
            question = case.queries[number : number + 1]
            found = rows.query(query_embeddings=question, n_results=10, where=condition, include=[])
            return [int(row) for row in found["ids"][0]]

        yield f"HNSW {neighbours}/{building}, ef {width}", time.perf_counter() - start, asked


def milvus(case: Case, folder: str) -> Iterator[Configuration]:
    """Milvus Lite, in process and not through its server: brute force, IVF_FLAT and HNSW; an index on each column."""
    from milvus_lite import CollectionSchema, DataType, FieldSchema, MilvusLite

    fields = [FieldSchema(name="id", dtype=DataType.INT64, is_primary=True)]
    fields += [FieldSchema(name="v", dtype=DataType.FLOAT_VECTOR, dim=case.vectors.shape[1])]
    fields += [FieldSchema(name=name, dtype=DataType.INT64) for name in COLUMNS]
    start = time.perf_counter()
    rows = MilvusLite(folder).create_collection("rows", CollectionSchema(fields=fields))
    for first, vectors, columns in case.blocks(5_000):
        rows.insert(
            [
                {"id": first + n, "v": v.tolist(), **dict(zip(COLUMNS, c, strict=True))}
                for n, (v, c) in enumerate(zip(vectors, columns, strict=True))
            ]
        )
    rows.flush()
    filled = time.perf_counter() - start

    def ask(parameters: dict[str, int]) -> Ask:
        def asked(number: int, where: Filter) -> list[int]:
            found = rows.search(
                [case.queries[number].tolist()], top_k=10, metric_type="IP", output_fields=[],
                expr=f"{where[0]} == {where[1]}" if where else None, search_params=parameters or None,
            )  # fmt: skip
            return [hit["id"] for hit in found[0]]

        return asked

    for kind, build, widths in (
        ("BRUTE_FORCE", {}, [{}]),
        ("IVF_FLAT", {"nlist": round(len(case) ** 0.5)}, [{"nprobe": n} for n in (16, 64)]),
        ("HNSW", {"M": 16, "efConstruction": 128}, [{"ef": n} for n in (16, 32, 64, 128, 256)]),
    ):
        start = time.perf_counter()
        if kind != "BRUTE_FORCE":
            rows.release()
            rows.drop_index("v")
        rows.create_index("v", {"index_type": kind, "metric_type": "IP", "params": build})
        rows.load()
        built = filled + time.perf_counter() - start
        for parameters in widths:
            yield " ".join([kind, *(f"{name} {n}" for name, n in parameters.items())]), built, ask(parameters)


def txtai(case: Case, folder: str) -> Iterator[Configuration]:
    """txtai: FAISS with SQL filters after it. `similar` is asked for candidates enough to leave ten."""
    from txtai import Embeddings

    def vectors_of(texts: Sequence[str]) -> Any:
        return np.stack([case.queries[int(t[1:])] if t[0] == "q" else case.vectors[int(t)] for t in texts])

    for components in ("IDMap,Flat", f"IVF{round(len(case) ** 0.5)},Flat"):
        start = time.perf_counter()
        rows = Embeddings(
            method="external", transform=vectors_of, content=True, columns={"text": "text"},
            faiss={"components": components, "nprobe": 64},
        )  # fmt: skip
        rows.index(
            (first + n, {"text": str(first + n), **dict(zip(COLUMNS, c, strict=True))})
            for first, _, columns in case.blocks(5_000)
            for n, c in enumerate(columns)
        )
        built = time.perf_counter() - start
        for candidates in (10, 1_000, 30_000, len(case)):

            def asked(number: int, where: Filter, candidates: int = candidates, rows: Any = rows) -> list[int]:
                condition = f" and {where[0]} = {where[1]}" if where else ""
                sql = f"select id from txtai where similar(:q, {candidates}){condition}"
                return [int(hit["id"]) for hit in rows.search(sql, 10, parameters={"q": f"q{number}"})]

            yield f"{components}, {candidates:,} candidates", built, asked


PEERS = {"qdrant": qdrant, "lancedb": lancedb, "chroma": chroma, "milvus": milvus, "txtai": txtai}
"""Name to peer; the module that it needs is named as in MODULES."""
MODULES = {
    "qdrant": "qdrant_edge",
    "lancedb": "lancedb",
    "chroma": "chromadb",
    "milvus": "milvus_lite",
    "txtai": "txtai",
}
SLOW = 1.0
"""A point whose first questions take so many seconds each is given up on: it is nowhere near the fastest."""


def measured(case: Case, ask: Ask) -> dict[str, dict[str, float]]:
    """Recall@10 and median milliseconds at every point, after one question that is not counted."""
    found = {}
    for name, filtered in case.points.items():
        where = (filtered[0], filtered[1]) if filtered else None
        right, took, hits, possible = case.truth[name], [], 0, 0
        for number in [0, *range(len(case.queries))]:
            start = time.perf_counter()
            rows = ask(number, where)
            took.append(time.perf_counter() - start)
            if len(took) > 1:
                hits, possible = hits + len(set(rows) & set(right[number].tolist())), possible + len(right[number])
            if len(took) == 4 and statistics.median(took) > SLOW:
                break
        recall = hits / possible if possible else 1.0
        found[name] = {"recall": recall, "ms": 1000 * statistics.median(took[1:]), "questions": len(took) - 1}
    return found


def main() -> None:
    """Measure one peer's configurations and print each."""
    case = Case(Path(sys.argv[2]))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name, built, ask in PEERS[sys.argv[1]](case, f"{folder}/peer"):
            print(json.dumps({"configuration": name, "built": built, "points": measured(case, ask)}), flush=True)


if __name__ == "__main__":
    main()
