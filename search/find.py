"""The read side: a question, its constraints, and the findings that answer it with the reasons why.

Filter first, then rank exactly. The dictionaries that come back are the JSON of `peel find --json` and of
`/api/search`, key for key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kg.errors import InvalidQuery
from kg.model import Filters, Relation
from search.answers import Answer, Hit, Ledger, hit
from search.encoder import Encoder
from search.ranking import hits, relevance
from search.ranking.plan import Plan
from search.ranking.scoring import Fusion, Mode, Ranking, rank
from search.snapshot import Snapshot
from search.understand import Understood
from search.understand import understand as read_out
from search.understand.reading import Relation as AskedRelation

__all__ = ["MAX_K", "MAX_OFFSET", "MAX_TEXT", "Answer", "Fusion", "Hit", "Ledger", "Mode", "find", "hit"]

MAX_K = 1_000
"""The most hits of one answer."""
MAX_OFFSET = 1_000_000
"""The furthest that an answer may begin."""
MAX_TEXT = 2_000
"""The longest question, in characters; the model reads no further."""

Rows = NDArray[np.int64]
Choice = TypeVar("Choice", bound=StrEnum)


def find(
    snapshot: Snapshot,
    encoder: Callable[[], Encoder],
    text: str,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    where: tuple[str, Rows] | None = None,
    k: int = 10,
    mode: Mode | str = Mode.HYBRID,
    *,
    offset: int = 0,
    fusion: Fusion | str = Fusion.CONVEX,
    understand: bool = True,
    without: Collection[str] = (),
    bind: Callable[[str], Rows] | None = None,
    explain: bool = False,
) -> Answer:
    """The findings nearest to `text` among those that pass `filters` and `where`, `k` of them from `offset`.

    `where` is a SPARQL group pattern with the rows, ascending, that it binds; `encoder` is called only if the mode
    needs vectors. What `understand` reads out of the question limits it too, but for the chips of the keys
    `without` and where a filter of the same facet is given; `bind` gives the rows of a pattern that it reads out.
    In lexical mode a finding is ranked when it has a word of the question, in the others always.
    `explain` adds the plan. Raises InvalidQuery for a question, filter or number that cannot be.
    """
    plan = Plan()
    mode, fusion = _one_of(Mode, mode), _one_of(Fusion, fusion)
    _check(text, k, offset)
    given = snapshot.facets.resolve(filters)
    with plan.stage("understand"):
        read = _read(snapshot, text, without, understand)
    applied = replace(snapshot.facets.resolve(read.filters), **{f: v for f, v in asdict(given).items() if v})
    with plan.stage("filter"):
        patterns = [where[1]] if where else []
        if read.pattern is not None and bind is not None:
            patterns.append(bind(read.pattern))
        if read.relation is not None:
            patterns.append(_reached(snapshot, read.relation))
        allowed = _allowed(snapshot, applied, patterns, read)
        plan.allowed = len(allowed)
    ranking = rank(snapshot, encoder, read.meaning, allowed, mode, fusion, plan.stage)
    asked = _question(text, read, given, applied, where) | {"mode": mode.value, "fusion": fusion.value}
    answer = _answer(snapshot, ranking, asked | {"k": k, "offset": offset}, plan, read.relation)
    if explain:
        answer["plan"] = plan.shown(exact=True)
    return answer


def _answer(
    snapshot: Snapshot, ranking: Ranking, asked: dict[str, Any], plan: Plan, linked: AskedRelation | None
) -> Answer:
    with plan.stage("facets"):
        matching = ranking.rows[ranking.close]
        facets = snapshot.facets.counts(matching)
    with plan.stage("hydration"):
        found = hits.shown(snapshot, ranking, asked["offset"], asked["k"])
        if linked is not None:
            found = _with_origins(snapshot, found, linked)
    return {
        "generation": snapshot.generation,
        "query": asked,
        "answered": len(matching) > 0,
        "total": len(matching),
        "cutoff": relevance.cutoff(asked["mode"]) if asked["meaning"].strip() else None,
        "facets": facets,
        "hits": found,
    }


def _check(text: str, k: int, offset: int) -> None:
    if not text.strip() or len(text) > MAX_TEXT:
        raise InvalidQuery(f"the question has {len(text):,} characters", f"ask in 1 to {MAX_TEXT:,}")
    if not 1 <= k <= MAX_K:
        raise InvalidQuery(f"k is {k}", f"ask for 1 to {MAX_K:,} findings")
    if not 0 <= offset <= MAX_OFFSET:
        raise InvalidQuery(f"offset is {offset}", f"begin at 0 to {MAX_OFFSET:,}")


def _one_of(choices: type[Choice], value: str) -> Choice:
    try:
        return choices(value)
    except ValueError as error:
        name = choices.__name__.lower()
        raise InvalidQuery(f"there is no {name} {value!r}", f"choose from {', '.join(choices)}") from error


def _read(snapshot: Snapshot, text: str, without: Collection[str], understand: bool) -> Understood:
    """What the question asks for, with abbreviations spelt out; one that asks for nothing is ranked by as it stands."""
    read = read_out(text, snapshot.facets, without) if understand else Understood(Filters(), (), (), (), text)
    if not (read.meaning or read.chips or read.phrases or read.excluded):
        read = replace(read, meaning=text)
    return replace(read, meaning=snapshot.spelt_out(read.meaning))


def _allowed(snapshot: Snapshot, filters: Filters, patterns: Sequence[Rows], read: Understood) -> Rows:
    """The rows that pass every constraint, ascending; a pattern is given as the rows that it binds."""
    wanted = snapshot.facets.allowed(filters)
    for rows in patterns:
        wanted = np.intersect1d(wanted, rows, assume_unique=True)
    if read.phrases or read.excluded:
        wanted = np.intersect1d(wanted, snapshot.rows_worded(read.phrases, read.excluded), assume_unique=True)
    return wanted


def _reached(snapshot: Snapshot, asked: AskedRelation) -> Rows:
    """The findings that a relation leads to from those that the question names."""
    return snapshot.links.reached(Relation(asked["relation"]), _asked_about(snapshot, asked))


def _asked_about(snapshot: Snapshot, asked: AskedRelation) -> Rows:
    return snapshot.facets.allowed(snapshot.facets.resolve(asked["of"]))


def _with_origins(snapshot: Snapshot, found: list[Hit], asked: AskedRelation) -> list[Hit]:
    """Hits with the findings that the question asks about and that links lead from: the evidence for each."""
    from search.link.related import told

    rows, relation = _asked_about(snapshot, asked), Relation(asked["relation"])
    for one in found:
        one["linked"] = told(snapshot, snapshot.row_of(one["finding"]), relation, rows)
    return found


def _question(
    text: str, read: Understood, given: Filters, applied: Filters, where: tuple[str, Rows] | None
) -> dict[str, Any]:
    """The question as it was taken: every constraint, and what was read out of its words."""
    chips = [asdict(chip) for chip in read.chips if not getattr(given, chip.facet, ())]
    return {
        "text": text,
        "filters": _given(applied),
        "where": where[0] if where else None,
        "understood": [{**chip, "values": list(chip["values"])} for chip in chips],
        "phrases": list(read.phrases),
        "excluded": list(read.excluded),
        "meaning": read.meaning,
        "relation": read.relation and {**read.relation, "of": _given(read.relation["of"])},
        "notes": list(read.notes),
    }


def _given(filters: Filters) -> dict[str, list[str]]:
    return {facet: list(values) for facet, values in asdict(filters).items() if values}
