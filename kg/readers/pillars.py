"""Pillar pages of 2014 to 2018/19: a summary, then numbered questions with their grades and findings.

One pass over the blocks of a page. Each block is a heading, a judgment, findings, or set aside with a
reason; nothing else can happen to it, so that nothing is dropped without being said.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg import sentences, vocabulary
from kg.errors import UnknownQuestion
from kg.readers import literals
from kg.readers.blocks import Block
from kg.readers.prose import Prose, Section


@dataclass
class PillarPage(Prose):
    """Reads one pillar page; `number` is the question number printed last, until its title comes."""

    number: str | None = None
    common_block: bool = False

    # ------------------------------------------------------------ one block

    def take(self, block: Block) -> None:
        """Deal with one block, by the first rule that fits."""
        if self.before_title(block) or self._set_aside(block) or self._heading(block):
            return
        if not self._grade_line(block) and not self._not_inspected(block):
            super().take(block)

    def _set_aside(self, block: Block) -> bool:
        inside = self.common_block and literals.COMMON_BLOCK.match(block.plain) is None
        if inside and not self._ends_common_block(block):
            return self.account.skip(block, "common block on other inspections")
        return self.is_junk(block)

    def _ends_common_block(self, block: Block) -> bool:
        words = block.plain
        ends = literals.LAST_UPDATED.match(words) or words.casefold().startswith("questions for ")
        ends = ends or words.casefold() in vocabulary.pillars()
        return bool(ends) or self.judgments.question(words) is not None

    # ------------------------------------------------------------ headings

    def _heading(self, block: Block) -> bool:
        words = block.plain
        if self.dated(block):
            self.common_block = False
            return True
        if words.isdecimal() and len(words) <= 2 and not block.item:
            self.number = str(int(words))
            return self.account.head(block)
        if (question := self.judgments.question(words)) is not None:
            return self._ask(question, block)
        if literals.PLAIN_HEADING.match(words):
            self.common_block = literals.COMMON_BLOCK.match(words) is not None
            self.section = Section(self.section.question)
            return self.account.head(block)
        self._refuse_unknown_question(block)
        if words.casefold() not in vocabulary.pillars() or block.item:
            return False
        self.common_block = False
        return self.account.head(block)

    def _ask(self, question: vocabulary.Question, block: Block) -> bool:
        printed, self.number = self.number, None
        key, line = question.key, block.lines[0]
        if printed is not None and key not in ("pillar", printed):
            self.account.warn(f"line {line}: question {key} is printed as {printed}")
            key = printed
        self.common_block = False
        self.judgments.ask(key, question.title, line)
        self.section = Section(None if key == "pillar" else key)
        return self.account.head(block)

    def _refuse_unknown_question(self, block: Block) -> None:
        asks = not block.item and literals.ASKS.match(block.plain)
        if self.number is not None or asks:
            raise UnknownQuestion(self.path, block.lines[0], block.plain, self.identity.cycle)

    # ------------------------------------------------------------ judgments

    def _grade_line(self, block: Block) -> bool:
        stated = literals.GRADE_LINES.get(block.plain.casefold())
        if stated is None or block.item:
            return False
        of = self.section.question or "pillar"
        if any(finding.question == self.section.question for finding in self.findings):
            return self.account.skip(block, "a grade word in the text")
        if not self.judgments.grade(of, stated, block.lines[0]):
            return self.account.skip(block, "a second grade")
        return self._judged(of, block)

    def _judged(self, of: str, block: Block) -> bool:
        """A judgment names one line; where two make it (a grade, "carried over"), the second counts as a heading."""
        return self.judgments.held[of].line == block.lines[0] or self.account.head(block)

    def _not_inspected_somewhere(self, block: Block) -> bool:
        """A copy without question titles says that one of them was not inspected."""
        first, *rest = sentences.split(block.words.text, block.words.start)
        self.account.skip_words(block, first, "says that a question was not inspected, under no question")
        self.sentences_of(block, rest)
        return True

    def _not_inspected(self, block: Block) -> bool:
        of = self.section.question
        if block.item or not literals.NOT_INSPECTED.match(block.plain):
            return False
        if of is None:
            return self._not_inspected_somewhere(block)
        self.judgments.not_inspected(of, block.plain, block.lines[0])
        self._judged(of, block)
        self.section.remaining_area = bool(literals.REMAINING_AREA.search(block.plain))
        known = (literals.STANDS, literals.REMAINING_AREA)
        rest = list(sentences.split(block.words.text, block.words.start))[1:]
        self.sentences_of(block, [s for s in rest if not any(pattern.search(s.text) for pattern in known)])
        return True
