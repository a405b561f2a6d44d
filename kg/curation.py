"""What people decided about links: values <-> triples in a graph of their own, and a table to exchange.

<id/decision/<16>>     a peel:Decision     the same 16 digits as the link's
<id/agent/<name>>      a prov:Agent        who decided, by the name given

The table is a TSV in the manner of SSSOM, the simple standard for sharing mappings: the predicate is the relation's
property, and a rejected link has the modifier `Not`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime

from rdflib import FOAF, PROV, XSD, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS

from kg.errors import InvalidQuery
from kg.links import DIRECT, name_of
from kg.model import Decision, Relation, Verdict
from kg.store import GraphStore
from kg.triples import CURATION_GRAPH, DECISIONS_QUERY, ID
from ontology import BASE
from ontology.terms import PEEL

COLUMNS = (
    *("subject_id", "predicate_id", "predicate_modifier", "object_id", "mapping_justification"),
    *("confidence", "author_label", "mapping_date", "comment"),
)
"""The columns of the table, with SSSOM's names."""

_JUSTIFICATION = "semapv:ManualMappingCuration"
_PREFIXES = {"peel": str(PEEL), "report": BASE + "id/report/", "semapv": "https://w3id.org/semapv/vocab/"}
_RELATION = {f"peel:{str(iri).removeprefix(str(PEEL))}": relation for relation, iri in DIRECT.items()}
_PREDICATE = {relation: curie for curie, relation in _RELATION.items()}


def held(store: GraphStore) -> list[Decision]:
    """The decisions in a store, by time."""
    return [
        Decision(Relation(str(r)), str(a), str(b), Verdict(str(v)), str(by), str(when), why or "")
        for r, a, b, v, by, when, why in store.rows(DECISIONS_QUERY)
    ]


def taken(before: Iterable[Decision], fresh: Iterable[Decision]) -> list[Decision]:
    """The decisions that stand once fresh ones were taken: the last about each link, by time."""
    standing = {(one.relation, one.start, one.end): one for one in (*before, *fresh)}
    return sorted(standing.values(), key=lambda one: (one.when, one.relation, one.start, one.end))


def to_graph(decisions: Iterable[Decision]) -> Graph:
    """The triples of decisions, each attributed to who took it."""
    graph = Graph(identifier=CURATION_GRAPH)
    for one in decisions:
        node = ID[f"decision/{name_of(one.relation, one.start, one.end)}"]
        agent = ID["agent/" + (re.sub(r"[^a-z0-9]+", "-", one.by.casefold()).strip("-") or "unnamed")]
        graph.add((node, RDF.type, PEEL.Decision))
        graph.add((node, PEEL.relation, ID[f"relation/{one.relation}"]))
        graph.add((node, PEEL.linkFrom, URIRef(one.start)))
        graph.add((node, PEEL.linkTo, URIRef(one.end)))
        graph.add((node, PEEL.verdict, ID[f"verdict/{one.verdict}"]))
        graph.add((node, PROV.wasAttributedTo, agent))
        graph.add((node, PROV.generatedAtTime, Literal(one.when, datatype=XSD.dateTime, normalize=False)))
        if one.why:
            graph.add((node, RDFS.comment, Literal(one.why)))
        graph.add((agent, RDF.type, PROV.Agent))
        graph.add((agent, FOAF.name, Literal(one.by)))
    return graph


def to_tsv(decisions: Iterable[Decision]) -> str:
    """The decisions as a table, with the prefixes of its identifiers in comments at the top."""
    out = io.StringIO()
    out.write("#curie_map:\n" + "".join(f"#  {prefix}: {iri}\n" for prefix, iri in _PREFIXES.items()))
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in decisions:
        modifier = "Not" if one.verdict is Verdict.REJECTED else ""
        ends = (_curie(one.start), _PREDICATE[one.relation], modifier, _curie(one.end))
        writer.writerow((*ends, _JUSTIFICATION, "1.0", one.by, one.when, " ".join(one.why.split())))
    return out.getvalue()


def of_tsv(text: str) -> list[Decision]:
    """The decisions in a table. Raises InvalidQuery, naming the line, for one that cannot be read."""
    lines = text.splitlines()
    first = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.DictReader(lines[first:], delimiter="\t")
    missing = [name for name in ("subject_id", "predicate_id", "object_id") if name not in (reader.fieldnames or ())]
    if missing:
        raise InvalidQuery(f"the table has no column {missing[0]}", f"its columns are {', '.join(COLUMNS)}")
    return [_decision(row, first + reader.line_num) for row in reader]


def _decision(row: dict[str, str | None], line: int) -> Decision:
    cells: dict[str, str] = {name: row.get(name) or "" for name in COLUMNS}
    relation, when = _RELATION.get(cells["predicate_id"]), cells["mapping_date"]
    if relation is None:
        known = ", ".join(_RELATION)
        raise InvalidQuery(f"line {line}: {cells['predicate_id']!r} is no relation", f"the relations are {known}")
    try:
        datetime.fromisoformat(when)
    except ValueError as error:
        raise InvalidQuery(f"line {line}: {when!r} is no date", "write it as 2026-11-23T09:30:00Z") from error
    if not cells["author_label"].strip():
        raise InvalidQuery(f"line {line}: nobody is named as having decided", "fill in author_label")
    verdict = Verdict.REJECTED if cells["predicate_modifier"] == "Not" else Verdict.CONFIRMED
    ends = _iri(cells["subject_id"]), _iri(cells["object_id"])
    if "T" not in when:
        when += "T00:00:00Z"
    return Decision(relation, *ends, verdict, cells["author_label"].strip(), when, cells["comment"])


def _curie(iri: str) -> str:
    return iri.replace(_PREFIXES["report"], "report:", 1)


def _iri(curie: str) -> str:
    return curie.replace("report:", _PREFIXES["report"], 1) if curie.startswith("report:") else curie
