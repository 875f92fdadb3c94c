"""The bundled sample archive, in a data folder of its own, so that a real archive never quotes it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from bot.locks import BULK, BULK_WORK, held
from bot.settings import Settings
from bot.wiring import archive_to_write, refresh_index
from corpus.errors import CorpusError
from corpus.ingest import ingest
from corpus.readers.opening import read_items

FOLDER = Path("data-sample")
COLLECTION = "Roundtable"
_MARKER = "sample.sha256"


def prepare_sample(
    settings: Settings,
    *,
    on_reading: Callable[[int, int | None], None],
    on_embedding: Callable[[int, int], None],
) -> None:
    """Import the sample into the settings' data folder, unless this very sample was imported there before."""
    with as_file(files("corpus") / "sample" / "archive") as archive_folder:
        print_of_it = _fingerprint(archive_folder) + "\n" + repr(settings.model) + "\n"
        marker = settings.data / _MARKER
        if marker.is_file() and marker.read_text("utf-8") == print_of_it:
            return
        with held(settings.data, BULK, BULK_WORK), archive_to_write(settings.data) as archive:
            items = read_items(archive_folder)
            for done, _ in enumerate(ingest(archive, items, collection=COLLECTION), start=1):
                on_reading(done, None)
            if not archive.coverage().articles:
                raise CorpusError("the sample archive did not come with this installation: import one of your own")
            refresh_index(archive, settings, on_progress=on_embedding)
        marker.write_text(print_of_it, "utf-8")


def _fingerprint(folder: Path) -> str:
    """Changes when any file of the sample does."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
