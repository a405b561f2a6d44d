"""Whole-force reports of 2021/22 and later: areas of policing, each with its grade and findings of several kinds.

An area for improvement, a cause of concern, a promising practice or a main finding is a statement, printed as a
heading, with the paragraphs and lists that support it. Recommendations come in groups by deadline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg import sentences, vocabulary
from kg.model import Basis, Grade, Kind, Reading, Status
from kg.readers import literals
from kg.readers.blocks import Block
from kg.readers.prose import Prose, Section

_OUR_JUDGMENTS = re.compile(r"^our judgments$", re.IGNORECASE)
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
_TABLE = re.compile(r"\bas follows:?$", re.IGNORECASE)
_ANNOUNCED = re.compile(r"\bgraded judgments in (\w+)\b", re.IGNORECASE)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNGRADED_VICTIMS = re.compile(r"\bservice\b.*\bgives? to victims of crime\b.*\bdon[’']t make a graded judgment", re.I)
_VICTIMS = "victims-of-crime"
_STATEMENT_WORDS = 40
_STATED = (Kind.AREA_FOR_IMPROVEMENT, Kind.INNOVATIVE_PRACTICE, Kind.CAUSE_OF_CONCERN)

Stated = tuple[Grade | None, Status]


@dataclass
class Table:
    """A table of judgments given as lines: each grade above its areas, or each area above its grade.

    `grade` is the one that the next areas have, where grades stand above; `area` the last one named.
    """

    grade: Stated | None = None
    area: str | None = None


@dataclass
class WholeForceReport(Prose):
    """Reads one report. `statement_at` is the place of the finding that paragraphs now support, if any."""

    aside: bool = False
    main_findings: bool = False
    statement_at: int | None = None
    table: Table | None = None
    announced: int = 0

    def take(self, block: Block) -> None:
        """Deal with one block, by the first rule that fits."""
        if self.before_title(block) or self._in_table(block):
            return
        if self._heading(block) or self._about_victims(block) or self.is_junk(block):
            return
        if self._introduces(block):
            return
        if self.aside:
            self.account.skip(block, "about the inspection, not the force")
        elif self._states(block):
            self._stated(block)
        else:
            self.statement_at = None
            super().take(block)

    def reading(self) -> Reading:
        """The report and its account; says where fewer areas are graded than the report announces."""
        reading = super().reading()
        graded = sum(judgment.grade is not None for judgment in reading.report.judgments)
        if graded >= self.announced:
            return reading
        fewer = f"{self.announced} areas are announced as graded, {graded} grades are read"
        return replace(reading, warnings=(*reading.warnings, fewer))

    # ------------------------------------------------------------ headings

    def _heading(self, block: Block) -> bool:
        words = block.plain
        if block.item:
            return False
        if self.dated(block):
            return True
        if (question := self._area_named(words)) is not None:
            self.judgments.ask(question.key, question.title, block.lines[0])
            return self._open(block, Section(question.key))
        stated = literals.GRADE_LINES.get(words.casefold())
        return self._part(block) or self._kind(block) if stated is None else self._grade_line(stated, block)

    def _part(self, block: Block) -> bool:
        """A heading that opens a part of the report which is no area."""
        words = block.plain
        if _ABOUT_THE_INSPECTION.match(words):
            return self._open(block, Section(), aside=True)
        if _OBSERVATIONS.match(words):
            return self._open(block, Section())
        if _MAIN_FINDINGS.match(words):
            return self._open(block, Section(self.section.question), main_findings=True)
        return False

    def _kind(self, block: Block) -> bool:
        if not self.kind_heading(block):
            return False
        self.aside, self.main_findings, self.statement_at = False, False, None
        return True

    def _open(self, block: Block, section: Section, *, aside: bool = False, main_findings: bool = False) -> bool:
        self.section, self.aside, self.main_findings, self.statement_at = section, aside, main_findings, None
        return self.account.head(block)

    def _area_named(self, words: str) -> vocabulary.Question | None:
        """The area of this title, with or without its articles."""
        if (exact := self.judgments.question(words)) is not None:
            return exact
        return next((q for q in self.judgments.questions() if _bare(q.title) == _bare(words)), None)

    def _introduces(self, block: Block) -> bool:
        """Whether a sentence only leads to what follows; one that ends "as follows:" may lead to a table."""
        if (announced := _ANNOUNCED.search(block.plain)) is not None:
            number = announced[1].casefold()
            self.announced = int(number) if number.isdecimal() else _NUMBERS.index(number) if number in _NUMBERS else 0
        if self.aside and _TABLE.search(block.plain):
            self.table = Table()
            return self.account.skip(block, "introduces what follows")
        return _INTRODUCES.match(block.plain) is not None and self.account.skip(block, "introduces what follows")

    # ------------------------------------------------------------ judgments

    def _in_table(self, block: Block) -> bool:
        """Whether a block is a line of a table of judgments. The first line tells which way the table runs."""
        table, words = self.table, block.plain
        if table is None or _OUR_JUDGMENTS.match(words):
            return False
        stated = None if block.item else literals.GRADE_LINES.get(words.casefold())
        if stated is not None and (table.area is None or table.grade is not None):
            table.grade = stated
            return self.account.head(block)
        if stated is not None and table.area is not None:
            return self._judge(table.area, stated, block)
        if (question := self._area_named(words)) is None:
            return self._table_ends(table, block)
        table.area = question.key
        self.judgments.ask(question.key, question.title, block.lines[0])
        return self._judge(question.key, table.grade, block) if table.grade else self.account.head(block)

    def _table_ends(self, table: Table, block: Block) -> bool:
        """What stands below no table but an area's title and grade belongs to that area."""
        self.table = None
        if literals.kind_of_heading(block.plain) or _MAIN_FINDINGS.match(block.plain):
            self.section = Section(table.area)
        return False

    def _judge(self, of: str, stated: Stated, block: Block) -> bool:
        """An area's grade; of two that differ the later stands, and the report says so."""
        held = self.judgments.held[of]
        held_as = held.grade, held.status
        if held.basis is not Basis.MISSING and held_as != stated:
            self.account.warn(f"{of}: printed first as {_said(*held_as)}, then as {_said(*stated)}, which stands")
        grade, status = stated
        self.judgments.held[of] = replace(held, grade=grade, status=status, basis=Basis.PRINTED, line=block.lines[0])
        return self.account.head(block)

    def _grade_line(self, stated: Stated, block: Block) -> bool:
        of = self.section.question
        if of is None:
            return self.account.skip(block, "a grade under no area")
        if any(finding.question == of for finding in self.findings):
            return self.account.skip(block, "a grade word in the text")
        return self._judge(of, stated, block)

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
        return self.account.head(block)

    # ------------------------------------------------------------ statements and what supports them

    def _states(self, block: Block) -> bool:
        """Whether a block is a statement, or supports the one above it."""
        if not self.main_findings and self.section.kind not in _STATED:
            return False
        if self.statement_at is None:
            return not block.item and not block.plain.endswith(":") and (not self.main_findings or self._heads(block))
        demands = block.plain.endswith(":") and literals.DEMAND.search(block.plain) is not None
        return not (self.section.kind is Kind.CAUSE_OF_CONCERN and demands)

    def _stated(self, block: Block) -> None:
        """A statement, whose paragraph may go on to support it; or support of the last one."""
        if self.statement_at is not None and not self._heads(block):
            self.support(self.statement_at, block)
            return
        first, *rest = sentences.split(block.words.text, block.words.start)
        self.section.cause = None
        self.statement_at = self.add(block, first, block.words.text, None)
        if rest:
            held = self.findings[self.statement_at]
            self.findings[self.statement_at] = replace(held, evidence=(*held.evidence, *rest))

    def _heads(self, block: Block) -> bool:
        """A heading in the form of a sentence: short, without a full stop; a demand may have one."""
        words = block.plain
        if block.item or len(words.split()) > _STATEMENT_WORDS:
            return False
        if not re.search(r"[.:;!?]['\"’”)]?$", words):
            return True
        one = len(list(sentences.split(words))) == 1
        return one and self.section.kind is Kind.AREA_FOR_IMPROVEMENT and self._demands_of_force(words)

    def _demands_of_force(self, words: str) -> bool:
        body = sentences.masked(words, self.identity.force)
        return bool(re.match(r"the force (?:needs? to|should|must)\b", body, re.IGNORECASE))


def _bare(title: str) -> str:
    return re.sub(r"\b(?:the|an?) ", "", vocabulary.folded(title))


def _said(grade: Grade | None, status: Status) -> str:
    return grade.value if grade else status.value
