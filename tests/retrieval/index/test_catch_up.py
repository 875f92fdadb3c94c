from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from drafts import NOON, draft
from fakes import WordHashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.posting_records import PostingKeys
from retrieval.index.catch_up import LiveIndex, rebuild
from retrieval.index.growing_index import Growth
from retrieval.index.passage_vectors import embed_missing
from retrieval.index.snapshot import MANIFEST
from retrieval.index.verifying import verify
from retrieval.models.embedding import Vectors


class Interrupted(Exception):
    """The power went."""


class InterruptedEmbedder(WordHashEmbedder):
    """Stops in the middle of its work, once."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def embed_passages(self, texts: object) -> Vectors:
        self.left -= 1
        if self.left == 0:
            raise Interrupted
        return super().embed_passages(texts)  # type: ignore[arg-type]


@contextmanager
def archive_in(folder: Path) -> Iterator[Archive]:
    with Archive.open(folder) as archive:
        yield archive


def add(archive: Archive, words: str, title: str | None = None) -> int:
    with archive.transaction():
        return archive.add(
            draft(words, title=title),
            collection="news",
            original=b"",
            keys=PostingKeys(None, words, None, ()),
            now=NOON,
            news=False,
        ).number


def remove(archive: Archive, number: int) -> None:
    with archive.transaction():
        archive.remove([number], NOON)


def is_true_to(live: LiveIndex, archive: Archive, embedder: WordHashEmbedder) -> bool:
    """Whether the index holds exactly the vectors that the archive holds."""
    stored = dict(archive.passages.vectors(embedder.name))
    everything = live.search(np.ones((1, embedder.dimension), dtype=np.float32), 1000)[0]
    return {number for number, _ in everything} == set(stored) and len(live) == len(stored)


def test_passages_are_encoded_with_their_headline_and_once(tmp_path: Path) -> None:
    embedder = WordHashEmbedder()
    with archive_in(tmp_path) as archive:
        add(archive, "Prices rose.", title="Trade")
        add(archive, "Prices rose.", title="Trade")
        add(archive, "Prices rose.")
        told: list[tuple[int, int]] = []
        assert embed_missing(archive, embedder, on_progress=lambda done, total: told.append((done, total))) == 3
        assert sorted(embedder.embedded) == ["Prices rose.", "Trade\nPrices rose."]
        assert told == [(3, 3)]
        assert embed_missing(archive, embedder) == 0
        blobs = dict(archive.passages.vectors(embedder.name))
        assert {len(blob) for blob in blobs.values()} == {2 * embedder.dimension}


def test_an_interruption_loses_one_batch_only(tmp_path: Path) -> None:
    with archive_in(tmp_path) as archive:
        for number in range(10):
            add(archive, f"Words of number {number}.")
        with pytest.raises(Interrupted):
            embed_missing(archive, InterruptedEmbedder(after=3), batch=3)
        assert archive.passages.count_vectors("word-hash/1") == 6
        assert embed_missing(archive, WordHashEmbedder(), batch=3) == 4


def test_enough_leaves_the_rest_to_the_next_call(tmp_path: Path) -> None:
    with archive_in(tmp_path) as archive:
        for number in range(10):
            add(archive, f"Words of number {number}.")
        assert embed_missing(archive, WordHashEmbedder(), batch=3, enough=lambda: True) == 3
        assert embed_missing(archive, WordHashEmbedder(), batch=3) == 7


SMALL = Growth(sealed_from=20, least_tail=6, tail_share=0.1, removed_share=0.2)

STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["add", "add many"]), st.integers(0, 5)),
        st.tuples(st.just("remove"), st.integers(1, 12)),
        st.tuples(st.just("restore"), st.integers(1, 12)),
        st.tuples(st.sampled_from(["embed", "follow", "save", "crash", "run", "sealed", "rebuild"]), st.just(0)),
    ),
    max_size=25,
)


def wait_for_sealing() -> None:
    for thread in threading.enumerate():
        if thread.name == "sealing":
            thread.join()


@settings(deadline=None, max_examples=60)
@given(steps=STEPS)
def test_whatever_happens_the_index_that_followed_is_the_archive(steps: list[tuple[str, int]]) -> None:
    embedder = WordHashEmbedder(dimension=16)
    with tempfile.TemporaryDirectory() as place, archive_in(Path(place)) as archive:
        folder = Path(place) / "index"
        live = LiveIndex.open(folder, archive, embedder, growth=SMALL)
        for step, number in steps:
            if step == "add":
                add(archive, f"Words of number {number}.")
            elif step == "add many":
                for one in range(12):
                    add(archive, f"Words of number {number} and {one}.")
            elif step == "remove":
                remove(archive, number)
            elif step == "restore":
                with archive.transaction():
                    archive.restore([number])
            elif step == "embed":
                embed_missing(archive, embedder, batch=2)
            elif step == "follow":
                live.catch_up()
            elif step == "save":
                live.save()
            elif step == "rebuild":
                rebuild(folder, archive, embedder.name, embedder.dimension, growth=SMALL)
            elif step == "sealed":
                wait_for_sealing()
            else:
                live.close()
                live = LiveIndex.open(folder, archive, embedder, growth=SMALL, background=step == "run")
        live.catch_up()
        assert is_true_to(live, archive, embedder)
        assert live.catch_up() == 0
        live.save()
        live.close()
        report = verify(folder, archive, embedder.name, embedder.dimension)
        assert (report.ok, report.missing, report.surplus, report.differing) == (True, 0, 0, 0)


def filled(folder: Path, embedder: WordHashEmbedder) -> Archive:
    archive = Archive.open(folder)
    for number in range(5):
        add(archive, f"Words of number {number}.")
    embed_missing(archive, embedder)
    return archive


def damage_vectors(folder: Path) -> None:
    (path,) = folder.glob("*.npz")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)


def cut_vectors(folder: Path) -> None:
    (path,) = folder.glob("*.npz")
    path.write_bytes(path.read_bytes()[:50])


def lose_vectors(folder: Path) -> None:
    (path,) = folder.glob("*.npz")
    path.unlink()


def garble_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text("{", "utf-8")


def change_manifest(**changes: object) -> object:
    def change(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        (folder / MANIFEST).write_text(json.dumps(manifest | changes), "utf-8")

    return change


@pytest.mark.parametrize(
    "damage",
    [
        damage_vectors,
        cut_vectors,
        lose_vectors,
        garble_manifest,
        change_manifest(model="another"),
        change_manifest(dimension=3),
        change_manifest(splitter="another"),
        change_manifest(archive="another"),
        change_manifest(position=10**6),
        change_manifest(position="soon"),
        change_manifest(tail={"name": "../archive.sqlite3", "size": 1, "crc32": 1}),
        change_manifest(tail={"name": "tail-1.npz", "size": None, "crc32": 1}),
        change_manifest(tail=None),
        change_manifest(sealed={"name": "sealed-1.faiss", "size": 1, "crc32": 1}),
        change_manifest(format=1),
        change_manifest(surplus=1),
    ],
)
def test_a_snapshot_that_does_not_fit_is_built_anew(tmp_path: Path, damage: object) -> None:
    embedder = WordHashEmbedder()
    folder = tmp_path / "index"
    archive = filled(tmp_path, embedder)
    LiveIndex.open(folder, archive, embedder).save()
    damage(folder)  # type: ignore[operator]
    report = verify(folder, archive, embedder.name, embedder.dimension)
    assert not report.ok and report.reason
    live = LiveIndex.open(folder, archive, embedder)
    assert is_true_to(live, archive, embedder)
    assert rebuild(folder, archive, embedder.name, embedder.dimension) == 5
    assert verify(folder, archive, embedder.name, embedder.dimension).ok
    archive.close()


def test_a_crash_before_the_manifest_leaves_the_snapshot_before_it(tmp_path: Path) -> None:
    embedder = WordHashEmbedder()
    folder = tmp_path / "index"
    archive = filled(tmp_path, embedder)
    LiveIndex.open(folder, archive, embedder).save()
    manifest = (folder / MANIFEST).read_bytes()
    (before,) = folder.glob("*.npz")
    kept = before.read_bytes()
    add(archive, "One more.")
    embed_missing(archive, embedder)
    LiveIndex.open(folder, archive, embedder).save()
    # As if it had stopped after the new vectors and before the new manifest:
    (folder / MANIFEST).write_bytes(manifest)
    before.write_bytes(kept)
    live = LiveIndex.open(folder, archive, embedder)
    assert len(live) == 6
    live.save()
    assert len(list(folder.glob("*.npz"))) == 1
    archive.close()


def test_an_index_is_opened_from_its_snapshot_and_only_follows_what_is_new(tmp_path: Path) -> None:
    embedder = WordHashEmbedder()
    folder = tmp_path / "index"
    archive = filled(tmp_path, embedder)
    live = LiveIndex.open(folder, archive, embedder)
    live.save()
    stamp = (folder / MANIFEST).stat().st_mtime_ns
    live.save()
    assert (folder / MANIFEST).stat().st_mtime_ns == stamp
    number = add(archive, "One more.")
    assert LiveIndex.open(folder, archive, embedder).catch_up() == 0  # it has no vector yet
    embed_missing(archive, embedder)
    assert live.catch_up() == 1
    remove(archive, number)
    assert live.catch_up() == 1
    assert is_true_to(live, archive, embedder)
    archive.close()


def test_a_folder_that_cannot_be_written_costs_the_snapshot_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = WordHashEmbedder()
    archive = filled(tmp_path, embedder)
    (tmp_path / "index").write_text("a file stands where the folder would", "utf-8")
    live = LiveIndex.open(tmp_path / "index", archive, embedder)
    live.save()
    assert is_true_to(live, archive, embedder)
    assert "was not saved" in caplog.text
    archive.close()


def test_two_models_keep_apart(tmp_path: Path) -> None:
    one, other = WordHashEmbedder(), WordHashEmbedder(dimension=16, name="word-hash/2")
    archive = filled(tmp_path, one)
    live = LiveIndex.open(tmp_path / "index", archive, one)
    add(archive, "One more.")
    assert embed_missing(archive, other) == 6
    live.catch_up()
    assert len(live) == 5
    assert len(LiveIndex.open(tmp_path / "index", archive, other)) == 6
    archive.close()


# Sealed


def many(archive: Archive, embedder: WordHashEmbedder, first: int, count: int) -> list[int]:
    added = [add(archive, f"Item {number} of many.") for number in range(first, first + count)]
    embed_missing(archive, embedder)
    return added


def sealed_in(folder: Path) -> Path:
    (path,) = folder.glob("sealed-*.faiss")
    return path


def test_growing_a_little_leaves_the_sealed_segment_on_disk_alone(tmp_path: Path) -> None:
    embedder, folder = WordHashEmbedder(), tmp_path / "index"
    with archive_in(tmp_path) as archive:
        added = many(archive, embedder, 0, 30)
        live = LiveIndex.open(folder, archive, embedder, growth=SMALL)
        live.save()
        before = sealed_in(folder).stat()
        many(archive, embedder, 30, 3)
        remove(archive, added[4])
        live.catch_up()
        live.save()
        assert sealed_in(folder).stat() == before
        again = LiveIndex.open(folder, archive, embedder, growth=SMALL)
        assert again.is_sealed and again.position == live.position
        assert is_true_to(again, archive, embedder)
        many(archive, embedder, 33, 10)
        again.catch_up()
        again.save()
        assert sealed_in(folder).stat() != before
        assert len(list(folder.iterdir())) == 3


def test_it_is_sealed_in_the_background_while_the_archive_changes(tmp_path: Path) -> None:
    embedder, folder = WordHashEmbedder(), tmp_path / "index"
    with archive_in(tmp_path) as archive:
        live = LiveIndex.open(folder, archive, embedder, growth=SMALL, background=True)
        added = many(archive, embedder, 0, 30)
        assert live.catch_up() == 30
        assert not live.is_sealed
        remove(archive, added[7])
        many(archive, embedder, 30, 2)
        live.catch_up()
        wait_for_sealing()
        assert live.catch_up() == 3  # once more, since the sealing began before them
        assert live.is_sealed and is_true_to(live, archive, embedder)
        live.close()
        again = LiveIndex.open(folder, archive, embedder, growth=SMALL)
        assert again.is_sealed and again.position == live.position
        assert verify(folder, archive, embedder.name, embedder.dimension).ok


def test_where_nothing_can_be_written_it_is_sealed_in_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    embedder = WordHashEmbedder()
    (tmp_path / "index").write_text("a file stands where the folder would", "utf-8")
    with archive_in(tmp_path) as archive:
        live = LiveIndex.open(tmp_path / "index", archive, embedder, growth=SMALL, background=True)
        many(archive, embedder, 0, 30)
        live.catch_up()
        wait_for_sealing()
        live.catch_up()
        assert live.is_sealed and is_true_to(live, archive, embedder)
        assert "was not saved" in caplog.text
        live.close()


def flip_a_byte(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[-len(raw) // 3] ^= 0xFF
    path.write_bytes(raw)


@pytest.mark.parametrize("damage", [flip_a_byte, Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:900])])
def test_a_damaged_segment_is_told_and_made_anew(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    embedder, folder = WordHashEmbedder(), tmp_path / "index"
    with archive_in(tmp_path) as archive:
        many(archive, embedder, 0, 30)
        LiveIndex.open(folder, archive, embedder, growth=SMALL).save()
        damage(sealed_in(folder))
        assert not verify(folder, archive, embedder.name, embedder.dimension).ok
        assert len(LiveIndex.open(folder, archive, embedder, growth=SMALL)) == 30
        assert rebuild(folder, archive, embedder.name, embedder.dimension, growth=SMALL) == 30
        assert verify(folder, archive, embedder.name, embedder.dimension).ok


def test_a_segment_that_another_process_swept_away_is_written_again(tmp_path: Path) -> None:
    embedder, folder = WordHashEmbedder(), tmp_path / "index"
    with archive_in(tmp_path) as archive:
        many(archive, embedder, 0, 30)
        live = LiveIndex.open(folder, archive, embedder, growth=SMALL)
        live.save()
        sealed_in(folder).unlink()
        many(archive, embedder, 30, 1)
        live.catch_up()
        live.save()
        assert verify(folder, archive, embedder.name, embedder.dimension).ok


def test_a_crash_after_the_segment_leaves_the_snapshot_before_it(tmp_path: Path) -> None:
    embedder, folder = WordHashEmbedder(), tmp_path / "index"
    with archive_in(tmp_path) as archive:
        many(archive, embedder, 0, 10)
        live = LiveIndex.open(folder, archive, embedder, growth=SMALL)
        live.save()
        (folder / "sealed-99-1.faiss").write_bytes(b"written, and not named yet")
        (folder / "sealed-99-1-1.partial").write_bytes(b"half writ")
        os.utime(folder / "sealed-99-1-1.partial", (0, 0))
        assert len(LiveIndex.open(folder, archive, embedder, growth=SMALL)) == 10
        many(archive, embedder, 10, 1)
        live.catch_up()
        live.save()
        assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".npz"]


def test_a_snapshot_of_an_earlier_format_is_built_anew_with_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    embedder, folder = WordHashEmbedder(), tmp_path / "index"
    folder.mkdir()
    (folder / MANIFEST).write_text('{"format": 1, "file": "passages-5-1.faiss"}', "utf-8")
    (folder / "passages-5-1.faiss").write_bytes(b"an index")
    with archive_in(tmp_path) as archive, caplog.at_level("INFO"):
        many(archive, embedder, 0, 3)
        live = LiveIndex.open(folder, archive, embedder)
        live.save()
        assert "built anew: the index was made for another format (1, now 2)" in caplog.text
        assert is_true_to(live, archive, embedder)
        assert not (folder / "passages-5-1.faiss").exists()
