"""Folders, Maildirs and mailbox files that grow."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from source_world import NOON, World

from corpus.sources.polling import PollStatus
from corpus.sources.source import Source, SourceKind


def letter(number: int) -> bytes:
    return (
        f"From ana@harbour.example Mon Nov 23 09:{number:02}:00 2026\nFrom: Ana Berg <ana@harbour.example>\n"
        f"Subject: Ferry number {number}\nDate: Mon, 23 Nov 2026 09:{number:02}:00 +0000\n"
        f"Message-ID: <m{number}@harbour.example>\n\n"
        f"The ferry number {number} left the old basin on time with {number * 37} crates of apples on its deck.\n\n"
    ).encode()


def note(number: int) -> str:
    return f"Note {number}\n\nThe harbour master counted {number * 41} crates of apples on the quay this morning.\n"


def written(path: Path, content: bytes | str, *, age: float = 3600) -> Path:
    """A file that was last changed so many seconds before noon."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    moment = NOON.timestamp() - age
    os.utime(path, (moment, moment))
    return path


def grown(path: Path, content: bytes, *, age: float) -> None:
    written(path, path.read_bytes() + content, age=age)


def watched(world: World, path: Path) -> Source:
    return world.named(str(path), SourceKind.FOLDER)


def test_a_path_that_cannot_be_looked_at_is_the_trouble_of_its_source_alone(world: World) -> None:
    # As a folder that may not be entered: asking whether it is there fails.
    result = world.poll(watched(world, Path("/" + "x" * 300)))
    assert result.status is PollStatus.FAILED
    assert "cannot be read" in (result.reason or "")


def test_new_and_changed_files_of_a_folder_are_read(world: World, tmp_path: Path) -> None:
    written(tmp_path / "one.txt", note(1))
    written(tmp_path / "deep" / "two.txt", note(2))
    source = watched(world, tmp_path)
    assert world.poll(source).added == 2
    assert world.news() == []
    assert world.poll(source).status is PollStatus.UNCHANGED
    written(tmp_path / "deep" / "three.txt", note(3), age=1800)
    written(tmp_path / "one.txt", note(4), age=1700)
    (tmp_path / "deep" / "two.txt").unlink()
    result = world.poll(source)
    assert (result.found, result.added, result.updated) == (2, 1, 1)
    assert len(world.news()) == 1
    assert set(world.archive.sources.marks(source.number)) == {"one.txt", "deep/three.txt"}


