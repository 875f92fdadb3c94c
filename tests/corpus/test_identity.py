"""Same, duplicate, excerpt, correction and different, told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drafts import draft
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import BlockKind
from corpus.identity import Body, Likeness, bodies_agree, body_of, containment, jaccard, likeness
from corpus.shingles import fingerprints_of, shingles_of

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
        pytest.param(
            body(*STORY[:3], STORY[3].split(" for a review")[0]), Likeness.DUPLICATE, id="cut short at the end"
        ),
        pytest.param(changed("eleven", "11"), Likeness.DUPLICATE, id="a number spelled otherwise"),
        pytest.param(changed("customs officer", "customs of\u00adficer"), Likeness.DUPLICATE, id="a soft hyphen"),
        pytest.param(changed("port, who", "port [12], who"), Likeness.DUPLICATE, id="a reference mark"),
        pytest.param(body(*STORY, "More: https://news.example/2024/14/7"), Likeness.DUPLICATE, id="a link added"),
        pytest.param(body(*STORY[:2]), Likeness.EXCERPT, id="the first half"),
        pytest.param(changed("14 kilograms", "41 kilograms"), Likeness.DIFFERENT, id="a corrected number"),
        pytest.param(changed("in Vienna", "in Geneva"), Likeness.DIFFERENT, id="a corrected name"),
        pytest.param(changed("1 September", "1 October"), Likeness.DIFFERENT, id="a corrected date"),
        pytest.param(changed("eleven years", "twelve years"), Likeness.DIFFERENT, id="a number in words"),
        pytest.param(changed("46 in favour and none", "none in favour and 46"), Likeness.DIFFERENT, id="turned round"),
        pytest.param(changed("will need", "will not need"), Likeness.DIFFERENT, id="a negation"),
        pytest.param(changed("above 14", "below 14"), Likeness.DIFFERENT, id="a direction"),
        pytest.param(changed("said the list", "said she saw the list"), Likeness.DIFFERENT, id="another speaker"),
        pytest.param(
            changed(", because brokers had moved to new recipes within weeks", ""),
            Likeness.DIFFERENT,
            id="a part left out",
        ),
        pytest.param(
            body("Correction: an earlier version misspelled a word.", *STORY),
            Likeness.DIFFERENT,
            id="a correction's notice",
        ),
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


def test_a_reposters_long_introduction_adds_nothing_until_it_tells_something() -> None:
    plain = "I thought that this piece was better than most, so here it is in full for those who cannot reach it."
    telling = "I thought of this piece when Marta Oyelaran told us in Lisbon that the rule had been her own idea."
    assert likeness(body(plain, *STORY), body(*STORY)) is Likeness.DUPLICATE
    assert likeness(body(telling, *STORY), body(*STORY)) is Likeness.DIFFERENT


def test_a_name_put_in_place_of_another_is_noticed_though_both_stand_elsewhere() -> None:
    said = [
        "Wei Xiaojun met Ana Obando in the capital for talks on the rules that the two sides had drafted in spring.",
        "The rules are too strict for small makers of paint and glue, Wei said after the meeting with reporters.",
        "Both are to meet once more before the summer, when the chamber votes on the money that the checks would cost.",
    ]
    swapped = [one.replace("Wei said", "Obando said") for one in said]
    assert likeness(body(*swapped), body(*said)) is Likeness.DIFFERENT
    assert not bodies_agree(body(*swapped), body(*said))


def test_texts_without_spaces_or_letter_case_are_compared_too() -> None:
    said = "委员会星期三在维也纳开会，投票决定再管制三种化学品。代表们说，此前有两个成员国在秋天提出了请求。" * 2
    assert likeness(body("转发：", said), body(said)) is Likeness.DUPLICATE
    assert likeness(body(said.replace("维也纳", "日内瓦")), body(said)) is Likeness.DIFFERENT
    assert likeness(body(said.replace("三种", "四种")), body(said)) is Likeness.DIFFERENT
    assert likeness(body(said[:40]), body(said)) is not Likeness.DUPLICATE


def test_the_same_words_under_other_kinds_of_block_are_the_same() -> None:
    whole = draft("The headline of it", *STORY)
    blocks = (replace(whole.blocks[0], kind=BlockKind.HEADING), *whole.blocks[1:])
    assert likeness(body_of(replace(whole, blocks=blocks)), body_of(whole)) is Likeness.DUPLICATE


def test_a_moved_paragraph_is_no_addition() -> None:
    more = (
        *STORY,
        *(f"The {word} of the town was sold to one in the north." for word in "hall mill".split()),
    )
    moved = (more[0], more[2], more[1], *more[3:])
    assert likeness(body(*moved), body(*more)) is Likeness.DUPLICATE


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["word"] * 20_000, id="one word"),
        pytest.param(["this", "that"] * 10_000, id="two words"),
        pytest.param([f"w{number}" for number in range(20_000)], id="all different"),
    ],
)
def test_a_huge_text_is_compared_in_linear_time(words: list[str]) -> None:
    changed = [word if number % 97 else "Other" for number, word in enumerate(words)]
    turned = words[10_000:] + words[:10_000]
    for other in (changed, turned):
        assert likeness(body(" ".join(other)), body(" ".join(words))) in Likeness


@given(st.lists(st.integers(0, 40), min_size=45, max_size=400), st.integers(0, 300), st.integers(0, 300))
def test_texts_that_share_a_run_of_36_words_share_a_fingerprint(run: list[int], before: int, after: int) -> None:
    shared = [f"w{one}" for one in run[:36]]
    one = [f"a{number}" for number in range(before)] + shared + [f"b{number}" for number in range(after)]
    other = [f"c{number}" for number in range(after)] + shared + [f"d{number}" for number in range(before)]
    assert fingerprints_of(shingles_of(one)) & fingerprints_of(shingles_of(other))


def test_shingles_are_the_same_in_every_process() -> None:
    assert shingles_of(["the", "quick", "brown", "fox", "jumps", "over"]) == [1738715074, 3718152239]


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
