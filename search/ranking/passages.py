"""The sentences of a finding: those of its own words, then the evidence printed with it.

Nearly every finding is one sentence, which its own vector stands for. Only where there are more has each of them
a vector besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from kg import sentences


class Passage(TypedDict):
    """A sentence of a finding and where it stands in its text, in code points; evidence stands outside the text."""

    text: str
    start: int | None
    end: int | None


def passages(record: Mapping[str, Any]) -> list[Passage]:
    """The sentences of a finding's record, in order; at least one."""
    text = record["text"]
    own: list[Passage] = [{"text": s.text, "start": s.start, "end": s.end} for s in sentences.split(text)]
    if len(own) < 2:
        own = [{"text": text, "start": 0, "end": len(text)}]
    return own + [{"text": said, "start": None, "end": None} for said in record.get("evidence", ())]


def meanings(record: Mapping[str, Any]) -> list[str]:
    """What is encoded of each sentence of a finding: nothing where there is one, which is the finding's meaning."""
    found = passages(record)
    if len(found) < 2:
        return []
    sole = found[1]["start"] is None
    rest = [_meaning(one["text"], record) for one in found[sole:]]
    return [record["meaning"], *rest] if sole else rest


def words(record: Mapping[str, Any]) -> str:
    """What the word index holds of a finding: its meaning and its evidence."""
    return "\n".join([record["meaning"], *(_meaning(said, record) for said in record.get("evidence", ()))])


def _meaning(sentence: str, record: Mapping[str, Any]) -> str:
    from kg import vocabulary

    return sentences.trimmed(sentences.masked(sentence, vocabulary.forces()[record["force"]["slug"]]))
