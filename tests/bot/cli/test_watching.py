"""`import --watch` and `--limit`: what is added later, and a look at the beginning."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from commands import PROJECT, briefing_bot

from corpus.archive import Archive
from corpus.ingest import ingest
from corpus.readers.opening import read_items


def article(number: int) -> str:
    return json.dumps({"id": f"a{number}", "title": f"Lock {number}", "text": f"Lock {number} was opened for barges."})


def long_ago(path: Path) -> None:
    """A file that changed just now waits, for it may still be written."""
    os.utime(path, (1_700_000_000 + path.stat().st_size, 1_700_000_000 + path.stat().st_size))


def test_a_limit_stops_early_and_leaves_the_rest_to_the_first_import(tmp_path: Path) -> None:
    path = tmp_path / "locks.jsonl"
    path.write_text("\n".join(map(article, range(5))))
    run = briefing_bot("import", path, "--limit", "2", "--json", "--data", tmp_path / "d")
    assert [line["status"] for line in run.lines[:-1]] == ["added", "added"]
    with Archive.open(tmp_path / "d") as archive:
        assert not archive.is_settled("locks")
    run = briefing_bot("import", path, "--json", "--data", tmp_path / "d")
    assert run.lines[-1]["summary"]["added"] == 3
    with Archive.open(tmp_path / "d") as archive:
        assert archive.is_settled("locks")
        assert [archive.article(number) is not None for number in range(1, 6)] == [True] * 5


@pytest.mark.parametrize("other", [["--dry-run"], ["--limit", "3"], ["--format", "text"]])
def test_watching_is_for_whole_imports_by_content(tmp_path: Path, other: list[str]) -> None:
    run = briefing_bot("import", tmp_path, "--watch", *other, "--data", tmp_path / "d")
    assert run.code == 2
    assert "--watch goes with neither" in run.err


@pytest.mark.real
@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_watching_imports_what_is_added_until_it_is_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "locks"
    folder.mkdir()
    (folder / "one.jsonl").write_text(article(1))
    long_ago(folder / "one.jsonl")
    command = [sys.executable, "-m", "bot", "import", folder, "--watch", "--json", "--data", tmp_path / "d"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT, text=True) as run:
        assert run.stdout is not None
        guard = threading.Timer(90, run.kill)  # reading a line would wait for ever
        guard.start()
        try:
            assert json.loads(run.stdout.readline())["article"]["external_id"] == "a1"
            (folder / "two.jsonl").write_text(article(2))
            long_ago(folder / "two.jsonl")
            assert json.loads(run.stdout.readline())["article"]["external_id"] == "a2"
            run.send_signal(signal.SIGINT)
            _, said = run.communicate(timeout=120)
        finally:
            guard.cancel()
            run.kill()
    assert run.returncode == 130
    assert "Traceback" not in said


@pytest.mark.real
def test_who_asks_an_archive_whose_import_was_broken_off_is_told(tmp_path: Path) -> None:
    data, path = tmp_path / "d", tmp_path / "locks.jsonl"
    path.write_text("\n".join(map(article, range(3))))
    with Archive.open(data) as archive:  # as an import that is killed before it encodes
        assert len(list(ingest(archive, read_items(path), collection="locks"))) == 3
    warned = briefing_bot("search", "barges", "--json", "--data", data)
    assert (warned.code, warned.lines[0]["total"]) == (0, 3)
    assert "not encoded yet" in warned.err and "3" in warned.err
    assert briefing_bot("index", "rebuild", "--data", data).code == 0
    assert briefing_bot("search", "barges", "--json", "--data", data).err == ""
