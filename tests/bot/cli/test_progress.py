"""Progress goes to standard error, whatever standard error is; standard output holds data and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from commands import PROJECT, briefing_bot

pty = pytest.importorskip("pty", reason="terminals of this kind exist on Unix only")


def mailbox(tmp_path: Path, mails: int) -> Path:
    path = tmp_path / "box.mbox"
    with path.open("w") as file:
        for number in range(mails):
            file.write(
                f"From a@harbour.example Mon Mar  4 09:00:00 2024\nFrom: Ines Abel <a@harbour.example>\n"
                f"Subject: Tide table {number}\nDate: Mon, 4 Mar 2024 09:00:00 +0000\n"
                f"Message-ID: <{number}@harbour.example>\n\n"
                f"High water at the old lock is at {number} minutes past the hour today.\n\n"
            )
    return path


def look_at(screen: int) -> None:
    try:
        while os.read(screen, 4096):
            pass
    except OSError:  # how Linux says that nobody writes to it any more
        return


def test_on_a_terminal_the_bar_keeps_out_of_the_data(tmp_path: Path) -> None:
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "bot", "import", mailbox(tmp_path, 30), "--dry-run", "--json"]
    with subprocess.Popen(
        [*command, "--data", tmp_path / "d"],
        stdout=subprocess.PIPE,
        stderr=terminal,
        stdin=subprocess.DEVNULL,
        cwd=PROJECT,
        env={**os.environ, "TERM": "xterm"},
    ) as run:
        os.close(terminal)
        looking = threading.Thread(target=look_at, args=(screen,))  # a screen that nobody reads would stop it
        looking.start()
        try:
            out, _ = run.communicate(timeout=60)
        finally:
            run.kill()
            looking.join()
            os.close(screen)
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["status"] for line in lines[:-1]] == ["added"] * 30
    assert lines[-1]["summary"]["added"] == 30


def test_elsewhere_it_says_how_far_it_is_and_how_many_items_that_were(tmp_path: Path) -> None:
    run = briefing_bot("import", mailbox(tmp_path, 1200), "--dry-run", "--data", tmp_path / "d")
    said = [line for line in run.err.splitlines() if line.startswith("reading: ")]
    assert said
    assert said[-1].startswith("reading: 100%, ")
    assert said[-1].endswith(" items")
