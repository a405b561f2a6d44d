"""What every page of prose has in common: paragraphs and lists become findings, headings say of which kind.

The readers of single page kinds (`pages`, `overviews`, `reports`) put their own headings and judgments on top.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kg import polarity, sentences
from kg.errors import UnreadablePage
from kg.model import Coverage, Finding, Kind, Polarity, Reading, Report, Sentence, Source, Status, normalised, with_keys
from kg.readers import literals
from kg.readers.account import Account
from kg.readers.blocks import Block
from kg.readers.identity import Identity
from kg.readers.judgments import Judgments

_HEADING_WORDS = 12
_CUT = "the copy ends within it"


@dataclass
class Section:
    """Where the reader stands: under which question, in which list, and what has been said so far.

    `mood` is the side last taken; `firm` where the lead-in took it in words ("Most positively, the force:").
    `supporting` where a list that supports a cause of concern has begun.
    """

    question: str | None = None
    kind: Kind | None = None
    said: bool = False
    bulleted: bool = False
    supporting: bool = False
    lead_in: Sentence | None = None
    before_lead: str | None = None
    mood: Polarity = Polarity.NEUTRAL
    firm: bool = False
    deadline: str | None = None
    cause: int | None = None
    to_all_forces: bool = False
    remaining_area: bool = False


@dataclass
class Prose:
    """Reads the paragraphs and list items of one page; `spaced` where its paragraphs stand between blank lines."""

    identity: Identity
    source: Source
    path: str
    spaced: bool
    judgments: Judgments
    last_line: int
    updated: str | None = None
    findings: list[Finding] = field(default_factory=list)
    causes: dict[int, int] = field(default_factory=dict)
    said: dict[tuple[str | None, Kind, str], int] = field(default_factory=dict)
    account: Account = field(default_factory=Account)
    section: Section = field(default_factory=Section)

    def take(self, block: Block) -> None:
        """Deal with one block. Each kind of page puts its own rules in front of these."""
        if self.before_title(block) or self.is_junk(block) or self.kind_heading(block):
            return
        if block.item or self.goes_on_list(block):
            self.item(replace(block, item=True))
        elif self.is_subheading(block):
            self.subheading(block)
        else:
            self.paragraph(block)

    def before_title(self, block: Block) -> bool:
        """Whether a block stands before the page's title, or is the title."""
        title = self.identity.title_line
        if title is None or block.lines[0] > title:
            return False
        if block.lines[0] == title:
            return self.account.head(block)
        return self.is_junk(block) or self.account.skip(block, "stands before the page's title")

    # ------------------------------------------------------------ headings

    def dated(self, block: Block) -> bool:
        """Whether a block is the line with the page's date; the latest stands."""
        found = literals.LAST_UPDATED.match(block.plain)
        if found is None:
            return False
        try:
            day = date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        except ValueError:
            return self.account.skip(block, "a date that never was")
        self.updated = max(day, self.updated or day)
        return self.account.head(block)

    def is_junk(self, block: Block) -> bool:
        """Whether a block is a line that says nothing about the force."""
        reasons = (why for pattern, why in literals.SKIPPED if pattern.search(block.plain))
        reason = next(reasons, None)
        return reason is not None and self.account.skip(block, reason)

    def kind_heading(self, block: Block) -> bool:
        """Whether a block is a heading that says of which kind the findings below it are."""
        kind = literals.kind_of_heading(block.plain)
        if kind is None or block.item:
            return False
        cause = self.section.cause if kind is Kind.RECOMMENDATION else None
        self.section = Section(self.section.question, kind, cause=cause)
        return self.account.head(block)

    def is_subheading(self, block: Block) -> bool:
        """Whether a paragraph is a heading without a mark: short, no final punctuation, standing free."""
        words = block.plain
        short = len(words.split()) <= _HEADING_WORDS and not re.search(r"[.;:,!?]['\"’”)]?$|; and$", words)
        short = short and not words[:1].islower()
        in_statement = self.section.kind is not None and not self.section.said
        return short and not in_statement and (block.free or not self.spaced)

    def subheading(self, block: Block) -> None:
        """A heading without a mark; at the end of a copy it is a sentence that was cut, or heads nothing."""
        self.section = Section(self.section.question)
        if block.lines[-1] == self.last_line:
            self.cut(block, block.words)
        else:
            self.account.head(block)

    def cut(self, block: Block, words: Sentence) -> None:
        """The copy ends within these words: it holds the beginning of the page only."""
        self.source = replace(self.source, coverage=Coverage.BEGINNING)
        self.account.skip_words(block, words, _CUT)
        self.account.warn("the copy ends in the middle of a sentence or under a heading: the page went on")

    def is_cut(self, block: Block, sentence: Sentence) -> bool:
        """Whether a sentence has no end because the copy has none."""
        last = block.lines[-1] == self.last_line and sentence.end == block.words.end
        return last and self.section.kind is None and not re.search(r"[.:;!?…]['\"’”)\]]*$", sentence.text)

    # ------------------------------------------------------------ findings

    def goes_on_list(self, block: Block) -> bool:
        """Whether a paragraph is an item of a list without bullets: below a lead-in, in lower case."""
        section = self.section
        opened = section.lead_in is not None and block.words.start > section.lead_in.end
        return opened and block.plain[:1].islower() and bool(re.search(r"(?:[;.]|; and)$", block.plain))

    def paragraph(self, block: Block) -> None:
        """Make findings of a paragraph, a sentence each, or the one statement under a heading of a kind."""
        section, leads = self.section, block.plain.endswith(":")
        demands = bool(literals.DEMAND.search(block.plain))
        if self.supports_cause(block, leads and demands) or (not leads and self.statement(block, demands)):
            return
        if leads and demands and section.cause is not None:
            section.kind = Kind.RECOMMENDATION
        elif not (leads and section.kind is not None and (demands or not section.said)):
            self.section = Section(section.question, mood=section.mood, cause=section.cause)
        self.section.remaining_area = False
        if not leads:
            self.section.lead_in, self.section.to_all_forces = None, False
        if not self.sentences_of(block, list(sentences.split(block.words.text, block.words.start))):
            to_all = self.section.to_all_forces
            self.account.skip(block, "addressed to all forces" if to_all else "lead-in, joined to the items below it")

    def supports_cause(self, block: Block, demanding_lead: bool = False) -> bool:
        """A paragraph below a cause of concern, or a list it leads into, supports it, up to what is recommended."""
        section = self.section
        if section.kind is not Kind.CAUSE_OF_CONCERN or section.cause is None or demanding_lead or section.bulleted:
            return False
        section.supporting = block.item or block.plain.endswith(":")
        return self.support(section.cause, block)

    def support(self, place: int, block: Block) -> bool:
        """Put the words of a block to the finding that they support."""
        held, words = self.findings[place], block.words
        extra = (_without_end(block),) if block.item else tuple(sentences.split(words.text, words.start))
        context = f"{held.context}\n{words.text}"
        self.findings[place] = replace(held, evidence=held.evidence + extra, context=context)
        return True

    def statement(self, block: Block, demands: bool) -> bool:
        """A paragraph straight under a kind heading: the statement itself."""
        section = self.section
        if section.kind is None or (section.bulleted and section.kind is not Kind.RECOMMENDATION):
            return False
        if section.said and not demands and section.kind is not Kind.INNOVATIVE_PRACTICE:
            return False
        section.deadline = None
        self.add(block, block.words, block.words.text, None)
        return True

    def sentences_of(self, block: Block, words: Sequence[Sentence]) -> bool:
        """Deal with the sentences of a paragraph; False where nothing but a lead-in is in them."""
        before: Sentence | None = None
        kept = False
        for sentence in words:
            plain = " ".join(sentence.text.split())
            if plain.endswith(":"):
                self.lead(sentence, before.text if before else None)
            elif literals.ADDRESSED_TO_ALL.search(plain):
                kept = self.account.skip_words(block, sentence, "addressed to all forces")
            elif self._judges_earlier(plain):
                self.judgments.earlier.append(plain)
                kept = self.account.skip_words(block, sentence, "states the judgment of an earlier cycle")
            elif literals.ABOUT_THE_ASSESSMENT.match(plain):
                kept = self.account.skip_words(block, sentence, "about the assessment, not the force")
            elif self.is_cut(block, sentence):
                self.cut(block, sentence)
                kept = True
            else:
                self.add(block, sentence, block.words.text, before.text if before else None)
                kept = True
            before = sentence
        return kept

    def _judges_earlier(self, words: str) -> bool:
        found = literals.EARLIER_JUDGMENT.match(words)
        return found is not None and found[1] < self.identity.cycle[:4]

    def lead(self, sentence: Sentence, before: str | None) -> None:
        """Remember the sentence that leads into a list: its words, the side it takes, its deadline."""
        section, words = self.section, " ".join(sentence.text.split())
        section.lead_in, section.before_lead = sentence, before
        section.to_all_forces = bool(literals.ADDRESSED_TO_ALL.search(words))
        deadline = literals.DEADLINE.search(words)
        section.deadline = deadline[1] if deadline else None
        if not section.to_all_forces:
            spoken = polarity.of_lead_in(words, Polarity.NEUTRAL)
            section.firm = spoken is not Polarity.NEUTRAL
            section.mood = spoken if section.firm else section.mood

    def item(self, block: Block) -> None:
        """Make a finding of a list item, joined to its lead-in."""
        section = self.section
        if section.supporting and self.supports_cause(block):
            return
        section.said = section.bulleted = True
        if section.to_all_forces:
            self.account.skip(block, "addressed to all forces")
            return
        words = block.words.text
        context = f"{section.lead_in.text} {words}" if section.lead_in else words
        self.add(block, _without_end(block), context, None)

    def add(self, block: Block, span: Sentence, context: str, before: str | None) -> int:
        """Add one finding from the words of `span`; its place, or the place of the one that said the same."""
        section, item = self.section, block.item
        kind = Kind.AREA_FOR_IMPROVEMENT if item and section.remaining_area else section.kind
        side = self.side(span.text, item) if kind is None else polarity.by_kind(kind)
        if kind is None and not item:
            self.judgments.opening.setdefault(section.question or "pillar", span.text)
        kind = kind or polarity.kind_of(side.polarity)
        meaning = self.meaning(span, before, item)
        section.said, here = True, len(self.findings)
        place = self.said.setdefault((section.question, kind, normalised(meaning)), here)
        if kind is Kind.CAUSE_OF_CONCERN:
            section.cause = place
        if place < here:
            self.account.skip_words(block, span, "said before in the same words")
            return place
        if kind is Kind.RECOMMENDATION and section.cause is not None:
            self.causes[here] = section.cause
        finding = Finding(kind, side.polarity, section.question, span, meaning, context, self.source.sha256)
        deadline = self.deadline(span) if kind is Kind.RECOMMENDATION else None
        self.findings.append(replace(finding, deadline=deadline, polarity_basis=side.basis, confidence=side.confidence))
        return place

    def meaning(self, span: Sentence, before: str | None, item: bool) -> str:
        """The words of `span` as a statement that stands alone."""
        section, force = self.section, self.identity.force
        if not item:
            return sentences.stand_alone(span.text, before, force)
        lead = section.lead_in.text if section.lead_in else None
        return sentences.join(lead, span.text, force, section.before_lead)

    def deadline(self, span: Sentence) -> str | None:
        """When a recommendation is to be met: as its lead-in says, or its own words."""
        stated = literals.DEADLINE.search(span.text)
        return self.section.deadline or (stated[1] if stated else None)

    def side(self, words: str, item: bool) -> polarity.Decision:
        """Whether words praise or criticise, in the mood of what leads into them."""
        section = self.section
        if not item:
            side = polarity.decide(words)
            section.mood = section.mood if side.polarity is Polarity.NEUTRAL else side.polarity
            return side
        return polarity.by_lead_in(section.mood) if section.firm else polarity.decide(words, section.mood)

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
        report = Report(
            who.force.slug, who.cycle, who.pillar, self.updated, (self.source,), judgments, findings, who.part
        )
        return Reading(report, tuple(account.headings), tuple(account.skipped), tuple(account.warnings))


def _without_end(block: Block) -> Sentence:
    """The words of a list item without the ";" or "; and" that ends it."""
    words, start = block.words.text, block.words.start
    end = sentences.item_end(words)
    return Sentence(words[:end], start, start + end)
