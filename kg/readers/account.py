"""The account of a page: every line that is no finding, as a heading or set aside with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.model import Line, Sentence
from kg.readers.blocks import Block
from kg.readers.text import LINE_END


@dataclass
class Account:
    """What was done with the blocks of one page. Its methods answer True: the block is dealt with."""

    headings: list[Line] = field(default_factory=list)
    skipped: list[Line] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def head(self, block: Block) -> bool:
        """A heading."""
        self.headings.extend(_lines(block, block.words, "heading"))
        return True

    def skip(self, block: Block, reason: str) -> bool:
        """A block that says nothing about the force."""
        return self.skip_words(block, block.words, reason)

    def skip_words(self, block: Block, words: Sentence, reason: str) -> bool:
        """One sentence of a block, set aside."""
        self.skipped.extend(_lines(block, words, reason))
        return True

    def warn(self, message: str) -> None:
        """Something that a reader of the report should know."""
        self.warnings.append(message)


def _lines(block: Block, words: Sentence, reason: str) -> list[Line]:
    first = len(LINE_END.findall(block.words.text[: words.start - block.words.start]))
    texts = LINE_END.split(words.text)
    return [Line(block.lines[first + n], text.strip(), reason) for n, text in enumerate(texts)]
