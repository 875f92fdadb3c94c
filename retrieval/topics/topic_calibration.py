"""From what speaks for an article being about a topic to the chance that it is.

The weights stand in `topic_calibration.json` beside this module, by the name of the encoder they were fitted for, with
what they were fitted on and how well they did on the rest; `briefing-bot eval calibrate-topics` makes them. An
operator's own are in a file of the same form in the data folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from retrieval.models.calibration_file import CalibrationFile

PATH = Path(__file__).with_name("topic_calibration.json")
COMMAND = "briefing-bot eval calibrate-topics"
UNKNOWN = "unknown"  # the entry for encoders that were not calibrated

FREE = ("likeness", "background", "words", "bias")
DESK = ("own", "others", "likeness", "bias")


@dataclass(frozen=True, slots=True)
class TopicCalibration:
    """Two logistic models and a threshold.

    `free` is for a topic of its own, `desk` for one that names a newsroom's desk; `retrieval.topics.relevance` says
    what each weight is of. `threshold` is the chance from which on an article is in a digest.
    """

    free: Mapping[str, float]
    desk: Mapping[str, float]
    threshold: float

    @classmethod
    def for_model(cls, model: str, own: Path | None = None) -> Self:
        """The operator's calibration of an encoder, else the packaged one, else that for encoders nobody calibrated.

        Raises `ModelUnusable` where the operator's file is none.
        """
        found = CalibrationFile(own, COMMAND).read(model, cls._of) if own is not None else None
        if found is not None:
            return found
        packaged = json.loads(PATH.read_text("utf-8"))["models"]
        return cls._of(packaged.get(model, packaged[UNKNOWN]))

    @classmethod
    def _of(cls, found: Mapping[str, Any]) -> Self:
        free, desk = ({str(name): float(found[part][name]) for name in names} for part, names in _PARTS)
        return cls(free, desk, float(found["threshold"]))


_PARTS = (("free", FREE), ("desk", DESK))


def is_calibrated(model: str, own: Path | None = None) -> bool:
    """Whether the weights for an encoder were fitted for it. Raises `ModelUnusable`."""
    by_operator = own is not None and CalibrationFile(own, COMMAND).has(model)
    return by_operator or model in json.loads(PATH.read_text("utf-8"))["models"]


def write_topic_calibration(path: Path, model: str, calibration: TopicCalibration, about: str) -> None:
    """Add or replace the calibration of an encoder; those of others stay. Raises `ModelUnusable`, `OSError`."""
    entry = {
        "about": about,
        "free": dict(calibration.free),
        "desk": dict(calibration.desk),
        "threshold": calibration.threshold,
    }
    CalibrationFile(path, COMMAND).write(model, entry)
