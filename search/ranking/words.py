"""Text to words: what counts as the same word, and which words say nothing."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence

# fmt: off
STOP_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "had", "has", "have", "if",
    "in", "into", "is", "it", "its", "of", "on", "or", "such", "that", "the", "their", "then", "there",
    "these", "they", "this", "to", "was", "were", "which", "will", "with",
))
QUESTION_WORDS = frozenset((
    "about", "any", "anyone", "anything", "can", "could", "did", "didnt", "do", "does", "doesnt", "dont", "find",
    "finding", "findings", "force", "forces", "give", "hmic", "hmicfrs", "how", "inspector", "inspectors", "isnt",
    "list", "me", "no", "not", "please", "said", "say", "says", "show", "somebody", "someone", "something",
    "tell", "than", "them", "what", "when", "where", "who", "whom", "whose", "why", "without", "would", "you",
))
"""Words that ask and do not describe: left out of questions, kept in the index. "Not" is one, since counting it
as a word ranks what is worded negatively above what is meant; a question of nothing else is asked as it stands."""
# fmt: on

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"'s\b")
_kept = threading.local()
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ＇`´", "'"))


def fold(text: str) -> str:
    """The text in one spelling: no case, no accents, no apostrophes, no possessive 's.

    "The force’s café isn't" becomes "the force cafe isnt".
    """
    straight = text.translate(_APOSTROPHES)
    plain = straight.lower() if straight.isascii() else _without_accents(straight)
    return _POSSESSIVE.sub("", plain.translate(_APOSTROPHES)).replace("'", "")


def _without_accents(text: str) -> str:
    # twice, since folding case can bring out letters that decompose
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """The stems of a text's words in order, stop words left out.

    A word is a run of letters and digits of the folded text: hyphens and slashes separate, so "Body-worn" and
    "body worn" are alike. Stems are Snowball's for English.
    """
    return [stem for _, stem in stemmed(text)]


def folded(text: str) -> list[str]:
    """Every word of a text, folded, in order."""
    return _WORD.findall(fold(text))


def stems(text: str) -> list[str]:
    """The stems of every word of a text, stop words too, in order."""
    return _stems(folded(text))


def spaced(words: Sequence[str]) -> str:
    """Words in one string, each between spaces: a row of them stands in another where the one string does."""
    return f" {' '.join(words)} "


def stemmed(text: str) -> list[tuple[str, str]]:
    """A text's words, folded, each with its stem, in order, stop words left out."""
    words = [word for word in folded(text) if word not in STOP_WORDS]
    return list(zip(words, _stems(words), strict=True))


def _stems(words: Sequence[str]) -> list[str]:
    # one a thread, since a stemmer is not to be shared, and kept, since it remembers the words that it has seen
    if not hasattr(_kept, "stemmer"):
        from Stemmer import Stemmer

        _kept.stemmer = Stemmer("english")
    return list(_kept.stemmer.stemWords(words))
