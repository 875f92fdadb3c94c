"""An import may be killed at any moment and started again: nothing reported is lost, nothing comes twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import PROJECT, briefing_bot_process

from corpus.archive import Archive

RECORDS = 1200


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    with path.open("w", encoding="utf-8") as opened:
        for number in range(RECORDS):
            text = f"Report {number}: " + " ".join(f"word{(number * 131 + place * 17) % 9973}" for place in range(40))
            record = {"id": str(number), "title": "", "source": "", "published": "", "text": text}
            opened.write(json.dumps(record) + "\n")
    return path


def interrupted(records: Path, data: Path, after: int, sign: signal.Signals) -> tuple[int, list[str], str]:
    """Send a signal to an import that has reported `after` items: exit code, the ids reported, standard error."""
    command = [sys.executable, "-m", "bot", "import", str(records), "--data", str(data), "--json"]
    environ = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT, env=environ, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        reported = []
        for line in process.stdout:
            if len(reported) == after:
                process.send_signal(sign)
            if line.endswith("\n") and "external_id" in line:
                reported.append(json.loads(line)["article"]["external_id"])
        said = process.stderr.read()
        return process.wait(timeout=60), reported, said


@pytest.mark.real
@pytest.mark.parametrize("after", [1, 500])
def test_a_killed_import_keeps_what_it_reported(records: Path, tmp_path: Path, after: int) -> None:
    data = tmp_path / "data"
    code, reported, _ = interrupted(records, data, after, signal.SIGKILL)
    assert code == -signal.SIGKILL
    with Archive.open(data, writable=False) as archive:
        archive.check()
        stored = {article.external_id for article in archive.articles()}
        assert not archive.is_settled("records")  # the first import goes on: still no news
    assert set(reported) <= stored
    again = briefing_bot_process("import", records, "--data", data, "--dry-run", "--json")
    assert again.lines[-1]["summary"]["same"] == len(stored)
    assert again.lines[-1]["summary"]["added"] == RECORDS - len(stored)


@pytest.mark.real
def test_ctrl_c_is_130_and_one_line(records: Path, tmp_path: Path) -> None:
    code, reported, said = interrupted(records, tmp_path / "data", 300, signal.SIGINT)
    assert code == 130
    assert "Traceback" not in said
    assert said.splitlines()[-1] == "interrupted"
    with Archive.open(tmp_path / "data", writable=False) as archive:
        archive.check()
        assert set(reported) <= {article.external_id for article in archive.articles()}
