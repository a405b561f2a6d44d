"""Bytes become lines whose offsets are exact; what is no text is refused with the place and the mend."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UnreadablePage
from kg.readers.blocks import blocks
from kg.readers.text import MAX_BYTES, MAX_LINE, decode, lines

TEXT = st.text(st.sampled_from("ab.;: \u00a0\t\n\r•-–é"), max_size=80) | st.text(max_size=80)


@settings(deadline=None)
@given(TEXT)
def test_every_line_gives_back_its_words(text: str) -> None:
    for line in lines(text):
        assert text[line.start : line.end] == line.text
        assert line.text == line.text.strip() != ""


@settings(deadline=None)
@given(TEXT)
def test_nothing_but_white_space_and_bullets_is_left_out(text: str) -> None:
    kept = {place for line in lines(text) for place in range(line.start, line.end)}
    left_out = {char for place, char in enumerate(text) if place not in kept and not char.isspace()}
    assert left_out <= set("•·▪-*–")


@settings(deadline=None)
@given(st.text(st.sampled_from("ab.;: \u00a0•-é\n"), max_size=80), st.sampled_from(["\r\n", "\r"]))
def test_the_line_end_does_not_matter(text: str, ending: str) -> None:
    seen = [(line.number, line.text, line.bullet, line.indented, line.blank_before) for line in lines(text)]
    other = lines(text.replace("\n", ending))
    assert [(line.number, line.text, line.bullet, line.indented, line.blank_before) for line in other] == seen


@settings(deadline=None)
@given(TEXT)
def test_blocks_are_the_lines_put_together(text: str) -> None:
    found = list(lines(text))
    made = list(blocks(found, text))
    assert [number for block in made for number in block.lines] == [line.number for line in found]
    assert all(text[b.words.start : b.words.end] == b.words.text for b in made)


@pytest.mark.parametrize("bullet", ["  • ", "- ", "– ", "•", "* ", "  ▪\u00a0"])
def test_a_bullet_is_no_part_of_its_item(bullet: str) -> None:
    (line,) = lines(f"{bullet}finds goats;")
    assert (line.bullet, line.text) == (True, "finds goats;")


@pytest.mark.parametrize("words", ["-5 degrees", "well-known", "–"])
def test_a_dash_in_the_text_is_no_bullet(words: str) -> None:
    (line,) = lines(words)
    assert (line.bullet, line.text) == (False, words)


def test_a_line_of_no_break_spaces_is_blank() -> None:
    assert [(line.text, line.blank_before) for line in lines("one\n\u00a0\ntwo")] == [("one", True), ("two", True)]


def test_a_wrapped_item_is_one_block() -> None:
    text = "  • finds goats in\n    fields; and\n  • counts them.\nSheep are left alone."
    assert [" ".join(b.words.text.split()) for b in blocks(list(lines(text)), text)] == [
        "finds goats in fields; and",
        "counts them.",
        "Sheep are left alone.",
    ]


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode("\ufeffKent".encode(), "page.txt") == "Kent"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "page.txt: empty"),
        (" \n\u00a0\n".encode(), "page.txt: empty"),
        (b"\xef\xbb\xbf", "page.txt: empty"),
        (b"PK\x03\x04\x00\x00", "page.txt: binary, not text"),
        ("Kent".encode("utf-16"), "page.txt: binary, not text"),
        (b"one\ntwo\nthe force\x92s plan", "page.txt, line 3: not UTF-8 text"),
        (b"one\r\ntwo\r\nthe force\x92s plan", "page.txt, line 3: not UTF-8 text"),
        (b"one\n" + b"x" * (MAX_LINE + 1), "page.txt, line 2: 20,001 characters in one line"),
        (b"x\n" * MAX_BYTES, "page.txt: 8,000,000 bytes"),
    ],
    ids=[
        "empty",
        "blank",
        "mark only",
        "archive",
        "utf-16",
        "windows-1252",
        "windows-1252 crlf",
        "one line",
        "too large",
    ],
)
def test_what_is_no_text_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(UnreadablePage) as refused:
        decode(data, "page.txt")
    assert refused.value.fault == message
    assert refused.value.mend
