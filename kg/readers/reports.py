"""Whole-force reports of 2021/22 and later: areas of policing, each with its grade and findings of several kinds.

An area for improvement, a promising practice or a main finding is a statement, printed as a heading, with the
paragraphs that support it. A cause of concern is followed by its recommendations, in groups by deadline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg import sentences
from kg.model import Basis, Kind, Status
from kg.readers import literals
from kg.readers.blocks import Block
from kg.readers.prose import Prose, Section

_OBSERVATIONS = re.compile(r"^HM Inspector[’']s (?:observations|summary)$", re.IGNORECASE)
_MAIN_FINDINGS = re.compile(r"^main findings$", re.IGNORECASE)
_ABOUT_THE_INSPECTION = re.compile(
    r"^(?:overall summary|our judgments|important changes to peel|peel 20\d\d.{0,10}|terminology in this report"
    r"|about (?:us|the data|our inspection)|reports available online|how we inspect.*)$",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"^(?:our inspection assessed how good\b"
    r"|we (?:also )?(?:inspected|make graded)\b.*\b(?:as follows|victims of crime)\b"
    r"|in this section we set out our main findings|in the rest of the report\b)",
    re.IGNORECASE,
)
_UNGRADED_VICTIMS = re.compile(r"\bservice\b.*\bgives? to victims of crime\b.*\bdon[’']t make a graded judgment", re.I)
_VICTIMS = "victims-of-crime"
_STATEMENT_WORDS = 40
_STATED = (Kind.AREA_FOR_IMPROVEMENT, Kind.INNOVATIVE_PRACTICE)


@dataclass
class WholeForceReport(Prose):
    """Reads one report. `statement` is the place of the finding that paragraphs now support, if any."""

    aside: bool = True
    main_findings: bool = False
    statement_at: int | None = None

    def take(self, block: Block) -> None:
        """Deal with one block, by the first rule that fits."""
        if self.before_title(block) or self._heading(block) or self._about_victims(block) or self.is_junk(block):
            return
        if _INTRODUCES.match(block.plain):
            self.account.skip(block, "introduces what follows")
        elif self.aside:
            self.account.skip(block, "about the inspection, not the force")
        elif not block.item and (self.main_findings or self.section.kind in _STATED):
            self._stated(block)
        else:
            self.statement_at = None
            super().take(block)

    # ------------------------------------------------------------ headings

    def _heading(self, block: Block) -> bool:
        words = block.plain
        if self.dated(block):
            return True
        if not block.item and (question := self.judgments.question(words)) is not None:
            return self._area(question.key, question.title, block)
        stated = literals.GRADE_LINES.get(words.casefold())
        if stated is not None and not block.item:
            return self._grade_line(stated, block)
        return self._part(block) or self._kind(block)

    def _part(self, block: Block) -> bool:
        """A heading that opens a part of the report which is no area."""
        words = block.plain
        if _ABOUT_THE_INSPECTION.match(words):
            return self._open(block, Section(), aside=True)
        if _OBSERVATIONS.match(words):
            return self._open(block, Section())
        return bool(_MAIN_FINDINGS.match(words)) and self._open(
            block, Section(self.section.question), main_findings=True
        )

    def _kind(self, block: Block) -> bool:
        if not self.kind_heading(block):
            return False
        self.aside, self.main_findings, self.statement_at = False, False, None
        return True

    def _open(self, block: Block, section: Section, *, aside: bool = False, main_findings: bool = False) -> bool:
        self.section, self.aside, self.main_findings, self.statement_at = section, aside, main_findings, None
        return self.account.head(block)

    def _area(self, key: str, title: str, block: Block) -> bool:
        self.judgments.ask(key, title, block.lines[0])
        return self._open(block, Section(key))

    def _grade_line(self, stated: tuple[object, Status], block: Block) -> bool:
        of = self.section.question
        if of is None or not self.judgments.grade(of, literals.GRADE_LINES[block.plain.casefold()], block.lines[0]):
            return self.account.skip(block, "a grade under no area" if of is None else "a second grade")
        return True

    def _about_victims(self, block: Block) -> bool:
        """The sentence that says that service to victims is inspected but not graded."""
        if not _UNGRADED_VICTIMS.search(block.plain):
            return False
        title = next((q.title for q in self.judgments.questions() if q.key == _VICTIMS), None)
        if title is None:
            return False
        self.judgments.ask(_VICTIMS, title, block.lines[0])
        held = self.judgments.held[_VICTIMS]
        self.judgments.held[_VICTIMS] = replace(held, status=Status.NOT_GRADED, basis=Basis.PRINTED)
        return True

    # ------------------------------------------------------------ statements and what supports them

    def _stated(self, block: Block) -> None:
        """A statement, or a paragraph that supports the last one."""
        if self.statement_at is None or self._is_statement(block):
            if self.main_findings and not self._is_statement(block):
                self.statement_at = None
                self.paragraph(block)
                return
            self.statement_at = len(self.findings)
            self.add(block.words, block.words.text, None)
            return
        held = self.findings[self.statement_at]
        support = tuple(sentences.split(block.words.text, block.words.start))
        context = f"{held.context}\n{block.words.text}"
        self.findings[self.statement_at] = replace(held, evidence=held.evidence + support, context=context)

    def _is_statement(self, block: Block) -> bool:
        """A heading in the form of a sentence: short, without a full stop; a demand may have one."""
        words = block.plain
        if len(words.split()) > _STATEMENT_WORDS:
            return False
        if not re.search(r"[.:;!?]['\"’”)]?$", words):
            return True
        one = len(list(sentences.split(words))) == 1
        return one and self.section.kind is Kind.AREA_FOR_IMPROVEMENT and self._demands_of_force(words)

    def _demands_of_force(self, words: str) -> bool:
        body = sentences.masked(words, self.identity.force)
        return bool(re.match(r"the force (?:needs? to|should|must)\b", body, re.IGNORECASE))
