from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answers.calibration import Calibration
from retrieval.answers.own_calibration import own_calibration, write_calibration
from retrieval.errors import ModelUnusable

MADE = Calibration(order={"led": 0.25}, weights={"bias": -1.5, "best": 0.5}, answered=0.6, closest=0.2)


def test_a_calibration_comes_back_for_its_models_and_for_no_others(tmp_path: Path) -> None:
    path = tmp_path / "new" / "calibration.json"
    assert own_calibration(path, "one+reranker") is None
    write_calibration(path, "one+reranker", MADE, "Fitted on nothing.")
    assert own_calibration(path, "one+reranker") == MADE
    assert own_calibration(path, "other+reranker") is None


def test_calibrations_of_other_models_stay_and_an_older_one_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    write_calibration(path, "one", MADE, "first")
    write_calibration(path, "two", MADE, "second")
    write_calibration(path, "one", replace(MADE, answered=0.9), "third")
    models = json.loads(path.read_text("utf-8"))["models"]
    assert {name: model["about"] for name, model in models.items()} == {"one": "third", "two": "second"}
    found = own_calibration(path, "one")
    assert found is not None
    assert found.answered == 0.9
    assert [one.name for one in tmp_path.iterdir()] == ["calibration.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"models": []}',
        '{"models": {"one": {}}}',
        '{"models": {"one": []}}',
        '{"models": {"one": {"order": {"led": "much"}, "weights": {}, "answered": 1, "closest": 0}}}',
        b"\xff\xfe",
    ],
)
def test_a_spoilt_file_says_what_to_do(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "calibration.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(
        ModelUnusable, match=r"calibration\.json is no calibration: delete it, or run briefing-bot eval"
    ):
        own_calibration(path, "one")
