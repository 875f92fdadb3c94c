"""Archives made in memory, good ones and such as mean harm."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable


def zip_of(members: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda member: None) -> bytes:
    """A zip of these members; `change` makes something else of each but "good.eml"."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            if name != "good.eml":
                change(member)
            archive.writestr(member, raw)
    return made.getvalue()


def tar_of(members: dict[str, bytes], change: Callable[[tarfile.TarInfo], None] = lambda member: None) -> bytes:
    """As `zip_of`, for a tar."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, raw in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            if name != "good.eml":
                change(member)
            archive.addfile(member, io.BytesIO(raw))
    return made.getvalue()
