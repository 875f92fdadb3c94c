from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from drafts import NOON, record
from fakes import WordHashEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import EVERYTHING, Kind, RawItem, Scope, article_number
from corpus.ingest import ingest
from retrieval.digests.digest import Digest, LeftOutReason, digest_as_data
from retrieval.digests.digesting import DigestComposer
from retrieval.digests.preview import preview
from retrieval.index.passage_vectors import embed_missing
from retrieval.stories.reports import NOTHING_SEEN
from retrieval.topics.relevance import TopicJudge
from retrieval.topics.topic import Sources, Topic

FERRY = "A ferry with 214 passengers ran aground off Karpathos on Monday and was pulled free by three tugs."
FERRY_TOO = "Three tugs pulled free a ferry that ran aground off Karpathos on Monday with 214 passengers aboard."
TUGS = "The owner of the tugs said that salvage would cost the shipping line more than two million euros."
OLIVES = "Olive growers in Andalusia expect the smallest harvest for thirty years."
RAIN = "No rain fell in spring. Reservoirs near Seville hold a fifth of what they can."
LIBRARY = "The town library of Visby reopened with a children's wing, paid for by a shipping company."


class Shelf:
    """An archive to fill in one line, and digests of it that count words."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.embedder = WordHashEmbedder(dimension=512)
        self.composer = DigestComposer(archive, self.embedder, threshold=0.0)

    def put(self, *items: RawItem) -> list[int]:
        reports = ingest(self.archive, items, collection="wire", clock=lambda: NOON)
        return [report.article.number for report in reports if report.article is not None]

    def put_texts(self, *texts: str) -> list[int]:
        first = self.archive.last_arrival() + 1
        return self.put(*(record(f"x{number}", text) for number, text in enumerate(texts, start=first)))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Archive.open(tmp_path) as archive:
        yield Shelf(archive)


def outcomes(digest: Digest) -> dict[int, str]:
    """What became of each article."""
    told = {item.article.number: f"update of {item.update_of}" if item.update_of else "item" for item in digest.items}
    return told | {left.article: f"{left.reason} {left.into or ''}".strip() for left in digest.left_out}


def test_each_story_is_told_once_in_its_own_words(shelf: Shelf) -> None:
    numbers = shelf.put_texts(FERRY, OLIVES, FERRY_TOO)
    digest = shelf.composer.compose(Topic(), numbers)
    assert outcomes(digest) == {1: "item", 2: "item", 3: "folded 1"}
    ferry = next(item for item in digest.items if item.article.number == 1)
    assert (ferry.sentence.text, ferry.also, ferry.why) == (FERRY, (3,), "everything new")
    assert [report.story for report in ferry.reports] == [1, 1]
    assert digest.considered == 3


def test_the_sentence_is_the_one_that_matches_the_topic(shelf: Shelf) -> None:
    text = f"{OLIVES}\n\n{RAIN}\n\n{LIBRARY}"
    [number] = shelf.put_texts(text)
    digest = shelf.composer.compose(Topic("the reservoirs of Seville"), [number])
    [item] = digest.items
    assert item.sentence.text == "Reservoirs near Seville hold a fifth of what they can."
    assert item.sentence.text == text[item.sentence.start : item.sentence.end]
    assert item.why == "has the words: reservoirs, Seville"
    assert shelf.composer.compose(Topic(), [number]).items[0].sentence.text == OLIVES


def test_the_closest_comes_first_and_the_rest_is_accounted_for(shelf: Shelf) -> None:
    numbers = shelf.put_texts(OLIVES, LIBRARY, FERRY)
    digest = shelf.composer.compose(Topic("a ferry aground off Karpathos"), numbers, limit=1)
    assert outcomes(digest) == {3: "item", 1: "over_limit", 2: "over_limit"}
    assert digest.items[0].score > max(left.score for left in digest.left_out)


def test_what_is_not_about_the_topic_is_left_out_with_its_score(shelf: Shelf) -> None:
    numbers = shelf.put_texts(OLIVES, FERRY)
    scores = {left.article: left.score for left in _below(shelf, Topic("ferry off Karpathos"), numbers, 1.0)}
    assert set(scores) == {1, 2}
    middle = (scores[1] + scores[2]) / 2
    assert [left.article for left in _below(shelf, Topic("ferry off Karpathos"), numbers, middle)] == [1]


def _below(shelf: Shelf, topic: Topic, numbers: list[int], threshold: float) -> list[object]:
    digest = DigestComposer(shelf.archive, shelf.embedder, threshold=threshold).compose(topic, numbers)
    assert all(left.reason is LeftOutReason.BELOW_THRESHOLD for left in digest.left_out)
    return list(digest.left_out)


def test_words_that_must_and_must_not_stand_there(shelf: Shelf) -> None:
    numbers = shelf.put_texts(FERRY, OLIVES, LIBRARY)
    topic = Topic(must=("SHIPPING  company",), not_words=("olive",))
    assert outcomes(shelf.composer.compose(topic, numbers)) == {1: "below_threshold", 2: "below_threshold", 3: "item"}
    without = Topic(not_words=("ship", "KARPATHOS"))
    assert outcomes(shelf.composer.compose(without, numbers)) == {1: "below_threshold", 2: "item", 3: "item"}


def test_a_seen_story_comes_back_only_with_news(shelf: Shelf) -> None:
    [first] = shelf.put_texts(FERRY)
    posted = shelf.composer.compose(Topic(), [first])
    seen = replace(
        NOTHING_SEEN,
        articles=frozenset({first}),
        reports=tuple(report for item in posted.items for report in item.reports),
    )
    again, news = shelf.put_texts(FERRY_TOO, f"{FERRY_TOO} {TUGS}")
    assert outcomes(shelf.composer.compose(Topic(), [first, again], seen=seen)) == {1: "seen 1", 2: "seen 1"}
    digest = shelf.composer.compose(Topic(), [again, news], seen=seen)
    assert outcomes(digest) == {news: "update of 1", again: f"folded {news}"}
    assert digest.items[0].sentence.text == TUGS
    assert {report.story for report in digest.items[0].reports} == {first}


def test_a_removed_article_is_still_remembered(shelf: Shelf) -> None:
    [first] = shelf.put_texts(FERRY)
    posted = shelf.composer.compose(Topic(), [first])
    with shelf.archive.transaction():
        shelf.archive.remove([first], NOON)
    seen = replace(NOTHING_SEEN, articles=frozenset({first}), reports=posted.items[0].reports)
    [again] = shelf.put_texts(FERRY_TOO)
    assert outcomes(shelf.composer.compose(Topic(), [again], seen=seen)) == {again: f"seen {first}"}


def test_another_posting_of_the_same_text_is_the_same_story_at_any_distance_of_time(shelf: Shelf) -> None:
    long = " ".join([FERRY, TUGS, OLIVES, RAIN])
    first, copy = shelf.put(record("a", long, published="2024-01-01"), record("b", long, published="2024-06-01"))
    assert shelf.archive.article(copy).duplicate_of == first  # type: ignore[union-attr]
    assert outcomes(shelf.composer.compose(Topic(), [first, copy])) == {first: "item", copy: f"folded {first}"}
    seen = shelf.composer.seen_articles([copy])
    assert outcomes(shelf.composer.compose(Topic(), [first], seen=seen)) == {first: f"seen {copy}"}


def test_an_earlier_posting_that_comes_later_is_no_new_story(shelf: Shelf) -> None:
    long = " ".join([FERRY, TUGS, OLIVES, RAIN])
    [later] = shelf.put(record("b", long, published="2024-06-01"))
    posted = shelf.composer.compose(Topic(), [later])
    seen = replace(NOTHING_SEEN, articles=frozenset({later}), reports=posted.items[0].reports)
    [earlier] = shelf.put(record("a", long, published="2024-01-01"))
    assert shelf.archive.article(later).duplicate_of == earlier  # type: ignore[union-attr]
    assert outcomes(shelf.composer.compose(Topic(), [earlier], seen=seen)) == {earlier: f"seen {later}"}


def test_the_whole_of_an_article_is_an_update_of_its_excerpt(shelf: Shelf) -> None:
    paragraph = f"{FERRY} {LIBRARY}"
    [part] = shelf.put(record("part", paragraph, published="2024-06-01"))
    posted = shelf.composer.compose(Topic(), [part])
    seen = replace(NOTHING_SEEN, articles=frozenset({part}), reports=posted.items[0].reports)
    [whole] = shelf.put(record("whole", f"{paragraph} {TUGS} {OLIVES} {RAIN}", published="2024-06-02"))
    assert shelf.archive.article(part).excerpt_of == whole  # type: ignore[union-attr]
    assert outcomes(shelf.composer.compose(Topic(), [whole], seen=seen)) != {whole: f"seen {part}"}


def test_a_report_made_with_another_model_is_made_anew(shelf: Shelf) -> None:
    [first] = shelf.put_texts(FERRY)
    [report] = shelf.composer.compose(Topic(), [first]).items[0].reports
    seen = replace(NOTHING_SEEN, articles=frozenset({first}), reports=(replace(report, model="an older model"),))
    [again] = shelf.put_texts(FERRY_TOO)
    assert outcomes(shelf.composer.compose(Topic(), [again], seen=seen)) == {again: f"seen {first}"}


def test_a_report_of_the_older_form_is_made_anew_or_taken_as_it_is(shelf: Shelf) -> None:
    [first] = shelf.put_texts(FERRY)
    [report] = shelf.composer.compose(Topic(), [first]).items[0].reports
    older = replace(report, names=frozenset({1, 2, 3}), numbers=None)
    seen = replace(NOTHING_SEEN, articles=frozenset({first}), reports=(older,))
    [again] = shelf.put_texts(FERRY_TOO)
    assert outcomes(shelf.composer.compose(Topic(), [again], seen=seen)) == {again: f"seen {first}"}
    gone = replace(seen, reports=(replace(older, number=99, names=report.names),))
    assert outcomes(shelf.composer.compose(Topic(), [again], seen=gone)) == {again: f"seen {first}"}


def test_only_articles_are_considered_and_missing_numbers_are_passed_over(shelf: Shelf) -> None:
    numbers = shelf.put_texts(FERRY)
    with shelf.archive.transaction():
        article = shelf.archive.article(1)
        assert article is not None
    digest = shelf.composer.compose(Topic(), [*numbers, 99, *numbers])
    assert digest.considered == 1
    assert shelf.composer.compose(Topic(), []).is_empty
    with pytest.raises(ValueError, match="1 to 10000"):
        shelf.composer.compose(Topic(), numbers, limit=0)


def test_stored_vectors_are_used_and_only_missing_ones_encoded(shelf: Shelf) -> None:
    numbers = shelf.put_texts(FERRY, OLIVES)
    embed_missing(shelf.archive, shelf.embedder)
    numbers += shelf.put_texts(LIBRARY)
    shelf.embedder.embedded.clear()
    shelf.composer.compose(Topic(), numbers)
    assert shelf.embedder.embedded == [LIBRARY]


def test_the_earliest_leads_unless_another_is_much_fuller(shelf: Shelf) -> None:
    early, late = shelf.put(
        record("late", FERRY, published="2024-07-03"), record("early", FERRY_TOO, published="2024-07-01")
    )
    assert outcomes(shelf.composer.compose(Topic(), [early, late])) == {late: "item", early: f"folded {late}"}
    [full] = shelf.put(record("full", f"{FERRY} {TUGS} {TUGS} {RAIN}", published="2024-07-04"))
    digest = shelf.composer.compose(Topic(), [early, late, full])
    assert [item.article.number for item in digest.items] == [full]


# The preview of the command line


def test_a_preview_goes_by_publication_and_always_holds_what_has_no_date(shelf: Shelf) -> None:
    shelf.put(
        record("old", OLIVES, published="2024-06-30"),
        record("month", FERRY, published="2024-07"),
        record("none", LIBRARY),
    )
    scope = Scope(since=dt.date(2024, 7, 10), until=dt.date(2024, 7, 20))
    digest = preview(shelf.archive, shelf.composer, Topic(), scope, 8)
    assert sorted(item.article.external_id or "" for item in digest.items) == ["month", "none"]
    assert preview(shelf.archive, shelf.composer, Topic(), EVERYTHING, 8).considered == 3
    assert preview(shelf.archive, shelf.composer, Topic(), Scope(collections=frozenset()), 8).considered == 0


def test_a_preview_takes_both_kinds_of_id_as_seen(shelf: Shelf) -> None:
    shelf.put_texts(FERRY, OLIVES, FERRY_TOO, LIBRARY)
    digest = preview(shelf.archive, shelf.composer, Topic(), EVERYTHING, 8, ["x1", " A-2 ", "", "unknown", "A-77"])
    assert outcomes(digest) == {1: "seen 1", 2: "seen 2", 3: "seen 1", 4: "item"}


def test_the_data_of_a_digest_has_the_promised_keys(shelf: Shelf) -> None:
    numbers = shelf.put(
        record("a", FERRY, published="2024-07-01", title="Ferry aground", outlet="The Wire"),
        record("b", FERRY_TOO),
        record("c", OLIVES),
    )
    digest = shelf.composer.compose(Topic("ferry"), numbers, limit=1)
    data = json.loads(json.dumps(digest_as_data(digest)))
    [item] = data["items"]
    score = item.pop("score")
    assert 0 < score < 1
    assert item == {
        "article": "A-1",
        "external_id": "a",
        "title": "Ferry aground",
        "outlet": "The Wire",
        "published": "2024-07-01",
        "sentence": {"start": 0, "end": len(FERRY), "text": FERRY},
        "why": "has the words: ferry",
        "also": [{"article": "A-2", "external_id": "b"}],
        "update_of": None,
    }
    assert list(data) == ["topic", "considered", "items", "left_out"]
    assert (data["topic"], data["considered"]) == ("ferry", 3)
    by_article = {left["article"]: left for left in data["left_out"]}
    assert {name: left["reason"] for name, left in by_article.items()} == {"A-2": "folded", "A-3": "over_limit"}
    assert by_article["A-2"]["into"] == "A-1" and by_article["A-3"]["into"] is None
    assert set(by_article["A-2"]) == {"article", "external_id", "reason", "into", "score"}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.one_of(
            st.sampled_from([FERRY, FERRY_TOO, OLIVES, RAIN, LIBRARY, f"{FERRY} {TUGS}"]),
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80).filter(str.strip),
        ),
        min_size=1,
        max_size=8,
    ),
    topic=st.sampled_from(["", "ferry", "sports", "the", "olive harvest in Spain", "?"]),
    limit=st.integers(1, 5),
    seen=st.sets(st.integers(1, 8)),
)
def test_every_article_is_an_item_or_left_out_once_and_every_word_is_its_own(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], topic: str, limit: int, seen: set[int]
) -> None:
    with Archive.open(tmp_path_factory.mktemp("archive")) as archive:
        shelf = Shelf(archive)
        numbers = shelf.put_texts(*texts)
        digest = preview(archive, shelf.composer, Topic(topic), EVERYTHING, limit, [f"A-{one}" for one in seen])
        told = [item.article.number for item in digest.items] + [left.article for left in digest.left_out]
        considered = [article.number for article in archive.articles() if article.kind is Kind.ARTICLE]
        assert sorted(told) == sorted(considered) == sorted(set(numbers))
        assert len(digest.items) <= limit
        folded = {left.article: left.into for left in digest.left_out if left.reason is LeftOutReason.FOLDED}
        for item in digest.items:
            text = archive.article(item.article.number)
            assert text is not None and text.text[item.sentence.start : item.sentence.end] == item.sentence.text
            assert all(folded[other] == item.article.number for other in item.also)
            assert item.article.number not in seen
        data = digest_as_data(digest)
        assert isinstance(data["items"], list)
        assert all(article_number(one["article"]) in told for one in data["items"])


def test_stories_over_the_limit_are_told_too_where_they_are_asked_for(shelf: Shelf) -> None:
    numbers = shelf.put_texts(OLIVES, LIBRARY, FERRY, FERRY_TOO)
    topic = Topic("a ferry aground off Karpathos")
    digest = shelf.composer.compose(topic, numbers, limit=1, rest=1)
    whole = shelf.composer.compose(topic, numbers, limit=3)
    assert [item.article.number for item in (*digest.items, *digest.rest)] == [
        item.article.number for item in whole.items[:2]
    ]
    assert digest.rest[0].reports
    assert digest.stories == whole.stories == 3
    assert outcomes(digest)[digest.rest[0].article.number] == "over_limit"


def test_a_digest_may_ask_for_more_than_is_usual(shelf: Shelf) -> None:
    numbers = shelf.put_texts(OLIVES, FERRY)
    topic = Topic("ferry off Karpathos")
    usual = shelf.composer.compose(topic, numbers)
    least = (usual.items[0].score + usual.items[1].score) / 2
    digest = shelf.composer.compose(topic, numbers, threshold=least)
    assert outcomes(digest) == {1: "below_threshold", 2: "item"}
    assert (usual.threshold, digest.threshold) == (shelf.composer.threshold, least)


def test_matches_say_what_speaks_for_an_article_and_against_it(shelf: Shelf) -> None:
    numbers = shelf.put_texts(FERRY, OLIVES, LIBRARY)
    topic = Topic("ferries near Karpathos", must=("tugs",), not_words=("olive",))
    ferry, olives, library = shelf.composer.matches(topic, numbers)
    assert (ferry.words, ferry.lacks, ferry.bars) == (("ferries", "Karpathos"), (), ())
    assert (olives.words, olives.lacks, olives.bars) == ((), ("tugs",), ("olive",))
    assert (library.lacks, library.bars) == (("tugs",), ())
    assert [match.reaches(0.0) for match in (ferry, olives, library)] == [True, False, False]
    composed = shelf.composer.compose(topic, numbers)
    assert composed.items[0].score == ferry.score
    assert composed.items[0].words == ferry.words
    assert [left.lacks for left in composed.left_out] == [("tugs",), ("tugs",)]


def test_what_title_and_first_paragraph_name_matches_however_long_the_article_is(shelf: Shelf) -> None:
    others = " ".join([OLIVES, FERRY, TUGS, LIBRARY, FERRY_TOO])
    numbers = shelf.put_texts(f"{others} {RAIN}", f"{others}\n\n{others} {RAIN}")
    usual = TopicJudge(shelf.embedder).threshold
    first, later = shelf.composer.matches(Topic("reservoirs"), numbers)
    assert first.reaches(usual) and first.score == usual
    assert later.words == ("reservoirs",) and not later.reaches(usual)


def test_a_digest_keeps_to_its_sources_and_never_to_hidden_ones(shelf: Shelf) -> None:
    one, two, three = shelf.put(
        record("one", FERRY, outlet="Night Post"), record("two", OLIVES, outlet="Gazette"), record("three", LIBRARY)
    )
    every = [one, two, three]

    def taken(**fields: frozenset[str]) -> list[int]:
        digest = shelf.composer.compose(Topic(), every, sources=Sources(**fields))
        assert digest.considered == len(digest.items)
        return sorted(item.article.number for item in digest.items)

    assert taken() == every
    assert taken(outlets=frozenset({"night post"})) == [one]
    assert taken(outlets=frozenset({"Gazette"}), collections=frozenset({"wire"})) == every
    assert taken(collections=frozenset({"elsewhere"})) == []
    assert taken(hidden=frozenset({"wire"})) == []
    assert taken(collections=frozenset({"wire"}), hidden=frozenset({"wire"})) == []
