"""Overview pages of 2014 to 2018/19: one grade a pillar, the inspector's observations, a summary of each pillar.

Grades are taken by the adjective of their sentence (effective, efficient, legitimate), never by its place: pages
saved in mid-cycle print the sentence on effectiveness twice where legitimacy should be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg import vocabulary
from kg.model import Basis, Grade, Judgment, Kind, Status
from kg.readers import grades, literals
from kg.readers.blocks import Block
from kg.readers.prose import Prose, Section

_GRADE = r"outstanding|good|inadequate|requires improvement|not yet graded|to be graded|not graded"
_SENTENCE = re.compile(
    rf"^the extent to which (?P<what>.+?)(?:\s*:|\s+is\s*:?|)\s+(?P<grade>{_GRADE})\s*[.;]?$", re.IGNORECASE
)
_ADJECTIVES = {"effectiveness": r"\beffective", "efficiency": r"\befficient", "legitimacy": r"\blegitimate"}
_CLAUSES_OF_2014 = re.compile(r"^(?:the )?available evidence indicates that:?$", re.IGNORECASE)
_EFFICIENCY_OF_2014 = re.compile(rf"\befficiency with which .+? (?P<grade>{_GRADE})\b", re.IGNORECASE)
_GRADED_PART = re.compile(r"\b(outstanding|good|inadequate|requires? improvement)\b", re.IGNORECASE)
_OBSERVATIONS = re.compile(r"^(?:hmi|hm inspector)[’']s (?:observations|summary)$", re.IGNORECASE)
_AREA = re.compile(r"^(?:description of (?:the )?force area|working arrangements|force in numbers)$", re.IGNORECASE)


@dataclass
class OverviewPage(Prose):
    """Reads one overview. Until the observations or a pillar begin, everything but grades introduces the page."""

    introduces: bool = True
    clauses: bool = False
    describes: bool = False

    def take(self, block: Block) -> None:
        """Deal with one block, by the first rule that fits."""
        if self.before_title(block) or self._grade_sentence(block) or self._clause(block) or self._heading(block):
            return
        if self.is_junk(block):
            return
        if self.introduces:
            self.account.skip(block, "introduces the page")
        elif self.describes:
            self.account.skip(block, "describes the area, not the force")
        else:
            super().take(block)

    # ------------------------------------------------------------ headings

    def _heading(self, block: Block) -> bool:
        words = block.plain
        if self.dated(block):
            return True
        pillar = words.casefold() if words.casefold() in vocabulary.pillars() else None
        question = self.judgments.question(words)
        if pillar is None and question is not None:
            pillar = question.pillar
        if pillar is not None:
            return self._pillar(pillar, block)
        stated = literals.GRADE_LINES.get(words.casefold())
        if stated is not None and not block.item and self.section.question:
            return self._grade_line(self.section.question, stated, block)
        if _OBSERVATIONS.match(words) or _AREA.match(words):
            self.introduces, self.clauses, self.describes = False, False, bool(_AREA.match(words))
            self.section = Section()
            return self.account.head(block)
        return False

    def _pillar(self, pillar: str, block: Block) -> bool:
        asked = {q.key: q.title for q in vocabulary.questions(self.identity.cycle, pillar)}
        if pillar not in self.judgments.held:
            self.judgments.ask(pillar, asked.get("pillar", pillar.capitalize()), block.lines[0])
        self.introduces = self.clauses = self.describes = False
        self.section = Section(pillar)
        return self.account.head(block)

    def _grade_line(self, pillar: str, stated: tuple[Grade | None, Status], block: Block) -> bool:
        held = self.judgments.held[pillar]
        if held.basis is Basis.PRINTED and held.grade is not None and stated[0] not in (None, held.grade):
            self.account.warn(f"{pillar}: the grade line says {block.plain}, the sentence above {held.grade.value}")
        said = held.basis is Basis.PRINTED
        if not said or held.grade is None:
            line = held.line if said else block.lines[0]
            judged = replace(held, grade=stated[0], status=stated[1], basis=Basis.PRINTED, line=line)
            self.judgments.held[pillar] = replace(judged, date=self.updated)
        return self.account.head(block) if said else True

    # ------------------------------------------------------------ grades in sentences

    def _grade_sentence(self, block: Block) -> bool:
        found = _SENTENCE.match(block.plain)
        pillar = _pillar_of(found["what"]) if found else None
        if found is None or pillar is None:
            return False
        grade, status = literals.GRADE_LINES[found["grade"].casefold()]
        held = self.judgments.held.get(pillar)
        if held is not None and held.basis is Basis.PRINTED:
            if held.grade != grade:
                self.account.warn(f"{pillar}: a second sentence says {found['grade']}")
            return self.account.skip(block, "a grade that is printed twice")
        self._judge(pillar, pillar, grade, status, block)
        return True

    def _judge(self, of: str, pillar: str, grade: Grade | None, status: Status, block: Block) -> None:
        asked = {q.key: q.title for q in vocabulary.questions(self.identity.cycle, pillar)}
        title = asked.get(of.partition("/")[2] or "pillar", pillar.capitalize())
        self.judgments.held[of] = Judgment(of, title, grade, status, None, Basis.PRINTED, block.lines[0])

    def _clause(self, block: Block) -> bool:
        """A clause of 2014: one of them packs the grades of several questions."""
        if _CLAUSES_OF_2014.match(block.plain):
            self.clauses = True
            return self.account.head(block)
        if not self.clauses:
            return False
        found = _EFFICIENCY_OF_2014.search(block.plain)
        if found is not None:
            grade, status = literals.GRADE_LINES[found["grade"].casefold()]
            self._judge("efficiency", "efficiency", grade, status, block)
            return self._clause_ends(block)
        if re.search(r"\beffectiveness\b", block.plain, re.IGNORECASE) and self._several_grades(block):
            return self._clause_ends(block)
        if re.search(r"\blegitimacy\b", block.plain, re.IGNORECASE):
            self.section = Section("legitimacy", Kind.OBSERVATION)
            self.add(block.words, block.words.text, None)
            self.section = Section()
            return self._clause_ends(block)
        self._clause_ends(block)
        return False

    def _clause_ends(self, block: Block) -> bool:
        """The last clause ends with a full stop; what follows it is the inspector's own prose."""
        if block.plain.endswith("."):
            self.clauses = self.introduces = False
        return True

    def _several_grades(self, block: Block) -> bool:
        """Judgments of the questions whose matter stands after each grade; False where none could be told."""
        marks = list(_GRADED_PART.finditer(block.plain))
        ends = [mark.start() for mark in marks[1:]] + [len(block.plain)]
        told = False
        for mark, end in zip(marks, ends, strict=True):
            words = mark[1].casefold().split()[0]
            grade = Grade.REQUIRES_IMPROVEMENT if words.startswith("require") else Grade(words)
            for question in vocabulary.questions(self.identity.cycle, "effectiveness"):
                if question.key != "pillar" and grades.covers(block.plain[mark.end() : end], question.title):
                    self._judge(f"effectiveness/{question.key}", "effectiveness", grade, Status.INSPECTED, block)
                    told = True
        return told


def _pillar_of(words: str) -> str | None:
    found = [pillar for pillar, adjective in _ADJECTIVES.items() if re.search(adjective, words, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None
