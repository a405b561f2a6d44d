"""Pages of 2014 to 2017 on a force's other inspections: custody, child protection and the like. Nothing is graded."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.readers import literals
from kg.readers.blocks import Block
from kg.readers.prose import Prose, Section

_INTRODUCTION = re.compile(
    r"^(?:in addition to the (?:\w+ )?(?:core )?PEEL\b|(?:the )?findings from these inspections are published)",
    re.IGNORECASE,
)


@dataclass
class OtherReportsPage(Prose):
    """Reads one page of other inspections: headings without marks, and what was found under each."""

    def take(self, block: Block) -> None:
        """Deal with one block, by the first rule that fits."""
        if self.before_title(block) or self.dated(block):
            return
        if literals.PLAIN_HEADING.match(block.plain):
            self.section = Section()
            self.account.head(block)
        elif _INTRODUCTION.match(block.plain):
            self.account.skip(block, "introduces the page")
        else:
            super().take(block)
