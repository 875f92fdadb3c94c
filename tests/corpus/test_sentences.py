from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans

SAMPLE = Path(__file__).parent.parent / "samples" / "sentences.txt"
BETWEEN = {"cjk": "", "list": "\n"}

PROSE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "U.S.",
                "Dr.",
                "4-AP",
                "1,200.5",
                "“Go!”",
                "don’t",
                "…",
                "e.g.",
                "\u00a0",
                "\n",
                "\n\n",
                "- ",
                "3) ",
                "No.",
                "今天很冷。",
                "”",
                "5 p.m.",
                "¿Qué?",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=30,
).map(" ".join)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(text=PROSE)
@example(text="")
@example(text="\x1c a \u2028 b.")
def test_sentences_are_in_order_apart_trimmed_and_leave_out_only_white_space(text: str) -> None:
    position = 0
    for start, end in sentence_spans(text):
        assert position <= start < end <= len(text)
        assert text[position:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        position = end
    assert text[position:].strip() == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. acted. Dr. Rahul Gupta left.", ["The U.S. acted.", "Dr. Rahul Gupta left."]),
        ("“It is late,” she said. “We go.” They went.", ["“It is late,” she said.", "“We go.”", "They went."]),
        ("It weighed 1,200.5 kilos. 4-AP was found.", ["It weighed 1,200.5 kilos.", "4-AP was found."]),
        ("Dr.\u00a0Smith came. He can’t stay.", ["Dr.\u00a0Smith came.", "He can’t stay."]),
        ("A wrapped\nline goes on. Next.", ["A wrapped\nline goes on.", "Next."]),
        ("A headline\n\nA first sentence", ["A headline", "A first sentence"]),
        ("They want:\n- more time\n- more money", ["They want:", "- more time", "- more money"]),
        ("(It was so.) Then it ended.", ["(It was so.)", "Then it ended."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def written_cases() -> list[tuple[str, list[str]]]:
    """Kind and sentences of each case, but those that nothing gets right yet."""
    cases = []
    for paragraph in SAMPLE.read_text(encoding="utf-8").split("\n\n")[1:]:
        kind, *lines = paragraph.strip().split("\n")
        cases.append((kind.removeprefix("## "), [line.replace("␤", "\n") for line in lines]))
    return [(kind, lines) for kind, lines in cases if kind != "hard"]


@pytest.mark.parametrize(("kind", "expected"), written_cases())
def test_news_typography_comes_apart_where_it_was_put_together(kind: str, expected: list[str]) -> None:
    assert sentences(BETWEEN.get(kind, " ").join(expected)) == expected
