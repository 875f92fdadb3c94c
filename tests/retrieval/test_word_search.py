"""What a question's words find in an archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from drafts import NOON, draft
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import EVERYTHING, Draft, Scope
from corpus.posting_records import PostingKeys
from retrieval.questions.question import any_of, understand
from retrieval.word_search import SCORED, best_passages, count_articles, parted, scored_of


@pytest.fixture(scope="module")
def archive() -> Iterator[Archive]:
    with Archive.empty() as archive:
        add(
            archive,
            draft("Precursors such as 4-AP, 1-boc-4-AP and norfentanyl were listed."),
            draft("More than 107,000 people died; 4 of them met AP reporters for 2,000 words."),
            draft("The company of Seán O’Brien paid $1.2bn, of which 2 went to O'Neill's brother."),
            draft("Officials of the U.S. spoke of COVID-19 to the WHO."),
            draft("Ask wei.lin@example.org, or see https://www.example.org/archive/china-2024?page=2 first."),
            draft("They wrote it in C++ at first."),
            draft("The letter C stands for cold."),
            draft("中国外交部发言人在北京说，会议在Google举行。", outlet="新闻"),
            draft("Президента Путина встретили в Москве."),
            draft("서울에서 회담이 열렸다."),
            draft("การประชุมจัดขึ้นที่กรุงเทพ"),
            draft("Das Gesetz kostet 107 000 Euro, schrieb Müller."),
            draft("Nothing else happened in 2031 to any of them."),
        )
        yield archive


def add(archive: Archive, *drafts: Draft) -> None:
    with archive.transaction():
        for one in drafts:
            keys = PostingKeys(location=None, body_hash=one.text, sender_key=None, moment=None, sketch=())
            archive.add(one, collection="press", original=b"", keys=keys, now=NOON, news=True)


def found(archive: Archive, text: str, scope: Scope = EVERYTHING) -> list[int]:
    """The numbers of the articles, best first."""
    ranked = best_passages(understand(text), archive.passages, scope, 50)
    passages = archive.passages.get(number for number, _ in ranked)
    return [passages[number].article for number, _ in ranked]


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("4-AP", [1]),
        ("1-boc-4-AP", [1]),
        ("107,000", [2, 12]),
        ("107000", [2, 12]),
        ("107\u00a0000", [2, 12]),
        ("2000", [2]),
        ("$1.2bn", [3]),
        ("$1.2 billion", [3]),
        ("O'Brien", [3]),
        ("O’Brien’s", [3]),
        ("O’Neill", [3]),
        ("US", [4]),
        ("U.S.’s", [4]),
        ("Covid19", [4]),
        ("What did the WHO hear?", [4]),
        ("wei.lin@example.org", [5]),
        ("https://www.example.org/archive/china-2024?page=2.", [5]),
        ("C++", [6]),
        ("Muller", [12]),
        ("北京", [8]),
        ("京", [8]),
        ("会议在北京举行了吗？", [8]),
        ("Google 会议", [8]),
        ("Путин", [9]),
        ("Москва", [9]),
        ("서울", [10]),
        ("กรุงเทพ", [11]),
    ],
)
def test_a_question_finds_what_it_names_and_nothing_else(archive: Archive, text: str, articles: list[int]) -> None:
    assert sorted(found(archive, text)) == articles
    assert count_articles(understand(text), archive.passages, EVERYTHING) == len(articles)


def test_a_scope_holds_for_words_and_for_strings(archive: Archive) -> None:
    assert found(archive, "北京", Scope(outlet="新闻")) == [8]
    assert found(archive, "北京", Scope(outlet="Gazette")) == [] == found(archive, "precursors", Scope(outlet="新闻"))
    assert count_articles(understand("北京"), archive.passages, Scope(outlet="Gazette")) == 0


def test_articles_that_hold_every_word_are_counted_before_those_that_hold_any(archive: Archive) -> None:
    def count(text: str) -> int:
        return count_articles(understand(text), archive.passages, EVERYTHING)

    assert count("precursors norfentanyl") == 1
    assert count("precursors reporters") == 2
    assert count("Google 北京") == 1
    assert count("zebra") == 0


def test_the_rarest_words_find_and_frequent_ones_are_left_out_unless_they_are_all_there_is() -> None:
    held_by = {"people": 900, "crisis": 60, "fentanyl": 20, "opioid": 30, "2024": 800}
    assert parted(held_by, certain={"2024"}, most=500, scored=60) == (["fentanyl", "opioid"], ["crisis", "2024"])
    assert parted(held_by, certain=set(), most=500, scored=1000) == (["fentanyl", "opioid", "crisis"], [])
    assert parted({"people": 900, "year": 800}, certain=set(), most=500, scored=60) == (["year"], ["people"])
    assert parted({}, certain=set(), most=500, scored=60) == ([], [])


def test_a_large_archive_has_the_same_share_of_its_passages_scored_and_a_small_one_the_same_number() -> None:
    assert scored_of(0) == scored_of(100_000) == SCORED
    assert scored_of(1_000_000) == 10 * SCORED


HOSTILE = st.one_of(
    st.text(max_size=2000),
    st.lists(
        st.sampled_from(
            [
                *"😀#北“”\u00a0",
                "C++",
                "1.2bn",
                "U.S.",
                "a@b.c",
                "https://",
                "0" * 20,
                '"',
                "'",
                "*",
                "^",
                "(",
                ")",
                ":",
                "-",
                "+",
                "{",
                "}",
                "NEAR(",
                "AND",
                "OR",
                "NOT",
                "title:",
                "\0",
                "\ud800",
            ]
        ),
        max_size=300,
    ).map(" ".join),
)


@given(text=HOSTILE)
@example(text='" OR body : (')
@example(text="\ud800 lone")
@example(text="NEAR(a b, 2) AND NOT *")
@example(text="北" * 2000)
@example(text=" ".join(f"w{number}" for number in range(600)))
def test_no_text_breaks_the_search(archive: Archive, text: str) -> None:
    best_passages(understand(text), archive.passages, EVERYTHING, 10)
    count_articles(understand(text), archive.passages, Scope(outlet="新闻"))


def test_leaving_out_of_the_count_what_frequent_words_alone_find_keeps_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With so little scored that most passages are left out, every passage that holds a rare word scores as in full."""
    words = ["alpha", "beta", "gamma", "delta"]
    texts = [
        " ".join([*(word for n, word in enumerate(words) if number % (n + 2) == 0), "filler"]) for number in range(60)
    ]
    with Archive.empty() as archive:
        add(archive, *(draft(f"{text} {number}") for number, text in enumerate(texts)))
        question = understand("alpha beta gamma delta")
        ranked = best_passages(question, archive.passages, EVERYTHING, 50, scored=12)
        whole = dict(archive.passages.matching(any_of(question.units), limit=100, scope=EVERYTHING))
    assert {number for number, _ in ranked} == {number + 1 for number in range(60) if number % 5 == 0}
    assert all(score == pytest.approx(whole[number]) for number, score in ranked)
