"""Pillar pages of 2014 to 2018/19, saved as text in full (F), without one-word lines (O), or as main text (M).

One pass over the blocks of a page. Each block is a heading, a judgment, findings, or set aside with a
reason; nothing else can happen to it, so that nothing is dropped without being said.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace

from kg import polarity, sentences, vocabulary
from kg.errors import UnknownQuestion, UnreadablePage
from kg.model import (
    Basis,
    Finding,
    Judgment,
    Kind,
    Line,
    Polarity,
    Reading,
    Report,
    Sentence,
    Source,
    Status,
    with_keys,
)
from kg.readers import grades, literals
from kg.readers.blocks import Block, blocks
from kg.readers.identity import Identity, identify
from kg.readers.text import decode, lines

_HEADING_WORDS = 12
_PRACTICE = {Kind.INNOVATIVE_PRACTICE: Polarity.POSITIVE}


def read(data: bytes, path: str, url: str | None = None) -> Reading:
    """Read one saved pillar page; `url` is the address it came from.

    Raises the errors of `kg.errors.InputRefused`: nothing is read in part.
    """
    text = decode(data, path)
    found = list(lines(text))
    identity = identify(found, url, path)
    source = Source(hashlib.sha256(data).hexdigest(), text, url)
    reader = _Reader(identity, source, path)
    for block in blocks(found, text):
        reader.take(block)
    return reader.reading()


@dataclass
class _Section:
    """Where the reader stands: under which question, in which list, and what has been said so far."""

    question: str | None = None
    kind: Kind | None = None
    items_seen: bool = False
    lead_in: Sentence | None = None
    lead_text: str = ""
    mood: Polarity = Polarity.NEUTRAL
    deadline: str | None = None
    cause: int | None = None
    to_all_forces: bool = False
    remaining_area: bool = False


@dataclass
class _Reader:
    identity: Identity
    source: Source
    path: str
    updated: str | None = None
    judgments: dict[str, Judgment] = field(default_factory=dict)
    first_sentence: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    causes: dict[int, int] = field(default_factory=dict)
    headings: list[Line] = field(default_factory=list)
    skipped: list[Line] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    number: str | None = None
    started: bool = False
    common_block: bool = False
    section: _Section = field(default_factory=_Section)

    # ------------------------------------------------------------ one block

    def take(self, block: Block) -> None:
        """Deal with one block, by the first rule that fits."""
        if self._before_title(block) or self._set_aside(block) or self._heading(block):
            return
        if self._grade_line(block) or self._not_inspected(block) or self._kind_heading(block):
            return
        if block.item:
            self._item(block)
        elif self._is_subheading(block):
            self._head(block)
            self.section = _Section(self.section.question)
        else:
            self._paragraph(block)

    def _before_title(self, block: Block) -> bool:
        title = self.identity.title_line
        if title is None or block.lines[0] > title:
            return False
        if block.lines[0] == title:
            return self._head(block)
        reason = next((why for pattern, why in literals.SKIPPED if pattern.search(block.words.text)), None)
        return self._skip(block, reason or "stands before the page's title")

    def _set_aside(self, block: Block) -> bool:
        words = block.words.text
        if self.common_block and not literals.LAST_UPDATED.match(words):
            return self._skip(block, "common block on other inspections")
        for pattern, reason in literals.SKIPPED:
            if pattern.search(words):
                return self._skip(block, reason)
        return False

    def _heading(self, block: Block) -> bool:
        words = block.words.text
        if date := literals.LAST_UPDATED.match(words):
            self.updated, self.common_block = f"{date[3]}-{date[2]}-{date[1]}", False
            return self._head(block)
        if words.isdigit() and len(words) <= 2:
            self.number = words
            return self._head(block)
        question = vocabulary.titles(self.identity.cycle, self.identity.pillar).get(vocabulary.folded(words))
        if question is not None:
            return self._ask(question, block)
        self._refuse_unknown_question(block)
        if literals.PLAIN_HEADING.match(words):
            self.common_block = words.casefold() == "other inspections"
            self.started = self.started or words.casefold().startswith("questions for")
            self.section = _Section(self.section.question)
            return self._head(block)
        return words.casefold() in vocabulary.pillars() and self._head(block)

    def _ask(self, question: vocabulary.Question, block: Block) -> bool:
        printed, self.number = self.number, None
        key = question.key
        if printed is not None and key not in ("pillar", printed):
            self.warnings.append(f"line {block.lines[0]}: question {key} is printed as {printed}")
            key = printed
        self.judgments.setdefault(
            key, Judgment(key, question.title, None, Status.INSPECTED, None, Basis.MISSING, block.lines[0])
        )
        self.section = _Section(None if key == "pillar" else key)
        return self._head(block)

    def _refuse_unknown_question(self, block: Block) -> None:
        words = block.words.text
        asks = re.match(r"(?:How|To what extent|What|Does|Is)\b[^.]*\?$", words)
        if self.number is not None or (asks and not block.item):
            raise UnknownQuestion(self.path, block.lines[0], words, self.identity.cycle)

    def _grade_line(self, block: Block) -> bool:
        stated = literals.GRADE_LINES.get(block.words.text.casefold())
        if stated is None or block.item:
            return False
        of = self.section.question or "pillar"
        if of in self.judgments:
            grade, status = stated
            self.judgments[of] = replace(
                self.judgments[of], grade=grade, status=status, basis=Basis.PRINTED, line=block.lines[0]
            )
            return True
        return self._skip(block, "a grade under no question")

    def _kind_heading(self, block: Block) -> bool:
        kind = literals.KIND_HEADINGS.get(block.words.text.casefold().rstrip(":"))
        if kind is None or block.item:
            return False
        cause = self.section.cause if kind is Kind.RECOMMENDATION else None
        self.section = _Section(self.section.question, kind, cause=cause)
        return self._head(block)

    def _is_subheading(self, block: Block) -> bool:
        words = block.words.text
        short = len(words.split()) <= _HEADING_WORDS and not re.search(r"[.;:,!?]['\"’”)]?$", words)
        in_statement = self.section.kind is not None and not self.section.items_seen
        return short and not in_statement and (block.free or self.source.text.count("\n\n") == 0)

    # ------------------------------------------------------------ judgments in words

    def _not_inspected(self, block: Block) -> bool:
        """A question that was not inspected: its judgment may still stand from an earlier cycle."""
        words = list(sentences.split(block.words.text, block.words.start))
        of = self.section.question
        if of is None or not literals.NOT_INSPECTED.match(words[0].text):
            return False
        stands = bool(literals.STANDS.search(block.words.text))
        self.judgments[of] = replace(
            self.judgments[of],
            status=Status.CARRIED_OVER if stands else Status.NOT_INSPECTED,
            carried_over_from=self._earlier_cycle(block.words.text) if stands else None,
            basis=Basis.PRINTED,
            line=block.lines[0],
        )
        for sentence in words[1:]:
            if literals.REMAINING_AREA.search(sentence.text):
                self.section.remaining_area = True
            elif not literals.STANDS.search(sentence.text):
                self._add(sentence, block.words.text, None)
        return True

    def _earlier_cycle(self, words: str) -> str | None:
        if named := literals.EARLIER_CYCLE.search(words):
            year = named[1] + (f"/{named[2]}" if named[2] else "")
            return year if year in vocabulary.cycles() else None
        return vocabulary.previous_cycle(self.identity.cycle) if literals.LAST_YEAR.search(words) else None

    # ------------------------------------------------------------ findings

    def _paragraph(self, block: Block) -> None:
        if self.section.kind is not None and not self.section.items_seen and self._statement(block):
            return
        if self.section.kind is not None and self.section.kind is not Kind.RECOMMENDATION:
            self.section = _Section(self.section.question, mood=self.section.mood, cause=self.section.cause)
        self.section.remaining_area = False
        self._narrative(block)

    def _statement(self, block: Block) -> bool:
        """A paragraph straight under a kind heading: the statement itself, unless it leads into a list."""
        if block.words.text.endswith(":"):
            return False
        if self.section.kind is Kind.CAUSE_OF_CONCERN and self.section.cause is not None:
            cause = self.section.cause
            extra = tuple(sentences.split(block.words.text, block.words.start))
            self.findings[cause] = replace(self.findings[cause], evidence=self.findings[cause].evidence + extra)
        else:
            self._add(block.words, block.words.text, None)
        return True

    def _narrative(self, block: Block) -> None:
        before: Sentence | None = None
        kept = False
        if not block.words.text.endswith(":"):
            self.section.lead_in, self.section.to_all_forces = None, False
        for sentence in sentences.split(block.words.text, block.words.start):
            if sentence.text.endswith(":"):
                self._lead(sentence)
            elif literals.EARLIER_JUDGMENT.match(sentence.text):
                self._skip_words(block, sentence, "states the judgment of an earlier cycle")
                kept = True
            else:
                self._add(sentence, block.words.text, before.text if before else None)
                kept = True
            before = sentence
        if not kept:
            self._skip(block, "lead-in, joined to the items below it")

    def _lead(self, sentence: Sentence) -> None:
        section = self.section
        section.lead_in = sentence
        section.to_all_forces = bool(literals.ADDRESSED_TO_ALL.search(sentence.text))
        deadline = literals.DEADLINE.search(sentence.text)
        section.deadline = deadline[1] if deadline else None
        section.mood = polarity.of_lead_in(sentence.text, section.mood)

    def _item(self, block: Block) -> None:
        section = self.section
        section.items_seen = True
        if section.to_all_forces:
            self._skip(block, "addressed to all forces")
            return
        words = block.words.text
        end = sentences.item_end(words)
        span = Sentence(words[:end], block.words.start, block.words.start + end)
        lead = section.lead_in.text if section.lead_in else None
        context = f"{lead} {words}" if lead else words
        self._add(span, context, None, lead=lead, item=True)

    def _add(
        self, span: Sentence, context: str, before: str | None, lead: str | None = None, item: bool = False
    ) -> None:
        """Add one finding from the words of `span`."""
        section, force = self.section, self.identity.force
        kind = Kind.AREA_FOR_IMPROVEMENT if item and section.remaining_area else section.kind
        if kind is None:
            mood = section.mood if item else Polarity.NEUTRAL
            side = polarity.of_text(span.text, mood)
            kind = polarity.kind_of(side)
            section.mood = section.mood if item or side is Polarity.NEUTRAL else side
        else:
            side = _PRACTICE.get(kind, Polarity.NEGATIVE)
        meaning = sentences.join(lead, span.text, force) if item else sentences.stand_alone(span.text, before, force)
        if kind is Kind.CAUSE_OF_CONCERN:
            section.cause = len(self.findings)
        if kind is Kind.RECOMMENDATION and section.cause is not None:
            self.causes[len(self.findings)] = section.cause
        deadline = section.deadline if kind is Kind.RECOMMENDATION else None
        of = section.question or "pillar"
        self.first_sentence.setdefault(of, span.text)
        self.findings.append(
            Finding(kind, side, section.question, span, meaning, context, self.source.sha256, deadline=deadline)
        )

    # ------------------------------------------------------------ the account

    def _head(self, block: Block) -> bool:
        self.headings.append(Line(block.lines[0], block.words.text, "heading"))
        return True

    def _skip(self, block: Block, reason: str) -> bool:
        self._skip_words(block, block.words, reason)
        return True

    def _skip_words(self, block: Block, words: Sentence, reason: str) -> None:
        shown = words.text.split("\n")
        self.skipped.extend(
            Line(number, text.strip(), reason) for number, text in zip(block.lines, shown, strict=False)
        )

    def reading(self) -> Reading:
        """The report and its account. Raises UnreadablePage for a page without a single finding or grade."""
        judgments = tuple(self._settled(judgment) for judgment in self.judgments.values())
        if not self.findings and not any(j.grade or j.status is not Status.INSPECTED for j in judgments):
            raise UnreadablePage(self.path, "no finding and no judgment in it", "save the whole page as text")
        keyed = with_keys(self.findings)
        findings = tuple(
            replace(f, cause=keyed[self.causes[i]].key) if i in self.causes else f for i, f in enumerate(keyed)
        )
        who = self.identity
        report = Report(who.force.slug, who.cycle, who.pillar, self.updated, (self.source,), judgments, findings)
        return Reading(report, tuple(self.headings), tuple(self.skipped), tuple(self.warnings))

    def _settled(self, judgment: Judgment) -> Judgment:
        """A judgment whose grade line is lost: not graded by its scheme, or read from prose, or unknown."""
        if judgment.basis is not Basis.MISSING:
            return judgment
        question = vocabulary.titles(self.identity.cycle, self.identity.pillar)[vocabulary.folded(judgment.title)]
        if question.graded is False:
            return replace(judgment, status=Status.NOT_GRADED, basis=Basis.SCHEME)
        first = self.first_sentence.get(judgment.of, "")
        grade = grades.from_prose(first, judgment.title, self.identity.pillar)
        if grade is not None:
            self.warnings.append(f"{judgment.of}: the grade line is lost; {grade.value} is read from the prose")
            return replace(judgment, grade=grade, basis=Basis.PROSE)
        return judgment
