"""Pillar pages of 2014 to 2018/19, saved as text in full (F), without one-word lines (O), or as main text (M).

One pass over the blocks of a page. Each block is a heading, a judgment, findings, or set aside with a
reason; nothing else can happen to it, so that nothing is dropped without being said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kg import polarity, sentences, vocabulary
from kg.errors import UnknownQuestion, UnreadablePage
from kg.model import Finding, Kind, Polarity, Reading, Report, Sentence, Source, Status, with_keys
from kg.readers import literals
from kg.readers.account import Account
from kg.readers.blocks import Block, blocks
from kg.readers.identity import Identity, identify
from kg.readers.judgments import Judgments
from kg.readers.text import decode, lines

_HEADING_WORDS = 12


def read(data: bytes, path: str, url: str | None = None) -> Reading:
    """Read one saved pillar page; `url` is the address it came from.

    Raises the errors of `kg.errors.InputRefused`: nothing is read in part.
    """
    text = decode(data, path)
    found = list(lines(text))
    identity = identify(found, url, path)
    source = Source(hashlib.sha256(data).hexdigest(), text, url)
    prose = [line for line in found if not line.bullet]
    spaced = 2 * sum(line.blank_before for line in prose) > len(prose)
    reader = _Reader(identity, source, path, spaced, Judgments(identity))
    for block in blocks(found, text):
        reader.take(block)
    return reader.reading()


@dataclass
class _Section:
    """Where the reader stands: under which question, in which list, and what has been said so far.

    `mood` is the side last taken; `firm` where the lead-in took it in words ("Most positively, the force:").
    """

    question: str | None = None
    kind: Kind | None = None
    said: bool = False
    bulleted: bool = False
    lead_in: Sentence | None = None
    before_lead: str | None = None
    mood: Polarity = Polarity.NEUTRAL
    firm: bool = False
    deadline: str | None = None
    cause: int | None = None
    to_all_forces: bool = False
    remaining_area: bool = False


@dataclass
class _Reader:
    identity: Identity
    source: Source
    path: str
    spaced: bool
    judgments: Judgments
    updated: str | None = None
    findings: list[Finding] = field(default_factory=list)
    causes: dict[int, int] = field(default_factory=dict)
    account: Account = field(default_factory=Account)
    number: str | None = None
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
            self.account.head(block)
            self.section = _Section(self.section.question)
        else:
            self._paragraph(block)

    def _before_title(self, block: Block) -> bool:
        title = self.identity.title_line
        if title is None or block.lines[0] > title:
            return False
        if block.lines[0] == title:
            return self.account.head(block)
        return self._is_junk(block) or self.account.skip(block, "stands before the page's title")

    def _is_junk(self, block: Block) -> bool:
        reasons = (why for pattern, why in literals.SKIPPED if pattern.search(block.plain))
        reason = next(reasons, None)
        return reason is not None and self.account.skip(block, reason)

    def _set_aside(self, block: Block) -> bool:
        if self.common_block and not self._ends_common_block(block):
            return self.account.skip(block, "common block on other inspections")
        return self._is_junk(block)

    def _ends_common_block(self, block: Block) -> bool:
        words = block.plain
        ends = literals.LAST_UPDATED.match(words) or words.casefold().startswith("questions for ")
        return bool(ends) or self.judgments.question(words) is not None

    # ------------------------------------------------------------ headings

    def _heading(self, block: Block) -> bool:
        words = block.plain
        if found := literals.LAST_UPDATED.match(words):
            return self._date(block, found)
        if words.isdecimal() and len(words) <= 2 and not block.item:
            self.number = str(int(words))
            return self.account.head(block)
        if (question := self.judgments.question(words)) is not None:
            return self._ask(question, block)
        if literals.PLAIN_HEADING.match(words):
            self.common_block = literals.COMMON_BLOCK.match(words) is not None
            self.section = _Section(self.section.question)
            return self.account.head(block)
        self._refuse_unknown_question(block)
        return words.casefold() in vocabulary.pillars() and self.account.head(block)

    def _date(self, block: Block, found: re.Match[str]) -> bool:
        self.common_block = False
        try:
            self.updated = date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        except ValueError:
            return self.account.skip(block, "a date that never was")
        return self.account.head(block)

    def _ask(self, question: vocabulary.Question, block: Block) -> bool:
        printed, self.number = self.number, None
        key, line = question.key, block.lines[0]
        if printed is not None and key not in ("pillar", printed):
            self.account.warn(f"line {line}: question {key} is printed as {printed}")
            key = printed
        self.common_block = False
        self.judgments.ask(key, question.title, line)
        self.section = _Section(None if key == "pillar" else key)
        return self.account.head(block)

    def _refuse_unknown_question(self, block: Block) -> None:
        asks = not block.item and literals.ASKS.match(block.plain)
        if self.number is not None or asks:
            raise UnknownQuestion(self.path, block.lines[0], block.plain, self.identity.cycle)

    def _kind_heading(self, block: Block) -> bool:
        kind = literals.KIND_HEADINGS.get(block.plain.casefold().rstrip(":"))
        if kind is None or block.item:
            return False
        cause = self.section.cause if kind is Kind.RECOMMENDATION else None
        self.section = _Section(self.section.question, kind, cause=cause)
        return self.account.head(block)

    def _is_subheading(self, block: Block) -> bool:
        words = block.plain
        short = len(words.split()) <= _HEADING_WORDS and not re.search(r"[.;:,!?]['\"’”)]?$", words)
        in_statement = self.section.kind is not None and not self.section.said
        return short and not in_statement and (block.free or not self.spaced)

    # ------------------------------------------------------------ judgments

    def _grade_line(self, block: Block) -> bool:
        stated = literals.GRADE_LINES.get(block.plain.casefold())
        if stated is None or block.item:
            return False
        of = self.section.question or "pillar"
        if not self.judgments.grade(of, stated, block.lines[0]):
            return self.account.skip(block, "a second grade")
        return self._judged(of, block)

    def _judged(self, of: str, block: Block) -> bool:
        """A judgment names one line; where two make it (a grade, "carried over"), the second counts as a heading."""
        return self.judgments.held[of].line == block.lines[0] or self.account.head(block)

    def _not_inspected(self, block: Block) -> bool:
        of = self.section.question
        if of is None or not literals.NOT_INSPECTED.match(block.plain):
            return False
        self.judgments.not_inspected(of, block.plain, block.lines[0])
        self._judged(of, block)
        self.section.remaining_area = bool(literals.REMAINING_AREA.search(block.plain))
        known = (literals.STANDS, literals.REMAINING_AREA)
        rest = list(sentences.split(block.words.text, block.words.start))[1:]
        self._sentences(block, [s for s in rest if not any(pattern.search(s.text) for pattern in known)])
        return True

    # ------------------------------------------------------------ findings

    def _paragraph(self, block: Block) -> None:
        section, leads = self.section, block.plain.endswith(":")
        demands = bool(literals.DEMAND.search(block.plain))
        if not leads and self._statement(block, demands):
            return
        if leads and demands and section.cause is not None:
            section.kind = Kind.RECOMMENDATION
        elif not (leads and section.kind is not None and (demands or not section.said)):
            self.section = _Section(section.question, mood=section.mood, cause=section.cause)
        self.section.remaining_area = False
        if not leads:
            self.section.lead_in, self.section.to_all_forces = None, False
        if not self._sentences(block, list(sentences.split(block.words.text, block.words.start))):
            to_all = self.section.to_all_forces
            self.account.skip(block, "addressed to all forces" if to_all else "lead-in, joined to the items below it")

    def _statement(self, block: Block, demands: bool) -> bool:
        """A paragraph straight under a kind heading: the statement itself, or what supports it."""
        section = self.section
        if section.kind is None or (section.bulleted and section.kind is not Kind.RECOMMENDATION):
            return False
        if section.kind is Kind.CAUSE_OF_CONCERN and section.cause is not None:
            cause = self.findings[section.cause]
            extra = tuple(sentences.split(block.words.text, block.words.start))
            self.findings[section.cause] = replace(cause, evidence=cause.evidence + extra)
            return True
        if section.said and not demands and section.kind is not Kind.INNOVATIVE_PRACTICE:
            return False
        section.deadline = None
        self._add(block.words, block.words.text, None)
        return True

    def _sentences(self, block: Block, words: Sequence[Sentence]) -> bool:
        """Deal with the sentences of a paragraph; False where nothing but a lead-in is in them."""
        before: Sentence | None = None
        kept = False
        for sentence in words:
            plain = " ".join(sentence.text.split())
            if plain.endswith(":"):
                self._lead(sentence, before.text if before else None)
            elif literals.ADDRESSED_TO_ALL.search(plain):
                kept = self.account.skip_words(block, sentence, "addressed to all forces")
            elif self._judges_earlier(plain):
                kept = self.account.skip_words(block, sentence, "states the judgment of an earlier cycle")
            else:
                self._add(sentence, block.words.text, before.text if before else None)
                kept = True
            before = sentence
        return kept

    def _judges_earlier(self, words: str) -> bool:
        found = literals.EARLIER_JUDGMENT.match(words)
        return found is not None and found[1] < self.identity.cycle[:4]

    def _lead(self, sentence: Sentence, before: str | None) -> None:
        section, words = self.section, " ".join(sentence.text.split())
        section.lead_in, section.before_lead = sentence, before
        section.to_all_forces = bool(literals.ADDRESSED_TO_ALL.search(words))
        deadline = literals.DEADLINE.search(words)
        section.deadline = deadline[1] if deadline else None
        if not section.to_all_forces:
            spoken = polarity.of_lead_in(words, Polarity.NEUTRAL)
            section.firm = spoken is not Polarity.NEUTRAL
            section.mood = spoken if section.firm else section.mood

    def _item(self, block: Block) -> None:
        section = self.section
        section.said = section.bulleted = True
        if section.to_all_forces:
            self.account.skip(block, "addressed to all forces")
            return
        words = block.words.text
        end = sentences.item_end(words)
        span = Sentence(words[:end], block.words.start, block.words.start + end)
        context = f"{section.lead_in.text} {words}" if section.lead_in else words
        self._add(span, context, None, item=True)

    def _add(self, span: Sentence, context: str, before: str | None, item: bool = False) -> None:
        """Add one finding from the words of `span`."""
        section, force = self.section, self.identity.force
        kind = Kind.AREA_FOR_IMPROVEMENT if item and section.remaining_area else section.kind
        side = self._side(span.text, item) if kind is None else polarity.of_kind(kind)
        if kind is None and not item:
            self.judgments.opening.setdefault(section.question or "pillar", span.text)
        kind = kind or polarity.kind_of(side)
        if item:
            lead = section.lead_in.text if section.lead_in else None
            meaning = sentences.join(lead, span.text, force, section.before_lead)
        else:
            meaning = sentences.stand_alone(span.text, before, force)
        deadline = None
        if kind is Kind.CAUSE_OF_CONCERN:
            section.cause = len(self.findings)
        if kind is Kind.RECOMMENDATION:
            stated = literals.DEADLINE.search(span.text)
            deadline = section.deadline or (stated[1] if stated else None)
            if section.cause is not None:
                self.causes[len(self.findings)] = section.cause
        section.said = True
        sha256 = self.source.sha256
        self.findings.append(Finding(kind, side, section.question, span, meaning, context, sha256, deadline=deadline))

    def _side(self, words: str, item: bool) -> Polarity:
        section = self.section
        if not item:
            side = polarity.of_text(words)
            section.mood = section.mood if side is Polarity.NEUTRAL else side
            return side
        return section.mood if section.firm else polarity.of_text(words, section.mood)

    # ------------------------------------------------------------ the whole

    def reading(self) -> Reading:
        """The report and its account. Raises UnreadablePage for a page without a single finding or grade."""
        judgments = self.judgments.settled(self.account)
        if not self.findings and not any(j.grade or j.status is not Status.INSPECTED for j in judgments):
            raise UnreadablePage(self.path, "no finding and no judgment in it", "save the whole page as text")
        keyed = with_keys(self.findings)
        findings = tuple(
            replace(f, cause=keyed[self.causes[i]].key) if i in self.causes else f for i, f in enumerate(keyed)
        )
        who, account = self.identity, self.account
        report = Report(who.force.slug, who.cycle, who.pillar, self.updated, (self.source,), judgments, findings)
        return Reading(report, tuple(account.headings), tuple(account.skipped), tuple(account.warnings))
