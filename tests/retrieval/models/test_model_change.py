from __future__ import annotations

import pytest

from retrieval.models.model_change import without_vector


def test_nothing_is_said_where_every_passage_has_a_vector() -> None:
    assert without_vector(0, "new/1", {"new/1": 12, "old/1": 12}) is None


@pytest.mark.parametrize("counts", [{"old/1": 12_040}, {"old/1": 12_040, "new/1": 32}])
def test_a_changed_model_is_said_with_both_names_and_the_command(counts: dict[str, int]) -> None:
    told = without_vector(12_040 - counts.get("new/1", 0), "new/1", counts)
    assert told is not None and "\n" not in told
    for part in ("passages have no vector of new/1", "12,040 of old/1, which stay", "run: briefing-bot index rebuild"):
        assert part in told


@pytest.mark.parametrize("counts", [{}, {"new/1": 50}, {"new/1": 50, "old/1": 12}])
def test_an_unfinished_import_is_no_changed_model(counts: dict[str, int]) -> None:
    told = without_vector(7, "new/1", counts)
    assert told is not None and told.startswith("passages not encoded yet, which an answer may miss: 7. An import")
    assert told.endswith("then run: briefing-bot index rebuild")
