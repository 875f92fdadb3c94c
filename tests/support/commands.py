"""Runs the program's commands as a script would, in a process of its own or in this one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.__main__ import main

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON Lines; fails if it holds anything else."""
        return [json.loads(line) for line in self.out.splitlines()]


class _Bytes(io.TextIOWrapper):
    """A standard stream in memory, with the `buffer` of a real one."""

    def __init__(self, content: bytes = b"") -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


def briefing_bot(*arguments: str | Path, stdin: str | bytes = b"") -> Run:
    """Run a command in this process."""
    out, err = _Bytes(), _Bytes()
    content = stdin.encode() if isinstance(stdin, str) else stdin
    # The process's own standard input, not a part of ours.
    with patch.object(sys, "stdin", _Bytes(content)), redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
    return Run(code, *texts)


def briefing_bot_process(*arguments: str | Path, stdin: str = "", cwd: Path = PROJECT, **environ: str) -> Run:
    """Run a command in a process of its own; for what only a process shows."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        input=stdin.encode(),
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environ},
        timeout=300,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def one_readable_line(run: Run) -> bool:
    """Whether standard error is a single line and no traceback."""
    lines = [line for line in run.err.splitlines() if line.strip()]
    return len(lines) == 1 and "Traceback" not in run.err
