"""Overview pages of 2014 to 2018/19: one grade a pillar, the inspector's observations, a summary of each pillar.

Grades are taken by the adjective of their sentence (effective, efficient, legitimate), never by its place: pages
saved in mid-cycle print the sentence on effectiveness twice where legitimacy should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg import sentences, vocabulary
from kg.model import Basis, Grade, Judgment, Sentence, Status
from kg.readers import grades, literals
from kg.readers.blocks import Block
from kg.readers.prose import Prose, Section

_GRADE = r"outstanding|good|inadequate|requires improvement|not yet graded|to be graded|not graded"
_SENTENCE = re.compile(
    rf"^the extent to which (?P<what>.+?)(?:\s*:|\s+is\s*:?|)\s+(?P<grade>{_GRADE})\s*[.;]?$", re.IGNORECASE
)
_NEXT_EXTENT = re.compile(r"\s+(?=the extent to which )", re.IGNORECASE)
_ADJECTIVES = {"effectiveness": r"\beffective", "efficiency": r"\befficient", "legitimacy": r"\blegitimate"}
_INTRODUCTION = re.compile(
    r"^(?:this is (?:HMIC|the (?:first|second|third|fourth|fifth))\b.*\bassessment\b|PEEL is\b"
    r"|the assessment is updated\b|.*\bwas inspected in tranche\b"
    r"|in making this (?:first )?(?:PEEL )?assessment\b.*\bprofessional judgment\b)",
    re.IGNORECASE,
)
_CLAUSES_OF_2014 = re.compile(r"\bavailable evidence indicates that:?$", re.IGNORECASE)
_CLAUSE_OF_2014 = re.compile(
    r"^(?:in terms of (?:its|their) effectiveness\b|the efficiency with which\b"
    r"|the (?:force|constabulary) is acting to achieve fairness and legitimacy\b)",
    re.IGNORECASE,
)
_GRADED_PART = re.compile(r"\b(outstanding|good|inadequate|requires? improvement)\b", re.IGNORECASE)
_OBSERVATIONS = re.compile(r"^(?:hmi|hm inspector)[’']s (?:observations|summary)$", re.IGNORECASE)
_AREA = re.compile(r"^(?:description of (?:the )?force area|working arrangements|force in numbers)$", re.IGNORECASE)


@dataclass
class OverviewPage(Prose):
    """Reads one overview. What stands between its title and the first grade or heading introduces the page."""

    introduces: bool = True
    clauses: bool = False
    describes: bool = False

    def take(self, block: Block) -> None:
        """Deal with one block, by the first rule that fits."""
        if self.before_title(block) or self._clause(block) or self._graded(block) or self._heading(block):
            return
        if self.is_junk(block):
            return
        untitled = self.identity.title_line is None
        if self.section.question is None and (_INTRODUCTION.match(block.plain) or (self.introduces and not untitled)):
            self.account.skip(block, "introduces the page")
        elif self.describes:
            self.account.skip(block, "describes the area, not the force")
        else:
            super().take(block)

    # ------------------------------------------------------------ headings

    def _heading(self, block: Block) -> bool:
        words = block.plain
        if block.item:
            return False
        if self.dated(block):
            return True
        pillar = words.casefold() if words.casefold() in vocabulary.pillars() else None
        question = self.judgments.question(words)
        if pillar is None and question is not None:
            pillar = question.pillar
        if pillar is not None:
            return self._pillar(pillar, block)
        stated = literals.GRADE_LINES.get(words.casefold())
        if stated is not None and self.section.question:
            return self._grade_line(self.section.question, stated, block)
        described = _AREA.match(words) is not None
        if described or _OBSERVATIONS.match(words) or literals.PLAIN_HEADING.match(words):
            return self._open(Section(), block, describes=described)
        return False

    def _open(self, section: Section, block: Block, *, describes: bool = False) -> bool:
        self.introduces, self.clauses, self.describes, self.section = False, False, describes, section
        return self.account.head(block)

    def _pillar(self, pillar: str, block: Block) -> bool:
        if pillar not in self.judgments.held:
            self.judgments.ask(pillar, self._title(pillar), block.lines[0])
        return self._open(Section(pillar), block)

    def _title(self, of: str) -> str:
        pillar, _, key = of.partition("/")
        asked = {q.key: q.title for q in vocabulary.questions(self.identity.cycle, pillar)}
        return asked.get(key or "pillar", pillar.capitalize())

    def _grade_line(self, pillar: str, stated: tuple[Grade | None, Status], block: Block) -> bool:
        held = self.judgments.held[pillar]
        said = held.basis is Basis.PRINTED
        if said and held.grade is not None and stated[0] not in (None, held.grade):
            self.account.warn(f"{pillar}: the grade line says {block.plain}, the sentence above {held.grade.value}")
        if not said or held.grade is None:
            line = held.line if said else block.lines[0]
            judged = replace(held, grade=stated[0], status=stated[1], basis=Basis.PRINTED, line=line)
            self.judgments.held[pillar] = replace(judged, date=self.updated)
        return self.account.head(block) if said else True

    # ------------------------------------------------------------ grades in sentences

    def _graded(self, block: Block) -> bool:
        """A paragraph with one or more sentences that grade a pillar; what else it says is read on its own."""
        pieces = list(_pieces(block))
        if block.item or not any(_SENTENCE.match(_plain(piece)) for piece in pieces):
            return False
        rest = [piece for piece in pieces if not self._grade_sentence(piece, block)]
        introduces, self.introduces, self.section = self.introduces, False, Section()
        if introduces:
            for piece in rest:
                self.account.skip_words(block, piece, "introduces the page")
        else:
            self.sentences_of(block, rest)
        return True

    def _grade_sentence(self, words: Sentence, block: Block) -> bool:
        found = _SENTENCE.match(_plain(words))
        pillar = _pillar_of(found["what"]) if found else None
        if found is None or pillar is None:
            return False
        stated = literals.GRADE_LINES[found["grade"].casefold()]
        held = self.judgments.held.get(pillar)
        if held is not None and held.basis is Basis.PRINTED:
            if held.grade != stated[0]:
                self.account.warn(f"{pillar}: a second sentence says {found['grade']}")
            return self.account.skip_words(block, words, "a grade that is printed twice")
        self._judge(pillar, stated, block)
        return True

    def _judge(self, of: str, stated: tuple[Grade | None, Status], block: Block) -> None:
        """A judgment in words; the first stands, and another that differs is said."""
        held = self.judgments.held.get(of)
        if held is None or held.basis is not Basis.PRINTED:
            self.judgments.held[of] = Judgment(of, self._title(of), *stated, None, Basis.PRINTED, block.lines[0])
        elif (held.grade, held.status) != stated:
            self.account.warn(f"{of}: a second sentence says {(stated[0] or stated[1]).value}")
        if held is not None or len(block.lines) > 1:
            self.account.head(block)

    def _clause(self, block: Block) -> bool:
        """A clause of 2014, or what leads to the clauses."""
        if self.identity.cycle != "2014" or block.item:
            return False
        if _CLAUSES_OF_2014.search(block.plain):
            self.clauses = True
            alone = len(list(sentences.split(block.plain))) == 1
            return self.account.head(block) if alone else self.account.skip(block, "introduces the page")
        opens = _CLAUSE_OF_2014.match(block.plain) is not None
        if not opens and not self.clauses:
            return False
        pillar = next((p for p in _ADJECTIVES if re.search(rf"\b{p}\b", block.plain, re.IGNORECASE)), None)
        self.introduces, self.clauses = False, not block.plain.endswith(".")
        if pillar is not None:
            self._sentences_of_clause(pillar, block)
        return pillar is not None

    def _sentences_of_clause(self, pillar: str, block: Block) -> None:
        """The grades of a clause, and findings of whatever else it says."""
        for place, words in enumerate(sentences.split(block.words.text, block.words.start)):
            if pillar == "effectiveness" and self._several_grades(words, block):
                continue
            graded = _GRADED_PART.search(words.text)
            if pillar == "efficiency" and place == 0 and graded is not None:
                self._judge(pillar, (_grade(graded[1]), Status.INSPECTED), block)
                continue
            ends = sentences.item_end(words.text)
            span = replace(words, text=words.text[:ends], end=words.start + ends)
            self.section = Section(pillar)
            self.add(block, span, block.words.text, None)
        self.section = Section()

    def _several_grades(self, words: Sentence, block: Block) -> bool:
        """Judgments of the questions whose matter stands after each grade; False where none could be told."""
        plain = _plain(words)
        marks = list(_GRADED_PART.finditer(plain))
        ends = [*(mark.start() for mark in marks[1:]), len(plain)][: len(marks)]
        told = False
        for mark, end in zip(marks, ends, strict=True):
            for question in vocabulary.questions(self.identity.cycle, "effectiveness"):
                if question.key != "pillar" and grades.covers(plain[mark.end() : end], question.title):
                    self._judge(f"effectiveness/{question.key}", (_grade(mark[1]), Status.INSPECTED), block)
                    told = True
        return told


def _pieces(block: Block) -> Iterator[Sentence]:
    """The sentences of a paragraph; those on the extent of something begin in lower case."""
    for sentence in sentences.split(block.words.text, block.words.start):
        start = 0
        for gap in [*_NEXT_EXTENT.finditer(sentence.text), None]:
            end = len(sentence.text) if gap is None else gap.start()
            yield Sentence(sentence.text[start:end], sentence.start + start, sentence.start + end)
            start = end if gap is None else gap.end()


def _plain(words: Sentence) -> str:
    return " ".join(words.text.split())


def _grade(words: str) -> Grade:
    first = words.casefold().split()[0]
    return Grade.REQUIRES_IMPROVEMENT if first.startswith("require") else Grade(first)


def _pillar_of(words: str) -> str | None:
    found = [pillar for pillar, adjective in _ADJECTIVES.items() if re.search(adjective, words, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None
