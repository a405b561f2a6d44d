"""The judgments of a page: as printed, carried over from an earlier cycle, or recovered where their line is lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kg import vocabulary
from kg.model import Basis, Grade, Judgment, Status
from kg.readers import grades, literals
from kg.readers.account import Account
from kg.readers.identity import Identity


@dataclass
class Judgments:
    """What a page judges: its pillar and its questions by printed number, or pillars, or areas by name."""

    identity: Identity
    held: dict[str, Judgment] = field(default_factory=dict)
    opening: dict[str, str] = field(default_factory=dict)
    earlier: list[str] = field(default_factory=list)

    def question(self, words: str) -> vocabulary.Question | None:
        """The question of this page that has these words as its title; on an overview, a pillar's headline."""
        who = self.identity
        if who.page != "overview":
            return vocabulary.titles(who.cycle, who.pillar).get(vocabulary.folded(words))
        every = (vocabulary.titles(who.cycle, pillar).get(vocabulary.folded(words)) for pillar in vocabulary.pillars())
        return next((found for found in every if found is not None and found.key == "pillar"), None)

    def questions(self) -> tuple[vocabulary.Question, ...]:
        """Every question of this page's cycle and pillar."""
        return vocabulary.questions(self.identity.cycle, self.identity.pillar)

    def ask(self, of: str, title: str, line: int) -> None:
        """A title was printed: its judgment is missing until something is said."""
        self.held.setdefault(of, Judgment(of, title, None, Status.INSPECTED, None, Basis.MISSING, line))

    def grade(self, of: str, stated: tuple[Grade | None, Status], line: int) -> bool:
        """A grade line was printed. False where the grade is known already."""
        self.ask(of, (self.identity.pillar or of).capitalize(), line)
        held, (grade, status) = self.held[of], stated
        carried = held.status is Status.CARRIED_OVER and held.grade is None
        if held.basis is not Basis.MISSING and not carried:
            return False
        if carried:
            self.held[of] = replace(held, grade=grade)
        else:
            self.held[of] = replace(held, grade=grade, status=status, basis=Basis.PRINTED, line=line)
        return True

    def not_inspected(self, of: str, words: str, line: int) -> None:
        """The page says that a question was not inspected: its judgment may still stand from an earlier cycle."""
        stands, held = bool(literals.STANDS.search(words)), self.held[of]
        self.held[of] = replace(
            held,
            status=Status.CARRIED_OVER if stands else Status.NOT_INSPECTED,
            carried_over_from=self._earlier_cycle(words) if stands else None,
            basis=Basis.PRINTED,
            line=held.line if held.basis is Basis.PRINTED else line,
        )

    def _earlier_cycle(self, words: str) -> str | None:
        if named := literals.EARLIER_CYCLE.search(words):
            year = named[1] + (f"/{named[2]}" if named[2] else "")
            return year if year in vocabulary.cycles() else None
        return vocabulary.previous_cycle(self.identity.cycle) if literals.LAST_YEAR.search(words) else None

    def settled(self, account: Account) -> tuple[Judgment, ...]:
        """Every judgment; one whose grade line is lost is not graded by its scheme, or read from prose, or unknown."""
        return tuple(self._settled(judgment, account) for judgment in self.held.values())

    def _settled(self, judgment: Judgment, account: Account) -> Judgment:
        if judgment.status is Status.CARRIED_OVER and judgment.grade is None:
            return self._carried_over(judgment, account)
        if judgment.basis is not Basis.MISSING:
            return judgment
        question = self.question(judgment.title)
        if question is not None and question.graded is False:
            return replace(judgment, status=Status.NOT_GRADED, basis=Basis.SCHEME)
        pillar = self.identity.pillar if judgment.of == "pillar" else None
        pillar = judgment.of if judgment.of in vocabulary.pillars() else pillar
        grade = grades.from_prose(" ".join(self.opening.get(judgment.of, "").split()), judgment.title, pillar)
        if grade is None:
            return judgment
        account.warn(f"{judgment.of}: the grade line is lost; {grade.value} is read from the prose")
        return replace(judgment, grade=grade, basis=Basis.PROSE)

    def _carried_over(self, judgment: Judgment, account: Account) -> Judgment:
        """The grade that still stands, where the page says what the earlier cycle's was."""
        year = (judgment.carried_over_from or "-")[:4]
        stated = {grades.from_earlier_judgment(words, judgment.title) for words in self.earlier if year in words}
        grade = stated.pop() if len(stated) == 1 else None
        if grade is None:
            return judgment
        account.warn(f"{judgment.of}: {grade.value} is what the page says of {judgment.carried_over_from}")
        return replace(judgment, grade=grade, basis=Basis.PROSE)
