"""Rows of the graph -> what is indexed and shown of each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg import topics, vocabulary
from kg.model import Kind, Polarity
from kg.store import Row
from kg.triples import FINDING_COLUMNS, ID
from search.facets import Facets, Value
from search.snapshot import Record


def from_rows(
    rows: Iterable[Row], tags: Mapping[str, Sequence[topics.Tag]], evidence: Iterable[Row] = ()
) -> list[Record]:
    """One record for each row of `kg.triples.FINDINGS_QUERY`; `tags` are the subjects of each finding.

    `evidence` are the rows of `kg.triples.EVIDENCE_QUERY`: a finding's are put in the order of its context.
    """
    labels = vocabulary.notations(ID["scheme/topic"])
    found = [_record(dict(zip(FINDING_COLUMNS, row, strict=True)), tags, labels) for row in rows]
    said: dict[str, list[str]] = {}
    for iri, words in evidence:
        said.setdefault(str(iri), []).append(str(words))
    for record in found:
        record["evidence"] = sorted(said.get(record["finding"], ()), key=lambda s: (record["context"].find(s), s))
    return found


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


def thesaurus_of(records: Sequence[Record]) -> tuple[dict[str, Sequence[str]], dict[str, list[int]]]:
    """The other labels of every subject of the thesaurus, by its name; the rows of the findings tagged with it."""
    tagged: dict[str, list[int]] = {}
    for row, record in enumerate(records):
        for name in record["topics"]:
            tagged.setdefault(name, []).append(row)
    return {name: others for name, *others in vocabulary.subjects().values()}, tagged


def facets_of(records: Sequence[Record]) -> Facets:
    """The facet columns of the records, with every value that the vocabularies know."""
    return Facets.build([_values_of(record) for record in records], _known())


def _values_of(record: Record) -> dict[str, Sequence[str]]:
    single = {
        "force": record["force"]["slug"],
        "question": None if record["question"] is None else str(record["question"]["number"]),
        **{facet: record[facet] for facet in ("region", "cycle", "pillar", "kind", "grade", "polarity")},
    }
    return {**{f: (v,) for f, v in single.items() if v is not None}, "topic": record["topic_slugs"]}


def _known() -> dict[str, Sequence[Value]]:
    titles = {question.key: question.title for question in _questions()}
    numbers = sorted(titles, key=lambda key: (not key.isdigit(), key.zfill(2)))
    forces = sorted(vocabulary.forces().values(), key=lambda force: force.slug)
    grades = {
        **vocabulary.notations(ID["scheme/grade-four-tier"]),
        **vocabulary.notations(ID["scheme/grade-five-tier"]),
    }
    subjects, topic_labels = vocabulary.subjects(), vocabulary.notations(ID["scheme/topic"])
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
        "topic": [{**v, "names": list(subjects.get(v["value"], ())[1:])} for v in _values(topic_labels)],
    }


def _questions() -> Iterator[vocabulary.Question]:
    """The numbered questions and the areas of every cycle, earliest first."""
    for cycle in vocabulary.cycles():
        for pillar in (*vocabulary.pillars(), None):
            yield from (question for question in vocabulary.questions(cycle, pillar) if question.key != "pillar")


def _values(labels: Mapping[str, str]) -> list[Value]:
    return [{"value": value, "label": label, "names": []} for value, label in sorted(labels.items())]
