from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from drafts import NOON, draft
from fakes import WordHashEmbedder
from topic_scores import article_score

from corpus.article import Article, Block, BlockKind, Draft
from retrieval.models.embedding import Vectors
from retrieval.topics.desks import DESKS, desks_named, subject_words
from retrieval.topics.relevance import TopicJudge
from retrieval.topics.topic import Topic, stands_in, usable_words
from retrieval.topics.topic_aim import DeskVectors

NAMES = list(DESKS)


def names_of(topic: str) -> set[str]:
    return {NAMES[place] for place in desks_named(topic)}


@pytest.mark.parametrize(
    ("topic", "desks"),
    [
        ("sports", {"sport"}),
        ("Latest SPORTS news", {"sport"}),
        ("sci/tech", {"science", "technology"}),
        ("business and finance", {"business, economy and finance"}),
        ("world news", {"war and conflict", "politics and government", "disaster and accident"}),
        ("all that happened in sports today", {"sport"}),
        ("football", set()),
        ("US politics", set()),
        ("no sports", set()),
        ("sports in Norway", set()),
        ("fentanyl precursors", set()),
        ("news", set()),
        ("", set()),
    ],
)
def test_a_topic_names_desks_only_if_it_names_nothing_else(topic: str, desks: set[str]) -> None:
    assert names_of(topic) == desks


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("latest news on Ukraine", ["Ukraine"]),
        ("football, tennis and golf", ["football", "tennis", "golf"]),
        ("news", ["news"]),
        ("C++ and .NET", ["C++", "NET"]),
        (" ... ", []),
    ],
)
def test_the_words_of_a_topic_are_those_that_say_what_it_is_about(topic: str, words: list[str]) -> None:
    assert subject_words(topic) == words


def test_a_list_of_a_desks_things_is_broader_than_one_of_them_and_a_named_part_makes_it_the_desk() -> None:
    desks = DeskVectors(WordHashEmbedder(dimension=512))
    single, listed, named = (
        desks.aim(topic) for topic in ("sport player", "sport, player, sport", "rowing boats and other sports")
    )
    assert single.breadth == 0 < listed.breadth <= 1 == named.breadth
    assert named.desks[NAMES.index("sport")] == 1


class StretchedEmbedder(WordHashEmbedder):
    """Cosines that lie elsewhere, as those of E5 and BGE do: of unlike texts they are 0.5 and more."""

    def __init__(self, stretch: float, shift: float) -> None:
        super().__init__(dimension=512)
        self._stretch, self._shift = stretch, shift

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        rows = super().embed_passages(texts)
        common = np.full((len(rows), 1), np.sqrt(self._shift), dtype=np.float32)
        return np.concatenate([np.sqrt(self._stretch) * rows, common], axis=1).astype(np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)


@pytest.mark.parametrize("topic", ["sports", "a tennis tournament", "tennis, football and golf"])
def test_scores_do_not_hang_on_where_an_encoders_cosines_lie(topic: str) -> None:
    texts = ["A tennis tournament final in the football season", "Stocks and shares of a software company"]
    several = [StretchedEmbedder(100, 0), StretchedEmbedder(100, 0.5), StretchedEmbedder(200, 0.5)]
    first, *others = [TopicJudge(one).passage_scores(topic, one.embed_passages(texts)) for one in several]
    assert abs(first[0] - first[1]) > 1
    for scores in others:
        np.testing.assert_allclose(scores, first, atol=0.02)


def test_a_report_of_another_desk_is_further_from_a_topic_than_one_of_its_own() -> None:
    judge = TopicJudge(embedder := WordHashEmbedder(dimension=512))
    sport, trade = embedder.embed_passages(
        ["The tennis tournament final ended early", "Stocks and shares on Wall Street fell"]
    )
    for topic in ("sports", "a tennis tournament"):
        scores = judge.passage_scores(topic, np.stack([sport, trade]))
        assert scores[0] > scores[1]
    assert np.argmax(judge.passage_scores("business", np.stack([sport, trade]))) == 1


class CountingEmbedder(WordHashEmbedder):
    asked = 0

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        self.asked += len([text for text in texts if text not in DESKS])
        return super().embed_questions(texts)


def test_a_topic_is_encoded_once_for_all_articles_and_another_one_anew() -> None:
    judge, plain = TopicJudge(model := CountingEmbedder(dimension=512)), WordHashEmbedder(dimension=512)
    rows = plain.embed_passages(["The ferry sank in the harbour", "Shares fell"])
    for topic, asked in (("the ferry", 1), ("the ferry", 1), ("falling shares", 2), ("the ferry", 3)):
        np.testing.assert_array_equal(judge.passage_scores(topic, rows), TopicJudge(plain).passage_scores(topic, rows))
        assert model.asked == asked


def test_the_score_is_a_chance_that_grows_with_the_words_shared() -> None:
    passages = np.asarray([-1.0, 0.5, -9.0], dtype=np.float32)
    judge = TopicJudge(WordHashEmbedder(dimension=512))
    few, many = (article_score(judge, "tennis", passages, share) for share in (0.0, 1.0))
    assert 0 < few < many < 1
    assert article_score(judge, "sports", passages, 1.0) == few  # a desk's own name says little
    assert article_score(judge, "tennis", passages[:0], 1.0) == 0
    assert 0 < judge.threshold < 1


@pytest.mark.parametrize(
    ("words", "text", "there"),
    [
        ("ferry", "The FERRY sank", True),
        ("ferry", "ferrying people", False),
        ("4-AP", "made of 4-AP.", True),
        ("four masts", "four\nmasts", True),
        ("Xi's", "Xi’s visit", True),
        ("straße", "STRASSE", True),
        ("c++", "written in C++, mostly", True),
        ("(", "a (b)", False),
        ("  ", "anything", False),
        ("107,000", "more than 107,000 people", True),
        ("7,000", "more than 107,000 people", False),
    ],
)
def test_words_are_compared_whole_and_without_case(words: str, text: str, there: bool) -> None:
    assert stands_in(words, text) is there


def test_quoted_mail_and_furniture_do_not_count_as_an_articles_words() -> None:
    made = draft("The ferry sank.")
    text = made.text + "\n\nSomebody wrote: olives"
    blocks = (*made.blocks, Block(BlockKind.QUOTED, len(made.text) + 2, len(text)))
    article = Article(
        kind=made.kind,
        title="Tugs",
        text=text,
        blocks=blocks,
        number=1,
        revision="r",
        collection="c",
        archived_at=NOON,
    )
    assert isinstance(article, Draft)
    assert Topic(must=("ferry", "tugs")).admits(article)
    assert not Topic(must=("olives",)).admits(article)
    assert Topic(not_words=("olives",)).admits(article)


def test_blank_words_mean_nothing() -> None:
    assert usable_words([" a ", "", "  ", "b", "a"]) == ("a", "b")


@pytest.mark.real
def test_the_packaged_model_tells_sport_from_business() -> None:
    from retrieval.models.sentence_model import SentenceModel

    judge = TopicJudge(model := SentenceModel())
    vectors = model.embed_passages(
        [
            "The striker scored twice as United came from behind to win the derby.",
            "Shares fell after the carmaker warned that profit would miss forecasts this quarter.",
        ]
    )
    for topic, expected in (("sports", [True, False]), ("business news", [False, True])):
        scores = judge.passage_scores(topic, vectors)
        passed = [article_score(judge, topic, scores[row : row + 1], 0.0) >= judge.threshold for row in range(2)]
        assert passed == expected
