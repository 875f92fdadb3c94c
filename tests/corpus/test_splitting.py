from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Block, BlockKind, Draft, Kind
from corpus.sentences import sentence_spans
from corpus.splitting import MOST_WORDS, split_into_passages


def draft_of(*blocks: tuple[BlockKind, str]) -> Draft:
    text, places = "", []
    for kind, words in blocks:
        text += "\n\n" if text else ""
        places.append(Block(kind, len(text), len(text) + len(words)))
        text += words
    return Draft(text=text, blocks=tuple(places), kind=Kind.ARTICLE)


WORDS = st.text(st.sampled_from("abc"), min_size=1, max_size=4)
SENTENCE = st.lists(WORDS, min_size=1, max_size=60).map(lambda words: " ".join(words).capitalize() + ".")
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=15).map(" ".join)
BLOCKS = st.lists(st.tuples(st.sampled_from(BlockKind), PARAGRAPH), max_size=6)


@given(blocks=BLOCKS)
def test_every_word_of_the_body_lies_in_a_passage_and_no_word_of_a_quoted_mail_does(
    blocks: list[tuple[BlockKind, str]],
) -> None:
    draft = draft_of(*blocks)
    covered = set[int]()
    for place in split_into_passages(draft):
        assert 0 <= place.start < place.end <= len(draft.text)
        covered |= set(range(place.start, place.end))
    for block in draft.blocks:
        places = {place for place in range(block.start, block.end) if not draft.text[place].isspace()}
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.CAPTION):
            assert places <= covered
        if block.kind in (BlockKind.QUOTED, BlockKind.BOILERPLATE):
            assert not places & covered


@given(blocks=BLOCKS)
def test_a_passage_is_of_one_kind_and_no_longer_than_an_encoder_reads(blocks: list[tuple[BlockKind, str]]) -> None:
    draft = draft_of(*blocks)
    for place in split_into_passages(draft):
        kinds = {block.kind for block in draft.blocks if block.start < place.end and block.end > place.start}
        assert kinds == {place.kind}
        if place.kind is BlockKind.PARAGRAPH:
            assert len(draft.text[place.start : place.end].split()) <= MOST_WORDS + 60


def test_short_paragraphs_share_a_passage() -> None:
    draft = draft_of((BlockKind.PARAGRAPH, "One. Two."), (BlockKind.PARAGRAPH, "Three."))
    assert [draft.text[place.start : place.end] for place in split_into_passages(draft)] == ["One. Two.\n\nThree."]


def test_windows_of_a_long_paragraph_share_a_sentence_and_cut_none() -> None:
    paragraph = " ".join(f"Sentence number {number} has exactly eight words here." for number in range(60))
    draft = draft_of((BlockKind.PARAGRAPH, paragraph))
    places = split_into_passages(draft)
    starts = {start for start, _ in sentence_spans(paragraph)}
    ends = {end for _, end in sentence_spans(paragraph)}
    assert len(places) > 2
    assert all(place.start in starts and place.end in ends for place in places)
    assert all(later.start < earlier.end for earlier, later in itertools.pairwise(places))


def test_a_text_without_full_stops_is_cut_between_words() -> None:
    draft = draft_of((BlockKind.PARAGRAPH, " ".join(f"w{number}" for number in range(1000))))
    places = split_into_passages(draft)
    words = [word for place in places for word in draft.text[place.start : place.end].split()]
    assert words == draft.text.split()


def test_headings_are_searched_only_where_there_is_nothing_else() -> None:
    heading = (BlockKind.HEADING, "A headline")
    assert [place.kind for place in split_into_passages(draft_of(heading))] == [BlockKind.HEADING]
    kinds = [place.kind for place in split_into_passages(draft_of(heading, (BlockKind.PARAGRAPH, "Words.")))]
    assert kinds == [BlockKind.PARAGRAPH]
