"""Rows of the graph -> what is indexed and shown of each finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg import topics, vocabulary
from kg.model import Kind, Polarity
from kg.store import Row
from kg.triples import FINDING_COLUMNS, ID
from search.facets import Facets, Value
from search.snapshot import Record


def from_rows(rows: Iterable[Row], tags: Mapping[str, Sequence[topics.Tag]]) -> list[Record]:
    """One record for each row of `kg.triples.FINDINGS_QUERY`; `tags` are the subjects of each finding."""
    labels = vocabulary.notations(ID["scheme/topic"])
    return [_record(dict(zip(FINDING_COLUMNS, row, strict=True)), tags, labels) for row in rows]


def _record(row: dict[str, str | None], tags: Mapping[str, Sequence[topics.Tag]], labels: Mapping[str, str]) -> Record:
    iri = str(row["finding"])
    force = vocabulary.forces()[str(row["force"])]
    subjects = list(dict.fromkeys(tag.notation for tag in tags[iri]))
    number = row["number"]
    return {
        "finding": iri,
        "report": row["report"],
        "kind": row["kind"],
        "polarity": row["polarity"],
        "text": row["text"],
        "context": row["context"],
        "meaning": row["meaning"],
        "force": {"slug": force.slug, "label": force.label},
        "region": row["region"],
        "cycle": row["cycle"],
        "pillar": row["pillar"],
        "question": None if number is None else {"number": _number(number), "title": row["title"]},
        "grade": row["grade"],
        "deadline": row["deadline"],
        "topics": [labels[subject] for subject in subjects],
        # a finding on a subject is also found under what stands above the subject
        "topic_slugs": list(dict.fromkeys(s for one in subjects for s in (one, *vocabulary.topics_above(one)))),
        "updated": row["updated"],
        "source": {
            "url": row["url"],
            "sha256": row["sha256"],
            "start": int(str(row["start"])),
            "end": int(str(row["end"])),
            "wording": row["wording"],
        },
    }


def _number(key: str) -> int | str:
    """A printed number as a number; an area's slug as it is."""
    return int(key) if key.isdigit() else key


def facets_of(records: Sequence[Record]) -> Facets:
    """The facet columns of the records, with every value that the vocabularies know."""
    return Facets.build([_values_of(record) for record in records], _known(records))


def _values_of(record: Record) -> dict[str, Sequence[str]]:
    single = {
        "force": record["force"]["slug"],
        "question": None if record["question"] is None else str(record["question"]["number"]),
        **{facet: record[facet] for facet in ("region", "cycle", "pillar", "kind", "grade", "polarity")},
    }
    return {**{f: (v,) for f, v in single.items() if v is not None}, "topic": record["topic_slugs"]}


def _known(records: Iterable[Record]) -> dict[str, Sequence[Value]]:
    titles = {str(r["question"]["number"]): r["question"]["title"] for r in records if r["question"]}
    numbers = sorted(titles, key=lambda key: (not key.isdigit(), key.zfill(2)))
    forces = sorted(vocabulary.forces().values(), key=lambda force: force.slug)
    grades = {
        **vocabulary.notations(ID["scheme/grade-four-tier"]),
        **vocabulary.notations(ID["scheme/grade-five-tier"]),
    }
    return {
        "force": [{"value": f.slug, "label": f.label, "names": [f.area, *f.names]} for f in forces],
        "region": _values(vocabulary.notations(ID["scheme/region"])),
        "cycle": [
            {"value": c, "label": f"PEEL {c}", "names": ["2018"] if c == "2018/19" else []} for c in vocabulary.cycles()
        ],
        "pillar": _values(vocabulary.notations(ID["scheme/pillar"])),
        "question": [
            {"value": n, "label": f"Question {n}" if n.isdigit() else titles[n], "names": []} for n in numbers
        ],
        "kind": [{"value": k.value, "label": k.value.replace("-", " ").capitalize(), "names": []} for k in Kind],
        "grade": _values(grades),
        "polarity": [{"value": p.value, "label": p.value.capitalize(), "names": []} for p in Polarity],
        "topic": _values(vocabulary.notations(ID["scheme/topic"])),
    }


def _values(labels: Mapping[str, str]) -> list[Value]:
    return [{"value": value, "label": label, "names": []} for value, label in sorted(labels.items())]
