"""The operator's own calibrations: a file in the data folder, used before the packaged one for the models it names.

It has the form of the packaged `calibration.json`, and holds a calibration for every pair of models that was calibrated
(`briefing-bot eval calibrate`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from retrieval.answers.calibration import Calibration
from retrieval.models.calibration_file import CalibrationFile

COMMAND = "briefing-bot eval calibrate"


def own_calibration(path: Path, model: str) -> Calibration | None:
    """The calibration for a pair of models (`Searcher.model`); None where there is none. Raises `ModelUnusable`."""
    return CalibrationFile(path, COMMAND).read(model, _calibration_of)


def write_calibration(path: Path, model: str, calibration: Calibration, about: str) -> None:
    """Add or replace the calibration of a pair of models; those of others stay. Raises `ModelUnusable`, `OSError`."""
    entry = {
        "about": about,
        "order": dict(calibration.order),
        "weights": dict(calibration.weights),
        "answered": calibration.answered,
        "closest": calibration.closest,
    }
    CalibrationFile(path, COMMAND).write(model, entry)


def _calibration_of(found: Mapping[str, Any]) -> Calibration:
    return Calibration(
        {str(name): float(weight) for name, weight in found["order"].items()},
        {"bias": 0.0} | {str(name): float(weight) for name, weight in found["weights"].items()},
        float(found["answered"]),
        float(found["closest"]),
    )
