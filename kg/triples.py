"""Values -> triples: one named graph a report, no blank nodes, every IRI made from content.

<report>                 a peel:Report
<report>#source-<12>     a peel:SourceCopy         first 12 hex digits of its sha256
<report>#judgment-<of>   a peel:Judgment
<report>#f-<12>          a peel:Finding            first 12 hex digits of the sha1 of its text
<report>#f-<12>-span     an oa:SpecificResource with a quote and a position selector
"""

from __future__ import annotations

from rdflib import PROV, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SDO

from kg import sparql, vocabulary
from kg.model import Finding, Judgment, Kind, Report, Source, slug_of_cycle
from ontology import BASE
from ontology.terms import PEEL

ID = Namespace(BASE + "id/")
OA = Namespace(sparql.PREFIXES["oa"])
VOCABULARY_GRAPH = URIRef(BASE + "graph/vocabulary")
"""The named graph that holds the ontology and its vocabularies in every home."""
TOPICS_GRAPH = URIRef(BASE + "graph/inferred/topics")
"""The named graph of subjects found by a machine; dropping it leaves what was published."""
LINKS_GRAPH = URIRef(BASE + "graph/inferred/links")
"""The named graph of links between findings and of the issues they make; dropping it leaves what was published."""
CURATION_GRAPH = URIRef(BASE + "graph/curation")
"""The named graph of what people decided about links; it is kept when everything else is made anew."""
RETIRED_GRAPH = URIRef(BASE + "graph/retired")
"""The named graph of findings that were published once and are no more."""

CLASS_OF: dict[Kind, URIRef] = {
    Kind.STRENGTH: PEEL.Strength,
    Kind.WEAKNESS: PEEL.Weakness,
    Kind.OBSERVATION: PEEL.Observation,
    Kind.AREA_FOR_IMPROVEMENT: PEEL.AreaForImprovement,
    Kind.CAUSE_OF_CONCERN: PEEL.CauseOfConcern,
    Kind.RECOMMENDATION: PEEL.Recommendation,
    Kind.INNOVATIVE_PRACTICE: PEEL.InnovativePractice,
}

_QUOTE_AROUND = 32


def report_iri(report: Report) -> URIRef:
    """The report's IRI, which is also the name of its graph."""
    return ID["report/" + report.slug]


def finding_iri(report: Report, key: str) -> URIRef:
    """The IRI of the report's finding of this key."""
    return URIRef(f"{report_iri(report)}#{key}")


def force_iri(slug: str) -> URIRef:
    """The force's IRI."""
    return ID["force/" + slug]


def cycle_iri(cycle: str) -> URIRef:
    """The cycle's IRI; `2018/19` ends in `2018-19`."""
    return ID["cycle/" + slug_of_cycle(cycle)]


def grade_iri(grade: str, cycle: str) -> URIRef:
    """The grade on the scale of its cycle: four tiers to 2018/19, five after. The two are not comparable."""
    tiers = "four-tier" if cycle < "2021" else "five-tier"
    return ID[f"grade/{tiers}/{grade}"]


def question_iri(cycle: str, pillar: str | None, key: str) -> URIRef:
    """The question's IRI; `key` is its printed number, an area's slug, or "pillar" for the headline question."""
    parts = [
        "question",
        slug_of_cycle(cycle),
        *([pillar] if pillar else []),
        *([key] if key != "pillar" else []),
    ]
    return ID["/".join(parts)]


def to_graph(report: Report) -> Graph:
    """All triples of one report."""
    graph = Graph(identifier=report_iri(report))
    _add_report(graph, report)
    for source in report.sources:
        _add_source(graph, report, source)
    for judgment in report.judgments:
        _add_judgment(graph, report, judgment)
    sources = {source.sha256: source for source in report.sources}
    grades = {judgment.of: _grade(judgment, report) for judgment in report.judgments}
    for finding in report.findings:
        node = _add_finding(graph, report, finding)
        grade = grades.get(finding.question or "pillar") or grades.get("pillar")
        if grade is not None:
            graph.add((node, PEEL.grade, grade))
        _add_span(graph, report, finding, sources[finding.source])
    return graph


