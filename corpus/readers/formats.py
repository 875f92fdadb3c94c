"""The names that `import --format` takes."""

from __future__ import annotations

FORMATS = (
    "auto",
    "text",
    "markdown",
    "mbox",
    "maildir",
    "eml",
    "html",
    "mhonarc",
    "pipermail",
    "hyperkitty",
    "public-inbox",
    "feed",
    "pdf",
    "jsonl",
)
