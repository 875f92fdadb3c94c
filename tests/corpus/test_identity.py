"""Same, duplicate, excerpt, correction and different, told apart."""

from __future__ import annotations

import pytest
from drafts import draft
from hypothesis import given
from hypothesis import strategies as st

from corpus.identity import Body, Likeness, bodies_agree, body_of, containment, jaccard, likeness

STORY = (
    "The commission met in Vienna on Wednesday and voted to place three more chemicals under control, "
    "delegates said, after a request that had been lodged in the autumn by two member states.",
    "Makers of the chemicals will need a licence from 1 September, and exporters must file a notice for "
    "each shipment above 14 kilograms; smaller parcels stay outside the rule for now.",
    "A customs officer in the port, who has inspected containers for eleven years, said the list was "
    "late but welcome, because brokers had moved to new recipes within weeks of the last decision.",
    "The vote passed with 46 in favour and none against. Five delegations did not take part, and the "
    "text returns to the floor in spring for a review of how the notices have worked in practice.",
)


def body(*paragraphs: str) -> Body:
    return body_of(draft(*paragraphs))


def changed(old: str, new: str) -> Body:
    text = "\n\n".join(STORY)
    assert old in text
    return body(*text.replace(old, new).split("\n\n"))


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(body(*STORY), Likeness.DUPLICATE, id="the same words"),
        pytest.param(body(*(p.upper() for p in STORY)), Likeness.DUPLICATE, id="another case"),
        pytest.param(body("Worth another read.", *STORY), Likeness.DUPLICATE, id="a re-poster's greeting"),
        pytest.param(body(*STORY[:1], STORY[1].split(";")[0] + ".", *STORY[2:]), Likeness.DUPLICATE, id="a clause cut"),
        pytest.param(body(*STORY[:2]), Likeness.EXCERPT, id="the first half"),
        pytest.param(changed("14 kilograms", "41 kilograms"), Likeness.DIFFERENT, id="a corrected number"),
        pytest.param(changed("in Vienna", "in Geneva"), Likeness.DIFFERENT, id="a corrected name"),
        pytest.param(changed("1 September", "1 October"), Likeness.DIFFERENT, id="a corrected date"),
        pytest.param(changed("eleven years", "twelve years"), Likeness.DIFFERENT, id="a number in words"),
        pytest.param(changed("46 in favour and none", "none in favour and 46"), Likeness.DIFFERENT, id="turned round"),
        pytest.param(
            body(*STORY, "On Friday the secretariat said that 3 states had lodged an objection in writing."),
            Likeness.DIFFERENT,
            id="a paragraph of news added",
        ),
        pytest.param(
            body("A flood closed the coastal road.", "Buses run inland."), Likeness.DIFFERENT, id="other news"
        ),
        pytest.param(body(), Likeness.DIFFERENT, id="no words"),
    ],
)
def test_likeness(new: Body, expected: Likeness) -> None:
    assert likeness(new, body(*STORY)) is expected


def test_two_forms_of_a_posting_agree_though_one_may_be_empty() -> None:
    assert bodies_agree(body(*STORY), body(" \n ".join(STORY)))
    assert bodies_agree(body(), body(*STORY))
    assert not bodies_agree(body("Thanks."), body("No thanks, really."))


@given(st.lists(st.text("ab 1", max_size=30), max_size=5), st.lists(st.text("ab 1", max_size=30), max_size=5))
def test_the_measures_are_fractions_and_symmetric(one: list[str], other: list[str]) -> None:
    first, second = body(*(p for p in one if p)), body(*(p for p in other if p))
    for measure in (jaccard, containment):
        assert 0 <= measure(first, second) <= 1
        assert measure(first, second) == measure(second, first)
    assert jaccard(first, second) <= containment(first, second)
    if first.words:
        assert likeness(first, first) is Likeness.DUPLICATE
