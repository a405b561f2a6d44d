"""The account of a page names the line of everything that is no finding."""

from __future__ import annotations

import pytest

from kg.model import Line, Sentence
from kg.readers.account import Account
from kg.readers.blocks import Block, blocks
from kg.readers.text import lines

LONG = "The first line of this paragraph is long enough to be broken and"


def only_block(text: str) -> Block:
    (block,) = blocks(list(lines(text)), text)
    return block


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_each_line_of_a_block_is_named(ending: str) -> None:
    account = Account()
    assert account.skip(only_block(f"{LONG}{ending}goes on here."), "a reason")
    assert account.skipped == [Line(1, LONG, "a reason"), Line(2, "goes on here.", "a reason")]


def test_a_sentence_is_named_on_the_line_where_it_stands() -> None:
    text = f"{LONG}\ngoes on. This one stands on the second."
    block = only_block(text)
    start = text.index("This")
    account = Account()
    account.skip_words(block, Sentence(text[start:], start, len(text)), "a reason")
    assert account.skipped == [Line(2, "This one stands on the second.", "a reason")]


def test_a_heading_is_no_skipped_line() -> None:
    account = Account()
    account.head(only_block("Effectiveness"))
    assert account.headings == [Line(1, "Effectiveness", "heading")]
    assert account.skipped == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"{LONG}\ngoes on.", 1),
        (f"{LONG}\n\ngoes on.", 2),
        (f"{LONG}.\ngoes on.", 2),
        (f"{LONG}\nGoes on.", 2),
        ("A heading\ngoes on.", 2),
        (f"{LONG}\n- goes on.", 2),
        (f"{LONG}\nthe extent to which it goes on.", 2),
        ("- an item\n  goes on", 1),
        ("- an item;\n  goes on", 2),
    ],
)
def test_where_a_line_goes_on_with_the_one_above(text: str, number: int) -> None:
    assert len(list(blocks(list(lines(text)), text))) == number
