"""Which subjects a finding names: the labels of the SKOS thesaurus, found in its words.

A text becomes a row of symbols, one a word, and all labels are looked for in it at once (Aho-Corasick). Two
words are the same symbol by these rules:

- words are folded by case, possessive and inflection (`inflection`), never by derivation: *searches* is the
  same as *search*, but *hospital* is not the same as *hospitality*;
- abbreviations of a label are kept as written: those in capitals by case (MAPPA is not a map; OCGs are OCG),
  mixed ones in any case (TRiM);
- hyphens, slashes and apostrophes do not count. The end of a sentence, a bracket or a spaced dash is never
  crossed, a comma only by a label that has one.

The longest match wins and no two overlap. The groups of the thesaurus are matched but never tagged: words for a group
are too general to say what a finding is about (they made 9 of 15 wrong tags on labelled findings), and the group of a
subject is one `skos:broader` away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import ahocorasick
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS

import ontology
from kg.triples import TOPICS_GRAPH
from ontology import BASE
from ontology.terms import PEEL

METHOD = "label"
"""How findings are tagged: by the labels they use."""
VERSION = "2"
"""The version of the method; it changes when the same text and labels give other tags."""

_PIECE = re.compile(
    r"""(?P<number>[£$€]\d[\d.,]*\d|[£$€]\d|\d+(?:[.,]\d+)+%?|\d+%)  # never a label: 1,999 is not 999
    |(?P<word>[^\W_]+(?:['’][^\W_]+)*\+?)
    |(?P<comma>,(?!\s+and\b))
    |(?P<stop>[.,;:!?()\[\]"“”]|\s[-–—]+\s|\n\s*\n)""",
    re.VERBOSE,
)
_POSSESSIVE = re.compile(r"['’]s?$")
_ABBREVIATION = re.compile(r"([A-Z0-9]*[A-Z][A-Z0-9]+|[A-Z][A-Z0-9]*\d|\d+[A-Z]?|[A-Z]{2,}\+)s?")
_MIXED = re.compile(r"(?=.*[a-z])[^\W_]+[A-Z][^\W_]*")
_IRREGULAR = {
    "children": "child", "women": "woman", "men": "man", "inquiry": "enquiry", "inquiries": "enquiry",
    "used": "use", "using": "use",
}  # fmt: skip
_NO_INFLECTION = frozenset({"policing", "missing", "bias"})
"""Words whose ending says something else: policing is not what the police are."""
_VOWEL = re.compile(r"[aeiouy]")


@dataclass(frozen=True, slots=True)
class Tag:
    """A subject named in a text: its concept, the label that matched, and the words that it matched."""

    topic: str
    notation: str
    label: str
    start: int
    end: int
    surface: str


@dataclass(frozen=True, slots=True)
class _Label:
    """A label of a concept; `group` where it names one of the thesaurus' groups and no subject."""

    topic: str
    notation: str
    text: str
    group: bool


def tag(text: str) -> tuple[Tag, ...]:
    """The subjects that a text names, in the order of its words; none overlap."""
    return _matcher(BASE + "id/scheme/topic").tags(text)


def markers(text: str) -> tuple[Tag, ...]:
    """The kinds of failing that a text names, whatever its subject."""
    return _matcher(BASE + "id/scheme/marker").tags(text)


def to_graph(findings: Iterable[tuple[str, str]]) -> Graph:
    """The subjects of findings, given as pairs of IRI and text, each with a node saying how it was found."""
    graph = Graph(identifier=TOPICS_GRAPH)
    for finding, text in findings:
        first = {found.topic: found for found in reversed(tag(text))}
        for found in first.values():
            _add_tagging(graph, URIRef(finding), found)
    return graph


def _add_tagging(graph: Graph, finding: URIRef, found: Tag) -> None:
    node = URIRef(f"{finding}-topic-{found.notation}")
    graph.add((finding, PEEL.topic, URIRef(found.topic)))
    graph.add((node, RDF.type, PEEL.Tagging))
    graph.add((node, PEEL.tags, finding))
    graph.add((node, PEEL.topic, URIRef(found.topic)))
    graph.add((node, PEEL.method, Literal(METHOD)))
    graph.add((node, PEEL.methodVersion, Literal(VERSION)))
    graph.add((node, PEEL.matched, Literal(found.surface)))


def inflection(word: str) -> str:
    """A word of lower case without the ending of a plural or of a verb.

    The result need not be a word: what matters is that *use*, *uses*, *used* and *using* give the same.
    """
    word = _IRREGULAR.get(word, word)
    if len(word) < 4 or word in _NO_INFLECTION:
        return word
    word = _without_verb_ending(_singular(word))
    if word[-1] == word[-2] and word[-1] not in "aeious":
        return word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_verb_ending(word: str) -> str:
    if word.endswith("ied"):
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and _VOWEL.search(stem) and not word.endswith("eed"):
            return stem
    return word


class _Matcher:
    """The labels of one scheme, ready to be found."""

    def __init__(self, labels: Iterable[_Label]) -> None:
        labels = list(labels)
        words = [piece for label in labels for piece, _, _ in _pieces(label.text)]
        self._capitals = frozenset(_capitals(word) for word in words)
        self._mixed = frozenset(word.casefold() for word in words if _MIXED.fullmatch(word))
        self._numbers: dict[str, int] = {}
        self._number = lru_cache(maxsize=1 << 16)(lambda word: self._numbers.get(self._symbol(word), 0))
        self._automaton = ahocorasick.Automaton(ahocorasick.STORE_ANY, ahocorasick.KEY_SEQUENCE)
        for label in labels:
            for key in self._keys(label.text):
                self._add(key, label)
        self._automaton.make_automaton()

    def _keys(self, label: str) -> set[tuple[int, ...]]:
        """The rows of symbols of a label, with its commas and without."""
        symbols = [self._symbol(piece) for piece, _, _ in _pieces(label)]
        rows = (symbols, [symbol for symbol in symbols if symbol != ","])
        return {tuple(self._numbers.setdefault(s, len(self._numbers) + 1) for s in row) for row in rows}

    def _add(self, key: tuple[int, ...], label: _Label) -> None:
        _, known = self._automaton.get(key, (0, label))
        if known.topic != label.topic:
            raise ValueError(f"{label.text!r} and {known.text!r} mark two subjects with the same words")
        self._automaton.add_word(key, (len(key), known))

    def _symbol(self, word: str) -> str:
        """What stands for a word: itself where it is an abbreviation of some label, else its folded form."""
        bare = _bare(word)
        if (capitals := _capitals(bare)) and capitals in self._capitals:
            return capitals
        lower = bare.casefold()
        return "=" + lower if lower in self._mixed else inflection(lower)

    def tags(self, text: str) -> tuple[Tag, ...]:
        """The labels in a text, longest first, then those that are left over put in order."""
        pieces = list(_pieces(text))
        numbers = tuple(self._number(piece) for piece, _, _ in pieces)
        matches = list(_without_overlaps(self._matches(numbers)))
        return tuple(
            Tag(label.topic, label.notation, label.text, start, end, text[start:end])
            for first, last, label in sorted(matches, key=lambda match: match[0])
            if not label.group
            for start, end in [(pieces[first][1], pieces[last][2])]
        )

    def _matches(self, numbers: tuple[int, ...]) -> Iterator[tuple[int, int, _Label]]:
        """The first and last word of every label found."""
        if numbers:
            for last, (length, label) in self._automaton.iter(numbers):
                yield last - length + 1, last, label


def _without_overlaps(matches: Iterable[tuple[int, int, _Label]]) -> Iterator[tuple[int, int, _Label]]:
    taken: set[int] = set()
    for first, last, label in sorted(matches, key=lambda match: (match[0] - match[1], match[0])):
        if taken.isdisjoint(range(first, last + 1)):
            taken.update(range(first, last + 1))
            yield first, last, label


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text, and its stops as they stand, with their offsets."""
    return ((match.group(), match.start(), match.end()) for match in _PIECE.finditer(text))


def _bare(word: str) -> str:
    """A word without the ending of a possessive and without apostrophes."""
    return _POSSESSIVE.sub("", word).replace("'", "").replace("’", "")


def _capitals(word: str) -> str | None:
    """The abbreviation in capitals that a word is, in singular; None where it is none."""
    found = _ABBREVIATION.fullmatch(word)
    return found.group(1) if found else None


@cache
def _matcher(scheme: str) -> _Matcher:
    """The matcher of one scheme of the ontology; built once."""
    return _Matcher(_labels(URIRef(scheme)))


def _labels(scheme: URIRef) -> Iterator[_Label]:
    graph = ontology.graph()
    for topic in sorted(str(member) for member in graph.subjects(SKOS.inScheme, scheme)):
        node = URIRef(topic)
        group = (None, SKOS.broader, node) in graph and graph.value(node, SKOS.broader) is None
        notation = str(graph.value(node, SKOS.notation))
        others = sorted(str(label) for label in graph.objects(node, SKOS.altLabel))
        for label in (str(graph.value(node, SKOS.prefLabel)), *others):
            yield _Label(topic, notation, label, group)
