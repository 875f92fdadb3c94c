"""`models`: which embedding models there are, and whose vectors the archive holds.

`fetch` is the only command of the program that may download a model.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bot.cli.output import print_json, print_line, progress, say
from bot.errors import UsageError
from bot.locks import BULK, BULK_WORK, held
from bot.settings import Settings
from bot.wiring import archive_to_read, archive_to_write, own_topic_calibration_of, settings_for
from corpus.archive import Archive
from retrieval.errors import ModelUnusable
from retrieval.models.model_files import fetched
from retrieval.models.model_settings import ModelSettings
from retrieval.models.sentence_model import SentenceModel, fetch
from retrieval.topics.topic_calibration import is_calibrated

PACKAGED = "packaged"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as `models list` shows it. What only its files tell is None where it is not on this machine."""

    name: str  # what its vectors go by
    source: str | None  # "packaged", a public name or a folder: what BRIEFING_MODEL takes
    in_use: bool
    dimension: int | None
    most_tokens: int | None
    languages: list[str] | None
    query_prompt: str | None
    passage_prompt: str | None
    embedded: int  # passages of the archive with a vector of it
    passages: int  # of the archive


def list_models(options: argparse.Namespace) -> int:
    """The model in use, those on this machine, and those that only the archive knows."""
    settings = settings_for(options)
    with archive_to_read(settings.data) as archive:
        embedded, passages = archive.passages.counts_by_model(), archive.passages.count()
    for row in _rows(settings, embedded, passages):
        calibrated = is_calibrated(row.name, own_topic_calibration_of(settings))
        if options.json:
            print_json({**asdict(row), "digests_calibrated": calibrated})
        else:
            print_line(f"{row.name}{'  (in use)' if row.in_use else ''}\n    {_described(row)}")
            if row.in_use and not calibrated:
                print_line("    digests: not calibrated for it; do so with briefing-bot eval calibrate-topics DIR...")
    return 0


def fetch_model(options: argparse.Namespace) -> int:
    """Download a model, look whether it can be used, and say how."""
    name = fetch(options.name)
    row = _row(name, SentenceModel(ModelSettings(source=name)), in_use=False, embedded=0, passages=0)
    if options.json:
        print_json(asdict(row))
    else:
        print_line(f"fetched {name}: {_facts(row)}")
        print_line(f"to use it set BRIEFING_MODEL={name}, and run: briefing-bot index rebuild")
    return 0


def forget_model(options: argparse.Namespace) -> int:
    """Delete the vectors of a model that is not in use. They can be made again, at the cost of encoding."""
    settings = settings_for(options)
    if not Archive.exists(settings.data):
        raise UsageError(f"there is no archive in {settings.data}")
    in_use = SentenceModel(settings.model).name
    if options.name == in_use:
        raise UsageError(f"{in_use} is the model in use: set another BRIEFING_MODEL first")
    with held(settings.data, BULK, BULK_WORK), archive_to_write(settings.data) as archive:
        known = archive.passages.counts_by_model()
        if options.name not in known:
            others = ", ".join(name for name in known if name != in_use) or "none but the one in use"
            raise UsageError(f"no vectors of {options.name!r} in this archive; there are those of: {others}")
        forgotten = 0
        with progress("forgetting") as advance:
            while count := _forget_some(archive, options.name):
                forgotten += count
                advance(forgotten, known[options.name])
    if options.json:
        print_json({"name": options.name, "forgotten": forgotten})
    else:
        print_line(f"forgot {forgotten:,} vectors of {options.name}; the archive's file takes new ones in their place")
    return 0


def _forget_some(archive: Archive, name: str) -> int:
    """A short transaction at a time: others can write in between, and an interruption leaves the rest for later."""
    with archive.transaction():
        return archive.passages.forget_vectors(name)


def _rows(settings: Settings, embedded: dict[str, int], passages: int) -> Iterator[ModelRow]:
    """The one in use first; a model that cannot be read is named on standard error and left out."""
    shown = set[str]()
    candidates = [settings.model, ModelSettings(), *(ModelSettings(source=name) for name in fetched())]
    for number, candidate in enumerate(candidates):
        try:
            model = SentenceModel(candidate)
        except ModelUnusable as error:
            say(f"briefing-bot: {error}")
            continue
        if model.name not in shown:
            shown.add(model.name)
            count = embedded.get(model.name, 0)
            yield _row(candidate.source or PACKAGED, model, in_use=number == 0, embedded=count, passages=passages)
    for name, count in embedded.items():
        if name not in shown:
            yield ModelRow(name, None, False, None, None, None, None, None, count, passages)


def _row(source: str, model: SentenceModel, *, in_use: bool, embedded: int, passages: int) -> ModelRow:
    return ModelRow(
        name=model.name,
        source=source,
        in_use=in_use,
        dimension=model.dimension,
        most_tokens=model.most_tokens,
        languages=None if model.languages is None else sorted(model.languages),
        query_prompt=model.query_prompt,
        passage_prompt=model.passage_prompt,
        embedded=embedded,
        passages=passages,
    )


def _described(row: ModelRow) -> str:
    if row.source is None:
        return f"no model on this machine as it is set; {_counted(row)}; to delete them: models forget {row.name}"
    return f"{row.source}: {_facts(row)}" + (f"; {_counted(row)}" if row.embedded or row.in_use else "")


def _facts(row: ModelRow) -> str:
    """``384 dimensions, 256 tokens, languages: en, prompts: 'query: ' and 'passage: '``."""
    languages = "unknown" if row.languages is None else ", ".join(row.languages[:8])
    if row.languages is not None and len(row.languages) > 8:
        languages = f"{len(row.languages)}"
    facts = [f"{row.dimension} dimensions"]
    if row.most_tokens is not None:
        facts.append(f"reads {row.most_tokens} tokens")
    facts.append(f"languages: {languages}")
    if row.query_prompt or row.passage_prompt:
        facts.append(f"prompts: {row.query_prompt!r} and {row.passage_prompt!r}")
    else:
        facts.append("no prompts")
    return ", ".join(facts)


def _counted(row: ModelRow) -> str:
    return f"vectors of {row.embedded:,} of {row.passages:,} passages"
