"""The operator's own calibrations: a file in the data folder, used before the packaged one for the models it names.

It has the form of the packaged `calibration.json`, and holds a calibration for every pair of models that was calibrated
(`briefing-bot eval calibrate`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from retrieval.answers.calibration import Calibration
from retrieval.errors import ModelUnusable


def own_calibration(path: Path, model: str) -> Calibration | None:
    """The calibration for a pair of models (`Searcher.model`); None where there is none. Raises `ModelUnusable`."""
    found = _models(path).get(model)
    if found is None:
        return None
    try:
        return Calibration(
            {str(name): float(weight) for name, weight in found["order"].items()},
            {"bias": 0.0} | {str(name): float(weight) for name, weight in found["weights"].items()},
            float(found["answered"]),
            float(found["closest"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unusable(path) from error


def write_calibration(path: Path, model: str, calibration: Calibration, about: str) -> None:
    """Add or replace the calibration of a pair of models; those of others stay. Raises `ModelUnusable`, `OSError`."""
    models = _models(path)
    models[model] = {
        "about": about,
        "order": dict(calibration.order),
        "weights": dict(calibration.weights),
        "answered": calibration.answered,
        "closest": calibration.closest,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps({"models": models}, indent=1) + "\n", "utf-8")
    beside.replace(path)


def _models(path: Path) -> dict[str, Any]:
    try:
        models = json.loads(path.read_text("utf-8"))["models"]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unusable(path) from error
    if not isinstance(models, dict):
        raise _unusable(path)
    return models


def _unusable(path: Path) -> ModelUnusable:
    return ModelUnusable(f"{path} is no calibration: delete it, or run briefing-bot eval calibrate again")
