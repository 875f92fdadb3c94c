from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans

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