def test_hidden_files_and_links_are_left_alone(world: World, tmp_path: Path) -> None:
    written(tmp_path / "watched" / ".secret.txt", note(1))
    written(tmp_path / "watched" / ".git" / "x.txt", note(2))
    written(tmp_path / "outside.txt", note(3))
    (tmp_path / "watched" / "link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "watched" / "loop").symlink_to(tmp_path / "watched")
    os.mkfifo(tmp_path / "watched" / "pipe")
    assert world.poll(watched(world, tmp_path / "watched")).found == 0


def test_a_file_that_is_being_written_waits_for_the_next_poll(world: World, tmp_path: Path) -> None:
    written(tmp_path / "one.txt", note(1))
    written(tmp_path / "two.txt", note(2), age=-15 * 60 + 3)  # three seconds before the poll
    source = watched(world, tmp_path)
    assert world.poll(source).added == 1
    assert world.poll(source).added == 1
    assert world.poll(source).status is PollStatus.UNCHANGED


def test_a_mailbox_that_grows_is_read_from_where_it_ended(world: World, tmp_path: Path) -> None:
    box = written(tmp_path / "list.mbox", letter(1) + letter(2))
    source = watched(world, box)
    assert world.poll(source).added == 2
    grown(box, letter(3), age=1800)
    result = world.poll(source)
    assert (result.found, result.added) == (1, 1)
    assert world.news() == ["Ferry number 3"]
    grown(box, b"", age=1700)  # touched and not changed
    assert world.poll(source).found == 0


def test_the_last_mail_of_a_mailbox_that_is_being_written_waits(world: World, tmp_path: Path) -> None:
    half, rest = letter(3)[:-40], letter(3)[-40:]
    box = written(tmp_path / "list.mbox", letter(1) + letter(2) + half, age=-15 * 60 + 1)
    source = watched(world, tmp_path)
    assert world.poll(source).added == 2
    grown(box, rest, age=-30 * 60 + 60)
    assert world.poll(source).added == 1
    assert len(world.titles()) == 3
    texts = [article.text for article in world.archive.articles()]
    assert texts[-1].rstrip().endswith("crates of apples on its deck.")


@pytest.mark.parametrize("change", ["cut", "rewritten", "longer"])
def test_a_mailbox_that_was_rewritten_is_read_again_and_nothing_comes_twice(
    world: World, tmp_path: Path, change: str
) -> None:
    box = written(tmp_path / "list.mbox", letter(1) + letter(2) + letter(3))
    source = watched(world, tmp_path)
    world.poll(source)
    content = {
        "cut": letter(2) + letter(3),
        "rewritten": letter(1) + letter(4) + letter(3),
        "longer": letter(4) + letter(1) + letter(2) + letter(3) + letter(5),
    }[change]
    written(box, content, age=1800)
    result = world.poll(source)
    assert result.added == {"cut": 0, "rewritten": 1, "longer": 2}[change]
    grown(box, letter(6), age=1700)
    assert (world.poll(source).found, len(set(world.titles()))) == (1, len(world.titles()))


def test_a_packed_mailbox_that_changed_is_read_whole(world: World, tmp_path: Path) -> None:
    box = written(tmp_path / "list.mbox.gz", gzip.compress(letter(1)))
    source = watched(world, tmp_path)
    world.poll(source)
    written(box, gzip.compress(letter(1) + letter(2)), age=1800)
    result = world.poll(source)
    assert (result.found, result.added) == (2, 1)


def test_a_mail_in_a_maildir_is_the_same_when_it_was_read(world: World, tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    mail = letter(1).partition(b"\n")[2]
    arrived = written(tmp_path / "new" / "1764.M1.harbour", mail)
    written(tmp_path / "tmp" / "1764.M2.harbour", letter(2).partition(b"\n")[2])
    source = watched(world, tmp_path)
    assert world.poll(source).added == 1
    arrived.rename(tmp_path / "cur" / "1764.M1.harbour:2,S")
    assert world.poll(source).status is PollStatus.UNCHANGED
    written(tmp_path / "new" / "1764.M3.harbour", letter(3).partition(b"\n")[2], age=1800)
    assert world.poll(source).added == 1
    assert world.news() == ["Ferry number 3"]


def test_a_folder_that_is_not_there_is_a_failure_that_passes(world: World, tmp_path: Path) -> None:
    written(tmp_path / "disk" / "one.txt", note(1))
    source = watched(world, tmp_path / "disk")
    world.poll(source)
    (tmp_path / "disk").rename(tmp_path / "gone")
    result = world.poll(source)
    assert (result.status, result.reason) == (
        PollStatus.FAILED,
        "there is no such file or folder: is its disk mounted?",
    )
    (tmp_path / "gone").rename(tmp_path / "disk")
    assert world.poll(source).status is PollStatus.UNCHANGED


def test_what_cannot_be_read_is_rejected_and_not_looked_at_again(world: World, tmp_path: Path) -> None:
    written(tmp_path / "noise.bin", bytes(range(256)) * 20)
    written(tmp_path / "one.txt", note(1))
    source = watched(world, tmp_path)
    result = world.poll(source)
    assert (result.added, result.rejected, result.text) == (1, 1, "2 found, 1 added, 1 rejected")
    assert world.poll(source).status is PollStatus.UNCHANGED
