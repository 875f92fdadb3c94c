"""Builds the real parts, joins them, and closes them in reverse order. The only reader of settings."""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import UsageError
from bot.settings import Settings, read_settings
from corpus.archive import Archive
from retrieval.breaking_off import Check, go_on
from retrieval.models.model_change import REMEDY, without_vector
from retrieval.models.model_settings import ModelSettings

if TYPE_CHECKING:
    from bot.briefings.ledger import Ledger
    from bot.desk import Desk
    from bot.workbench import Lookout
    from corpus.sources.fetching import Fetcher
    from retrieval.answers.answering import Answerer
    from retrieval.answers.reading_budget import ReadingBudget
    from retrieval.digests.digesting import DigestComposer
    from retrieval.index.catch_up import LiveIndex
    from retrieval.models.embedding import Embedder
    from retrieval.models.reranking import Reranker
    from retrieval.search import Searcher
    from retrieval.watches.watching import QuestionWatcher

INDEX_FOLDER = "index"
TERMINAL_FOLDER = "terminal"  # the terminal's own subscriptions; the bot's must not post to a screen
OWN_CALIBRATION = "calibration.json"
OWN_TOPIC_CALIBRATION = "topic_calibration.json"
PASSAGES_AT_HAND = 10_000  # of the newest articles, for previews: 17 MB
MOST_WORKERS = 4  # questions at a time; the rest of a larger machine is left to others
ARCHIVE_EMPTY = "The archive is empty. The operator can add articles with: import <folder>."


def settings_for(options: argparse.Namespace) -> Settings:
    """What the environment and `.env` say, with the command's own `--data` over it."""
    settings = read_settings()
    if options.data is not None:
        if not options.data.strip():
            raise UsageError("--data needs a folder")
        settings = replace(settings, data=Path(options.data))
    if settings.data.exists() and not settings.data.is_dir():
        raise UsageError(f"{settings.data} is a file: --data needs a folder")
    return settings


@contextmanager
def archive_to_read(data: Path) -> Iterator[Archive]:
    """The archive of a data folder, or an empty one where there is none: reading never makes a folder."""
    archive = Archive.open(data, writable=False) if Archive.exists(data) else Archive.empty()
    with archive:
        yield archive


@contextmanager
def archive_to_write(data: Path) -> Iterator[Archive]:
    with Archive.open(data) as archive:
        yield archive


def embedder_for(settings: Settings) -> Embedder:
    """The model that the settings name; loaded when it is first used."""
    from retrieval.models.sentence_model import SentenceModel

    return SentenceModel(settings.model)


def light_embedder_for(settings: Settings) -> Embedder:
    """The same vectors without the library that takes seconds to import, where the model allows; for few texts."""
    from retrieval.models.light_encoder import LightModel

    model = embedder_for(settings)
    return LightModel.of(model) or model


def languages_for(settings: Settings) -> frozenset[str] | None:
    """The languages that the embedding model knows, by its card; None where that does not tell."""
    return _languages_of(settings.model)


@lru_cache(maxsize=8)
def _languages_of(model: ModelSettings) -> frozenset[str] | None:
    from retrieval.models.model_files import languages_of, read_model

    return languages_of(read_model(model.source).folder)


def reranker_for() -> Reranker:
    """The packaged cross-encoder, which reads no text for one question twice: a short passage is a sentence too."""
    from retrieval.models.cross_encoder import CrossEncoder
    from retrieval.models.shared_reranker import SharedReranker

    return SharedReranker(CrossEncoder())


def second_encoder_for() -> Embedder:
    """The packaged encoder whose opinion is asked on the few passages that came out first."""
    from retrieval.models.second_encoder import SecondEncoder

    return SecondEncoder()


def composer_for(
    archive: Archive,
    settings: Settings,
    embedder: Embedder | None = None,
    check: Check = go_on,
    *,
    for_presses: bool = False,
) -> DigestComposer:
    """What composes digests from an archive; `check` is as in `DigestComposer`.

    `for_presses`: it composes previews alone, and keeps little of what it read.
    """
    from retrieval.digests.digesting import DigestComposer
    from retrieval.digests.window_reader import MOST_PASSAGES
    from retrieval.topics.topic_calibration import TopicCalibration

    embedder = embedder or light_embedder_for(settings)
    calibration = TopicCalibration.for_model(embedder.name, own_topic_calibration_of(settings))
    kept = PASSAGES_AT_HAND if for_presses else MOST_PASSAGES
    return DigestComposer(archive, embedder, calibration=calibration, kept_passages=kept, check=check)


def watcher_for(archive: Archive, desk: Desk) -> QuestionWatcher:
    """What asks watched questions, with the models of a desk over the same archive."""
    from retrieval.watches.watching import QuestionWatcher

    return QuestionWatcher(archive, desk.ready)


@contextmanager
def ledger_to_read(data: Path) -> Iterator[Ledger]:
    """The ledger of a data folder, or an empty one where there is none."""
    from bot.briefings.ledger import Ledger

    ledger = Ledger.open(data, writable=False) if Ledger.exists(data) else Ledger.empty()
    with ledger:
        yield ledger


def desk_for(archive: Archive, settings: Settings, model: Embedder | None = None) -> Desk:
    """A desk over an archive; its models are loaded at the first question."""
    from bot.desk import Desk

    def prepare() -> tuple[Answerer, LiveIndex]:
        from retrieval.index.catch_up import LiveIndex
        from retrieval.search import Searcher

        embedder = model or light_embedder_for(settings)
        index = LiveIndex.open(settings.data / INDEX_FOLDER, archive, embedder)
        return _answerer(Searcher(archive, index, embedder, reranker_for(), second_encoder_for()), settings), index

    return Desk(archive, prepare, lambda: languages_for(settings))


