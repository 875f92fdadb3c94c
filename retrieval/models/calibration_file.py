"""A file of calibrations in the data folder: what was fitted for each model, in the form of a packaged file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from retrieval.errors import ModelUnusable

Calibrated = TypeVar("Calibrated")


@dataclass(frozen=True, slots=True)
class CalibrationFile:
    """The file at `path`, whether it is there or not; `command` is what makes it, as an operator types it.

    A file that is none raises `ModelUnusable`, which says what to do.
    """

    path: Path
    command: str

    def read(self, model: str, made_of: Callable[[Mapping[str, Any]], Calibrated]) -> Calibrated | None:
        """What `made_of` makes of a model's entry; None where there is none."""
        found = self._models().get(model)
        if found is None:
            return None
        try:
            return made_of(found)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._unusable() from error

    def has(self, model: str) -> bool:
        return model in self._models()

    def write(self, model: str, entry: Mapping[str, Any]) -> None:
        """Add or replace the entry of a model, JSON types; those of others stay. Raises `OSError` too."""
        models = self._models() | {model: dict(entry)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps({"models": models}, indent=1) + "\n", "utf-8")
        beside.replace(self.path)

    def _models(self) -> dict[str, Any]:
        try:
            models = json.loads(self.path.read_text("utf-8"))["models"]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._unusable() from error
        if not isinstance(models, dict):
            raise self._unusable()
        return models

    def _unusable(self) -> ModelUnusable:
        return ModelUnusable(f"{self.path} is no calibration: delete it, or run {self.command} again")
