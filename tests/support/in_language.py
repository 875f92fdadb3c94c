"""A plugin for pytest: all pages are made in another language, to see whether they keep to their limits there too.

    SPEAK=es PYTHONPATH=tests/support python -m pytest -p in_language tests/bot/rendering -k limit

Tests that compare English texts fail under it, of course.
"""

from __future__ import annotations

import os

from bot.rendering.wording import speak

speak(os.environ["SPEAK"])