def own_calibration_of(settings: Settings) -> Path:
    """Where `eval calibrate` writes, and where an answerer looks first."""
    return settings.data / OWN_CALIBRATION


def own_topic_calibration_of(settings: Settings) -> Path:
    """Where `eval calibrate-topics` writes, and where a composer of digests looks first."""
    return settings.data / OWN_TOPIC_CALIBRATION


def _answerer(searcher: Searcher, settings: Settings) -> Answerer:
    """Calibrated as the operator did it for these models (`eval calibrate`), else as packaged."""
    from retrieval.answers.answering import Answerer
    from retrieval.answers.own_calibration import own_calibration

    return Answerer(searcher.archive, searcher, own_calibration(own_calibration_of(settings), searcher.model))


class SharedSearch:
    """What the desks of one program share, whatever thread they work in: encoder, reranker and index, once in memory.

    All is loaded when it is first needed. `embedder` is for everything else in the program that encodes.
    """

    def __init__(self, settings: Settings) -> None:
        from retrieval.answers.reading_budget import ReadingBudgets
        from retrieval.models.question_encoder import QuestionEncoder

        self.embedder = QuestionEncoder(light_embedder_for(settings))
        self._settings = settings
        self._budgets = ReadingBudgets()
        self._lock = threading.Lock()
        self._loaded: tuple[Reranker, Embedder, LiveIndex] | None = None
        self._opened = ExitStack()

    def desk(self, archive: Archive, lookout: Lookout | None = None) -> Desk:
        """A desk for one worker, over a connection of its own.

        The worker's `lookout` is asked before each reading of the reranker whether anybody waits for it, and at the
        beginning of a question whether so many wait that it has to read less.
        """
        from bot.desk import Desk

        def prepare() -> tuple[Answerer, LiveIndex]:
            from retrieval.models.shared_reranker import InterruptibleReranker
            from retrieval.search import Searcher

            reranker, second, index = self._load()
            if lookout is not None:
                reranker = InterruptibleReranker(reranker, lookout.check)
            return _answerer(Searcher(archive, index, self.embedder, reranker, second), self._settings), index

        def budget(question: str, goes_on: bool) -> ReadingBudget:
            hurry = lookout is not None and lookout.is_crowded()
            return self._budgets.begun(question, hurry=hurry, goes_on=goes_on)

        return Desk(archive, prepare, lambda: languages_for(self._settings), budget)

    @contextmanager
    def own_desk(self, lookout: Lookout) -> Iterator[Desk]:
        """A desk with its own connection to the archive, for a worker of a pool."""
        with archive_to_read(self._settings.data) as archive:
            yield self.desk(archive, lookout)

    def close(self) -> None:
        """After everything that asks."""
        self.embedder.close()
        self._opened.close()

    def _load(self) -> tuple[Reranker, Embedder, LiveIndex]:
        from retrieval.index.catch_up import LiveIndex

        with self._lock:
            if self._loaded is None:
                reranker, second = reranker_for(), second_encoder_for()
                # The weights come with the first text; nobody who asks should wait for them. Before the index: where
                # they cannot be loaded every question tries anew, and must not leave an open index behind.
                self.embedder.embed_questions(["Is everything there?"])
                second.embed_questions(["Is everything there?"])
                reranker.scores("Is everything there?", ["Yes."])
                with ExitStack() as opened:
                    archive = opened.enter_context(archive_to_read(self._settings.data))
                    folder = self._settings.data / INDEX_FOLDER
                    index = LiveIndex.open(folder, archive, self.embedder, background=True)
                    opened.callback(index.close)
                    self._opened = opened.pop_all()
                self._loaded = reranker, second, index
            return self._loaded


def answering_workers() -> int:
    """How many questions are answered at the same time: one for each processor, since each keeps one busy."""
    return max(1, min(os.cpu_count() or 1, MOST_WORKERS))


def lacking_vectors(archive: Archive, settings: Settings, *, remedy: str = REMEDY) -> str | None:
    """What to tell who asks an archive that is not wholly encoded by the model in use; None where it is."""
    model = embedder_for(settings).name
    left = archive.passages.count_without_vector(model)
    counts = archive.passages.counts_by_model() if left else {}
    told = without_vector(left, model, counts, remedy=remedy)
    return None if told is None else f"briefing-bot: warning: {told}"


def refresh_index(archive: Archive, settings: Settings, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Give every passage its vector and write the index; loads the model only when there is something to encode."""
    from retrieval.index.catch_up import LiveIndex
    from retrieval.index.passage_vectors import embed_missing

    embedder = embedder_for(settings)
    embed_missing(archive, embedder, on_progress=on_progress)
    LiveIndex.open(settings.data / INDEX_FOLDER, archive, embedder).save()


def embed_for_a_while(archive: Archive, settings: Settings, seconds: float, monotonic: Callable[[], float]) -> None:
    """Give vectors to passages for so long at most; what is left is taken up by the next call.

    No snapshot of the index is written: a running bot follows the archive's journal, and would write the same again.
    """
    from retrieval.index.passage_vectors import embed_missing

    ends = monotonic() + seconds
    embed_missing(archive, embedder_for(settings), enough=lambda: monotonic() >= ends)


def fetcher_for(settings: Settings) -> Fetcher:
    """The fetcher for sources, with the private hosts that the operator lists."""
    from corpus.sources.fetching import Fetcher

    return Fetcher(settings.allowed_hosts)