def _add_report(graph: Graph, report: Report) -> None:
    node = report_iri(report)
    inspection = ID["inspection/" + report.slug]
    label = vocabulary.forces()[report.force].label
    about = f" {report.pillar}" if report.pillar else ""
    graph.add((node, RDF.type, PEEL.Report))
    graph.add((node, RDFS.label, Literal(f"{label}: PEEL {report.cycle}{about}", "en")))
    graph.add((node, PEEL.inspection, inspection))
    _place(graph, node, report)
    if report.updated:
        graph.add((node, DCTERMS.modified, Literal(report.updated, datatype=XSD.date)))
    graph.add((inspection, RDF.type, PEEL.Inspection))
    graph.add((inspection, RDFS.label, Literal(f"Inspection of {label}: PEEL {report.cycle}{about}", "en")))
    graph.add((inspection, PEEL.force, force_iri(report.force)))
    graph.add((inspection, PEEL.cycle, cycle_iri(report.cycle)))
    graph.add((inspection, PROV.wasAssociatedWith, ID["inspectorate/hmicfrs"]))
    graph.add((node, PROV.wasGeneratedBy, inspection))


def _place(graph: Graph, node: URIRef, report: Report) -> None:
    """Force, cycle and pillar, carried directly by everything that people filter."""
    graph.add((node, PEEL.force, force_iri(report.force)))
    graph.add((node, PEEL.cycle, cycle_iri(report.cycle)))
    if report.pillar:
        graph.add((node, PEEL.pillar, ID["pillar/" + report.pillar]))


def source_iri(report: Report, sha256: str) -> URIRef:
    """The IRI of one of the report's source copies."""
    return URIRef(f"{report_iri(report)}#source-{sha256[:12]}")


def _add_source(graph: Graph, report: Report, source: Source) -> None:
    node = source_iri(report, source.sha256)
    graph.add((node, RDF.type, PEEL.SourceCopy))
    graph.add((node, PEEL.sha256, Literal(source.sha256)))
    graph.add((node, PEEL.wording, ID["wording/" + source.wording]))
    graph.add((node, PEEL.coverage, Literal(source.coverage)))
    graph.add((report_iri(report), PROV.wasDerivedFrom, node))
    if source.url:
        graph.add((node, SDO.url, Literal(source.url, datatype=XSD.anyURI)))
    if source.revises:
        graph.add((node, PROV.wasRevisionOf, source_iri(report, source.revises)))
    if source.retrieved:
        graph.add((node, DCTERMS.created, Literal(source.retrieved, datatype=XSD.date)))


def _add_judgment(graph: Graph, report: Report, judgment: Judgment) -> None:
    node = URIRef(f"{report_iri(report)}#judgment-{judgment.of.replace('/', '-')}")
    graph.add((node, RDF.type, PEEL.Judgment))
    graph.add((node, PEEL.report, report_iri(report)))
    graph.add((node, PEEL.status, ID["status/" + judgment.status]))
    graph.add((node, PEEL.basis, Literal(judgment.basis)))
    graph.add((node, RDFS.label, Literal(judgment.title, "en")))
    _place(graph, node, report)
    pillar, _, number = judgment.of.partition("/")
    if pillar in vocabulary.pillars():
        graph.add((node, PEEL.pillar, ID["pillar/" + pillar]))
    if number or (judgment.of != "pillar" and pillar not in vocabulary.pillars()):
        graph.add((node, PEEL.question, question_iri(report.cycle, report.pillar, judgment.of)))
    grade = _grade(judgment, report)
    if grade is not None:
        graph.add((node, PEEL.grade, grade))
    if judgment.carried_over_from:
        graph.add((node, PEEL.carriedOverFrom, cycle_iri(judgment.carried_over_from)))
    day = judgment.date or report.updated
    if day:
        graph.add((node, DCTERMS.date, Literal(day, datatype=XSD.date)))


def _grade(judgment: Judgment, report: Report) -> URIRef | None:
    """A judgment's grade on the scale of the cycle that it was made in."""
    if judgment.grade is None:
        return None
    return grade_iri(judgment.grade, judgment.carried_over_from or report.cycle)


