"""A real desk over a small archive, with the embedder and the reranker that count words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from drafts import NOON, draft
from fakes import WordHashEmbedder, WordOverlapReranker

from bot.desk import Desk
from corpus.archive import Archive
from corpus.article import Draft
from corpus.identity import body_of, keys_of
from retrieval.answers.answering import Answerer
from retrieval.answers.calibration import Calibration
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import embed_missing
from retrieval.models.reranking import Reranker
from retrieval.search import Searcher

# Half of a question's words in a sentence are an answer here, a quarter a passage worth showing.
CALIBRATION = Calibration({"own": 1}, {"bias": 0.0, "own": 0.4}, answered=0.5, closest=0.1)

HARBOUR = draft(
    "The harbour of Port Ellen was dredged again last year, the council said.",
    "“We moved 4,200 tonnes of silt,” the harbour master Ann Reid told reporters. She hoped for calm weather.",
    "Fishing boats return to the harbour in May.",
    title="Port Ellen dredges its harbour",
    author="Sam Hill",
    outlet="Harbour Gazette",
    published="2024-07-04",
    list_name="Coast",
    url="https://gazette.example/port-ellen",
)
HOSTILE = draft(
    "@everyone **look** <@123> <@&456> [free](https://evil.example) `code` ||hidden|| about the lighthouse keys.",
    "# Not a heading about the lighthouse keys\n> not a quote ~~struck~~ <t:1:R> discord.gg/raid",
    title="@here *The lighthouse* <@1>",
    outlet="Night @everyone Post",
    published="2024-07-05",
)
FERRY = draft(
    *(
        f"Ferry note {number}: the ferry to Islay sails at {number} o'clock. " + "Rain and wind. " * 40
        for number in range(1, 19)
    ),
    title="Timetable of the Islay ferry",
    outlet="Harbour Gazette",
    published="2023-02-01",
)
ARTICLES = (HARBOUR, HOSTILE, FERRY)


def archive_with(folder: Path, drafts: Iterable[Draft] = ARTICLES, *, news: bool = False) -> Archive:
    """An archive in a folder that holds these articles, in this order: A-1, A-2 and so on."""
    archive = Archive.open(folder)
    add_articles(archive, drafts, news=news)
    return archive


def add_articles(archive: Archive, drafts: Iterable[Draft], *, news: bool = True) -> list[int]:
    """Archive articles; gives their numbers."""
    with archive.transaction():
        return [
            archive.add(
                one, collection="coast", original=b"", keys=keys_of(one, body_of(one), None), now=NOON, news=news
            ).number
            for one in drafts
        ]


def desk_over(archive: Archive, folder: Path, reranker: Reranker | None = None, **options: Any) -> Desk:
    """A desk; what is new in the archive gets its vectors when the desk is first used. Options are those of `Desk`."""
    embedder = WordHashEmbedder()

    def prepare() -> tuple[Answerer, LiveIndex]:
        embed_missing(archive, embedder)
        index = LiveIndex.open(folder / "index", archive, embedder)
        searcher = Searcher(archive, index, embedder, reranker or WordOverlapReranker())
        return Answerer(archive, searcher, CALIBRATION), index

    return Desk(archive, prepare, **options)
