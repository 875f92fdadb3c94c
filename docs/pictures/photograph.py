"""A photograph of a channel as a member sees it, by a headless browser, on a desk and on a telephone."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

DESK, TELEPHONE = 960, 500  # width of the browser's window; chromium has none below 500 and would cut the picture
TALLEST = 2_400
_ABOVE, _BELOW = 145, 115  # the preview's own controls
_SHADED = 60  # from the left, where a narrow window's background is no even one; no text begins there
_BESIDE = 256  # the list of channels, which a narrow window leaves out


async def photograph(env: Any, channel: Any, viewer: Any, path: Path, *, width: int = DESK) -> None:
    """The channel's messages, and nothing around them, as a PNG."""
    async with env.preview(channel, viewers=[viewer], layout="channel") as shown:
        await asyncio.to_thread(_photograph, shown.url, path, width)


def _photograph(url: str, path: Path, width: int) -> None:
    command = [
        "chromium",
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--hide-scrollbars",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--virtual-time-budget=8000",
        f"--window-size={width},{TALLEST}",
        f"--screenshot={path}",
        url,
    ]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    with Image.open(path) as whole:
        left = _BESIDE if width >= DESK else 0
        channel = whole.convert("RGB").crop((left, _ABOVE, whole.width, whole.height - _BELOW))
    _without_margins(channel).save(path, optimize=True)


def _without_margins(picture: Image.Image) -> Image.Image:
    """The empty part above and below the messages goes."""
    messages = picture.crop((_SHADED, 0, picture.width, picture.height))
    background = Image.new("RGB", messages.size, picture.getpixel((picture.width - 3, picture.height // 2)))
    box = ImageChops.difference(messages, background).getbbox()
    if box is None:
        return picture
    return picture.crop((0, max(0, box[1] - 12), picture.width, min(picture.height, box[3] + 12)))
