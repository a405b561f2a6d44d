"""What two linked findings have in common, in words that people can check."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.triples import ID
from search.link import words

if TYPE_CHECKING:
    from search.snapshot import Record


def shared_words(one: Record, other: Record) -> list[str]:
    """The words of `one` that `other` has too in some form, each once; words of a verdict left out."""
    theirs = words.telling(other["meaning"])
    return [word for stem, word in words.telling(one["meaning"]).items() if stem in theirs]


def shared_subjects(one: Record, other: Record) -> list[str]:
    """The labels of the subjects that both findings name."""
    return [label for label in one["topics"] if label in other["topics"]]


def subject_notation(label: str) -> str:
    """The notation of a subject, by its label."""
    return {label: notation for notation, label in vocabulary.notations(ID["scheme/topic"]).items()}[label]


def text_sha256(record: Record) -> str:
    """The sha256 of a finding's exact words."""
    return _sha256(record["text"])


@lru_cache(maxsize=1 << 14)
def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
