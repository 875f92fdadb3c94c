"""PDFs by a few lines of code: text at places on pages, and whatever else a test wants to put into one."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

Placed = tuple[float, float, float, str]
"""Points from the left, points from the bottom, size of the letters in points, and a line of text."""

HEIGHT, WIDTH = 842, 595


def made_pdf(
    pages: Sequence[Sequence[Placed]], *, extra: Sequence[bytes] = (), catalog: bytes = b"", trailer: bytes = b""
) -> bytes:
    """A PDF of these pages in Helvetica. `extra` are further objects, numbered from 4 on."""
    count = len(extra)
    first = 4 + count
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *extra,
    ]
    for number, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /F 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (WIDTH, HEIGHT, first + 2 * number + 1)
        )
        objects.append(stream(b"\n".join(_shown(*line) for line in page)))
    return assembled(objects, trailer)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), extra, packed)


def assembled(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Numbered from 1 on; the first is the catalog."""
    made = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)
    return bytes(made)


def column(
    lines: Sequence[str], *, left: float = 72, top: float = 720, size: float = 10, leading: float = 12
) -> list[Placed]:
    """Lines below one another; an empty one is a gap, one that begins with a tab is set in."""
    placed = []
    for number, line in enumerate(lines):
        if line:
            placed.append((left + 14 * line.startswith("\t"), top - number * leading, size, line.lstrip("\t")))
    return placed


def _shown(left: float, bottom: float, size: float, text: str) -> bytes:
    letters = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET" % (size, left, bottom, letters)
