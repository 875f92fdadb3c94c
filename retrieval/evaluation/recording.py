"""A run as JSON types and back, so that it can be compared with a later one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from retrieval.errors import UnusableSet
from retrieval.evaluation.question_set import Asked
from retrieval.evaluation.run import Run
from retrieval.evaluation.verdict import Verdict

VERSION = 1


def write_run(run: Run, path: Path) -> None:
    """Write the whole run, its report first."""
    data = {"version": VERSION, "report": run.report.as_data(), **asdict(run)}
    path.write_text(json.dumps(data, ensure_ascii=False, default=sorted, indent=1) + "\n", "utf-8")


def read_run(path: Path) -> Run:
    """The run that `write_run` wrote. Raises `UnusableSet` where a file holds none."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["version"] != VERSION:
            raise UnusableSet(f"{path} was recorded by another version of this program: run the set again")
        return Run(
            set_name=data["set_name"],
            model=data["model"],
            documents=data["documents"],
            answered=data["answered"],
            closest=data["closest"],
            embed_seconds=data["embed_seconds"],
            verdicts=tuple(_verdict(one) for one in data["verdicts"]),
        )
    except OSError as error:
        raise UnusableSet(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableSet(f"{path} holds no run: make one with eval run DIR --save FILE") from error


def _verdict(data: Mapping[str, Any]) -> Verdict:
    asked: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data["asked"].items()
    }
    asked["right"] = frozenset(asked["right"])
    rest = {name: value for name, value in data.items() if name not in ("asked", "ranks")}
    return Verdict(asked=Asked(**asked), ranks=tuple(data["ranks"]), **rest)