def _add_finding(graph: Graph, report: Report, finding: Finding) -> URIRef:
    node = finding_iri(report, finding.key)
    graph.add((node, RDF.type, PEEL.Finding))
    graph.add((node, RDF.type, CLASS_OF[finding.kind]))
    graph.add((node, PEEL.report, report_iri(report)))
    graph.add((node, PEEL.text, Literal(finding.text)))
    graph.add((node, PEEL.meaning, Literal(finding.meaning)))
    graph.add((node, PEEL.context, Literal(finding.context)))
    graph.add((node, PEEL.polarity, ID["polarity/" + finding.polarity]))
    _place(graph, node, report)
    if finding.question in vocabulary.pillars():
        graph.add((node, PEEL.pillar, ID["pillar/" + str(finding.question)]))
    elif finding.question:
        graph.add((node, PEEL.question, question_iri(report.cycle, report.pillar, finding.question)))
    for sentence in finding.evidence:
        graph.add((node, PEEL.evidence, Literal(sentence.text)))
    if finding.deadline:
        graph.add((node, PEEL.deadline, Literal(finding.deadline)))
    if finding.cause:
        graph.add((node, PEEL.causeOfConcern, finding_iri(report, finding.cause)))
    return node


def _add_span(graph: Graph, report: Report, finding: Finding, source: Source) -> None:
    """Where the words stand: Web Annotation selectors on the source copy, and its address as dcterms:source."""
    node, copy = finding_iri(report, finding.key), source_iri(report, finding.source)
    span, quote, position = (URIRef(f"{node}-{part}") for part in ("span", "quote", "position"))
    graph.add((node, PEEL.span, span))
    graph.add((node, DCTERMS.source, URIRef(source.url) if source.url else copy))
    graph.add((span, RDF.type, OA.SpecificResource))
    graph.add((span, OA.hasSource, copy))
    graph.add((span, OA.hasSelector, quote))
    graph.add((span, OA.hasSelector, position))
    graph.add((quote, RDF.type, OA.TextQuoteSelector))
    graph.add((quote, OA.exact, Literal(finding.text)))
    graph.add((quote, OA.prefix, Literal(source.text[max(0, finding.start - _QUOTE_AROUND) : finding.start])))
    graph.add((quote, OA.suffix, Literal(source.text[finding.end : finding.end + _QUOTE_AROUND])))
    graph.add((position, RDF.type, OA.TextPositionSelector))
    graph.add((position, OA.start, Literal(finding.start)))
    graph.add((position, OA.end, Literal(finding.end)))


FINDING_COLUMNS = (
    *("finding", "kind", "polarity", "text", "meaning", "context", "force", "region", "cycle", "pillar"),
    *("number", "title", "grade", "report", "updated", "url", "wording", "sha256", "start", "end", "deadline"),
)
"""What FINDINGS_QUERY selects, in order."""

FINDINGS_QUERY = f"""
PREFIX peel: <{sparql.PREFIXES["peel"]}>
PREFIX skos: <{sparql.PREFIXES["skos"]}>
PREFIX dcterms: <{sparql.PREFIXES["dcterms"]}>
PREFIX schema: <{sparql.PREFIXES["schema"]}>
PREFIX oa: <{sparql.PREFIXES["oa"]}>
SELECT {" ".join("?" + name for name in FINDING_COLUMNS)} WHERE {{
  ?finding a peel:Finding, ?class ; peel:report ?report ; peel:text ?text ; peel:meaning ?meaning ;
    peel:context ?context ; peel:polarity/skos:notation ?polarity ; peel:force ?f ; peel:span ?span ;
    peel:cycle/skos:notation ?cycle .
  ?class skos:notation ?kind .
  ?f skos:notation ?force ; peel:region/skos:notation ?region .
  ?span oa:hasSource ?copy ; oa:hasSelector ?position .
  ?position oa:start ?start ; oa:end ?end .
  ?copy peel:sha256 ?sha256 ; peel:wording/skos:notation ?wording .
  OPTIONAL {{ ?copy schema:url ?url }}
  OPTIONAL {{ ?report dcterms:modified ?updated }}
  OPTIONAL {{ ?finding peel:pillar/skos:notation ?pillar }}
  OPTIONAL {{ ?finding peel:question ?q . ?q skos:notation ?number ; skos:prefLabel ?title }}
  OPTIONAL {{ ?finding peel:grade/skos:notation ?grade }}
  OPTIONAL {{ ?finding peel:deadline ?deadline }}
}} ORDER BY ?finding"""
"""One row a finding with everything that people filter by and are shown; the indexes are made from it."""

RETIRED_QUERY = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{RETIRED_GRAPH}> {{ ?s ?p ?o }} }}"
"""What is recorded of findings that are no more."""

