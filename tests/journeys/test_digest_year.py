"""Some weeks of a few digests in a world that fails all the time; `benchmarks/digest_year.py` lives whole years."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from digest_world import Findings, Life, Rates, judged

# Everything happens far more often than in a year of the benchmark.
BAD = Rates(
    articles=0.8,
    stops=0.3,
    kills=0.002,
    changes=0.001,
    trouble=0.05,
    bad_hours=0.4,
    outages=0.4,
    closed=6,
    unreadable=3,
    glitches=3,
    deleted=2,
    paused=6,
    changed=9,
    moved=5,
    removed=4,
    asked=12,
    hidden=6,
    marked=6,
    purged=0.4,
)


async def lived(life: Life, days: float) -> Findings:
    """What is found of a life, in which no promise was broken."""
    try:
        await life.live(days)
        found = judged(life)
    finally:
        life.close()
    assert found.broken == [], f"again: Life(..., seed={life.seed})"
    assert found.told == found.stories > 20
    return found


@pytest.mark.parametrize(
    ("start", "seed"),
    [
        ("2024-02-24", 1),  # leap day; Kazakhstan becomes one zone; America puts its clocks forward
        ("2024-03-20", 5),  # Europe, Greenland, Egypt and Lebanon put theirs forward, the south back
        ("2024-10-20", 7),  # and the other way round
        ("2011-12-20", 4),  # Samoa leaves out the 30th
    ],
)
async def test_every_slot_has_one_outcome_and_every_story_is_told_once(
    start: str, seed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)  # connections are cut all the time
    life = Life(tmp_path, seed, dt.datetime.fromisoformat(f"{start}T00:00:00+00:00"), 8, BAD)
    found = await lived(life, 21)
    assert life.happened["kills"] > 0 and life.channels.cut > 0
    assert life.happened["changes while a digest is composed"] > 0
    assert found.outcomes["posted"] > 10


@pytest.mark.parametrize("seed", [6, 7, 8])
async def test_every_story_of_a_newsroom_is_told_once_and_comes_back_only_with_new_sentences(
    seed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As above with the real composer over a real archive, whose articles are revised, removed and posted again."""
    caplog.set_level(logging.CRITICAL)
    start = dt.datetime(2024, 3, 20, tzinfo=dt.UTC)
    found = await lived(Life(tmp_path, seed, start, 8, replace(BAD, articles=1.5), with_newsroom=True), 28)
    assert found.updates > 5


async def test_a_life_is_lived_again_from_its_seed(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        life = Life(tmp_path / name, 7, dt.datetime(2024, 3, 1, tzinfo=dt.UTC), 4, BAD)
        await life.live(7)
        life.close()
        texts.append([[message.page.text for message in there] for there in life.channels.messages.values()])
    assert texts[0] == texts[1]
