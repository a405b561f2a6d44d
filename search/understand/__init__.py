"""Understanding: what a question in plain words is limited to, read by rules over the vocabularies.

No model takes part, so equal questions give equal readings. Precision comes before recall: a limit that was not
meant hides answers, one that was missed is still ranked by. What is read stands in the tables of the readers:

- `places`: forces, regions, nations; "other than Kent"
- `cycles`: years, cycles, ranges, "the last two cycles"
- `assessments`: questions, areas, pillars and grades, where asked for as such
- `kinds`: kinds of finding, praise and criticism
- `relations`: questions that ask for links between findings
- `together`: what several constraints allow together
- `marks`: "phrases" and -words
- `meaning`: what is left
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from search.facets import Facets
from search.understand import assessments, cycles, kinds, marks, meaning, places, relations, together
from search.understand.reading import LEFT, Chip, Draft, Relation, Understood

__all__ = ["Chip", "Relation", "Understood", "understand"]


def understand(text: str, known: Facets, without: Collection[str] = ()) -> Understood:
    """What a question is limited to, and what is left to rank by.

    `known` are the facets of the generation that is asked. To switch a reading off, ask again with the `key` of
    its chip in `without` ("force:kent", "cycle:2017", "kind:area-for-improvement+cause-of-concern"): its words then
    leave the meaning with it, since who removes "Kent" asks more widely. Every value of the filters is one of `known`.
    Never raises.
    """
    draft = Draft(text, known, frozenset(without))
    phrases, excluded = marks.read(draft)
    asked = relations.read(draft)
    for reader in (cycles, places, assessments, kinds):
        reader.read(draft)
    chips = sorted(draft.chips, key=lambda chip: chip.start)
    relation = None
    if asked is not None:
        chips, relation = _linked(draft, chips, asked)
    pattern, answers = together.pattern([chip for chip in chips if not chip.linked or _of_both_ends(chip, relation)])
    return Understood(
        filters=together.filters(answers, known),
        chips=tuple(chips),
        phrases=phrases,
        excluded=excluded,
        meaning=meaning.left(draft),
        relation=relation,
        pattern=pattern,
        notes=tuple(draft.notes),
    )


def _linked(draft: Draft, chips: Iterable[Chip], asked: relations.Asked) -> tuple[list[Chip], Relation | None]:
    """The chips with those of the finding at the other end set apart; no relation where nothing is said of it."""
    other = draft.place(asked.other) if asked.other and asked.other[0] < asked.other[1] else None
    marked = [
        replace(chip, linked=True)
        if other and other[0] <= chip.start and chip.end <= other[1] and not chip.words.startswith("-")
        else chip
        for chip in chips
        if chip.facet != "relation"
    ]
    link = [chip for chip in chips if chip.facet == "relation"]
    of = [chip for chip in marked if (chip.linked if asked.other else chip.facet == "force")]
    if not of:
        draft.strike(asked.link, LEFT)
        return marked, None
    filters = together.filters([chip for chip in of if not _told(chip)], draft.known)
    shown = [chip for chip in marked if not (chip.linked and _told(chip))]
    return sorted([*shown, *link], key=lambda chip: chip.start), {"relation": asked.relation, "of": filters}


def _told(chip: Chip) -> bool:
    """Whether a chip only says that somebody was criticised, which a relation's other end is in whatever form."""
    return chip.facet == "kind" and chip.values == kinds.CRITICISED


def _of_both_ends(chip: Chip, relation: Relation | None) -> bool:
    """Whether a chip of the other end limits the answers too: the force, where both are findings of one force."""
    return relation is not None and relation["relation"] in {"recurs", "answered-by"} and chip.facet == "force"
