"""A read-only data folder and a full disk: one clear line, exit 4, and an archive that stays whole.

Root writes through permissions, so these need small mounts of their own and are skipped where mounting is refused.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import briefing_bot_process, one_readable_line

from corpus.archive import Archive

Mount = Callable[[str], Path]


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a small file system in memory; unmounts all when the test is over."""
    points: list[Path] = []

    def mount(size: str) -> Path:
        point = tmp_path / f"disk-{len(points)}"
        point.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(point)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=20, check=False)
        except OSError as error:
            pytest.skip(f"mounting is refused here: {error}")
        if done.returncode:
            pytest.skip(f"mounting is refused here: {done.stderr.decode().strip()}")
        points.append(point)
        return point

    yield mount
    for point in points:
        subprocess.run(["umount", "-l", str(point)], capture_output=True, timeout=20, check=False)


def read_only(point: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(point)], capture_output=True, timeout=20, check=True)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    record = {"id": "one", "title": "Ferry", "source": "", "published": "", "text": "The ferry sails on Monday."}
    path.write_text(json.dumps(record) + "\n", "utf-8")
    return path


@pytest.fixture
def many_records(tmp_path: Path) -> Path:
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as opened:
        for number in range(4000):
            text = " ".join(f"word{(number * 131 + place * 17) % 99991}" for place in range(150))
            record = {"id": str(number), "title": f"Title {number}", "source": "", "published": "", "text": text}
            opened.write(json.dumps(record) + "\n")
    return path


@pytest.mark.real
def test_importing_into_a_read_only_folder(mounted: Mount, records: Path) -> None:
    disk = mounted("8m")
    read_only(disk)
    run = briefing_bot_process("import", records, "--data", disk / "data")
    assert run.code == 4
    assert one_readable_line(run)
    assert "read-only" in run.err.lower() or "cannot write" in run.err


@pytest.mark.real
def test_reading_from_a_read_only_folder_works(mounted: Mount, records: Path) -> None:
    disk = mounted("16m")
    assert briefing_bot_process("import", records, "--data", disk / "data").code == 0
    read_only(disk)
    listed = briefing_bot_process("articles", "--json", "--data", disk / "data")
    assert (listed.code, len(listed.lines)) == (0, 1)
    answer = briefing_bot_process("ask", "When does the ferry sail?", "--json", "--data", disk / "data")
    assert answer.code == 0, answer.err
    assert "Monday" in answer.lines[0]["quotes"][0]["text"]
    again = briefing_bot_process("import", records, "--data", disk / "data")
    assert again.code == 4
    assert one_readable_line(again)


@pytest.mark.real
def test_a_full_disk_stops_an_import_and_leaves_the_archive_whole(
    mounted: Mount, records: Path, many_records: Path
) -> None:
    data = mounted("6m") / "data"
    assert briefing_bot_process("import", records, "--data", data).code == 0
    run = briefing_bot_process("import", many_records, "--data", data)
    assert run.code == 4
    assert "disk is full" in run.err.lower() or "no space" in run.err.lower()
    assert "Traceback" not in run.err
    with Archive.open(data, writable=False) as archive:
        archive.check()
        assert archive.article(1) is not None
    assert briefing_bot_process("articles", "--data", data).code == 0