EVIDENCE_QUERY = f"""
PREFIX peel: <{sparql.PREFIXES["peel"]}>
SELECT ?finding ?evidence WHERE {{ ?finding peel:evidence ?evidence }} ORDER BY ?finding ?evidence"""
"""What supports each finding that has evidence, one row a sentence."""

DECISIONS_QUERY = f"""
PREFIX peel: <{sparql.PREFIXES["peel"]}>
PREFIX skos: <{sparql.PREFIXES["skos"]}>
PREFIX rdfs: <{sparql.PREFIXES["rdfs"]}>
PREFIX prov: <{sparql.PREFIXES["prov"]}>
PREFIX foaf: <{sparql.PREFIXES["foaf"]}>
SELECT ?relation ?start ?end ?verdict ?by ?when ?why WHERE {{
  ?decision a peel:Decision ; peel:relation/skos:notation ?relation ; peel:linkFrom ?start ; peel:linkTo ?end ;
    peel:verdict/skos:notation ?verdict ; prov:wasAttributedTo/foaf:name ?by ; prov:generatedAtTime ?when .
  OPTIONAL {{ ?decision rdfs:comment ?why }}
}} ORDER BY ?when ?relation ?start ?end"""
"""One row a decision about a link."""

JUDGMENT_COLUMNS = (
    *("force", "cycle", "pillar", "number", "title", "grade", "status", "from", "basis", "date", "scale", "report"),
)
"""What JUDGMENTS_QUERY selects, in order."""

JUDGMENTS_QUERY = f"""
PREFIX peel: <{sparql.PREFIXES["peel"]}>
PREFIX skos: <{sparql.PREFIXES["skos"]}>
PREFIX rdfs: <{sparql.PREFIXES["rdfs"]}>
PREFIX dcterms: <{sparql.PREFIXES["dcterms"]}>
SELECT {" ".join("?" + name for name in JUDGMENT_COLUMNS)} WHERE {{
  ?j a peel:Judgment ; peel:report ?report ; peel:force/skos:notation ?force ; peel:cycle ?c ;
    peel:status/skos:notation ?status ; peel:basis ?basis ; rdfs:label ?title .
  ?c skos:notation ?cycle ; peel:gradeScale/skos:prefLabel ?scale .
  OPTIONAL {{ ?j peel:pillar/skos:notation ?pillar }}
  OPTIONAL {{ ?j peel:question/skos:notation ?number }}
  OPTIONAL {{ ?j peel:grade/skos:notation ?grade }}
  OPTIONAL {{ ?j peel:carriedOverFrom/skos:notation ?from }}
  OPTIONAL {{ ?j dcterms:date ?date }}
}} ORDER BY ?force ?cycle ?pillar ?number ?report"""
"""One row a judgment: what `peel grades` is made from."""

COMPARABILITY_COLUMNS = ("earlier", "later", "comparable", "why")
"""What COMPARABILITY_QUERY selects, in order."""

COMPARABILITY_QUERY = f"""
PREFIX peel: <{sparql.PREFIXES["peel"]}>
PREFIX skos: <{sparql.PREFIXES["skos"]}>
SELECT {" ".join("?" + name for name in COMPARABILITY_COLUMNS)} WHERE {{
  ?pair a peel:Comparability ; peel:earlierCycle/skos:notation ?earlier ; peel:comparable ?comparable ; skos:note ?why ;
    peel:laterCycle ?l .
  ?l skos:notation ?later ; peel:order ?order .
}} ORDER BY ?order"""
"""Whether grades of neighbouring cycles may be compared, as HMICFRS stated it."""

COPIES_COLUMNS = ("report", "force", "cycle", "pillar", "wording", "coverage")
"""What COPIES_QUERY selects, in order."""

COPIES_QUERY = f"""
PREFIX peel: <{sparql.PREFIXES["peel"]}>
PREFIX skos: <{sparql.PREFIXES["skos"]}>
PREFIX prov: <{sparql.PREFIXES["prov"]}>
SELECT {" ".join("?" + name for name in COPIES_COLUMNS)} WHERE {{
  ?report a peel:Report ; peel:force/skos:notation ?force ; peel:cycle/skos:notation ?cycle ;
    prov:wasDerivedFrom ?copy .
  ?copy peel:wording/skos:notation ?wording ; peel:coverage ?coverage .
  OPTIONAL {{ ?report peel:pillar/skos:notation ?pillar }}
}} ORDER BY ?report ?copy"""
"""One row a copy of a report that was read, with whose words it holds and how much of the page."""
