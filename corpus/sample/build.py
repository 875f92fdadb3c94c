"""Turn posts/*.eml into archive/: the pages and month texts of a Mailman 2 list that is archived through MHonArc.

A developer's script; no part of the installed package. It needs the program ``mhonarc`` (2.6.19, a Debian package of
that name) and nothing else. Run it after a change to posts/ and commit what it writes::

    python corpus/sample/build.py            # writes corpus/sample/archive
    python corpus/sample/build.py FOLDER     # writes somewhere else, to compare

The result depends on posts/ and the resource files alone: no clock, no host name, gzip without a time. Message numbers
start again every month, as in the archives that this one is modelled on. Two months are uneven on purpose, because
real archives are: `TEXT_ONLY` has lost its pages and `PAGES_ONLY` its text.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIST = "Roundtable"
LIST_PAGE = "https://lists.example.org/mailman/listinfo/roundtable"
ATTACHMENTS = "https://lists.example.org/pipermail/roundtable/attachments"
TEXT_ONLY = "2020-July"
PAGES_ONLY = "2021-December"
SCRUBBED = "An HTML attachment was scrubbed...\nURL: <{url}>\n"


@dataclass(frozen=True, slots=True)
class Post:
    """One mail of posts/: its bytes, and the same read by the standard library."""

    path: Path
    original: bytes
    mail: EmailMessage

    @property
    def sent(self) -> datetime:
        return self.mail["Date"].datetime  # type: ignore[no-any-return]

    @property
    def month(self) -> str:
        return f"{self.sent:%Y-%B}"


def read_posts(folder: Path) -> list[Post]:
    """The posts in posting order, which is the order of their file names."""
    posts = []
    for path in sorted(folder.glob("*.eml")):
        original = path.read_bytes()
        mail = message_from_bytes(original, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        posts.append(Post(path, original, mail))
    if [post.sent for post in posts] != sorted(post.sent for post in posts):
        raise SystemExit("posts/ is out of order: the numbers of the files must follow the dates")
    return posts


def masked(text: str) -> str:
    """The text with ``user@host`` written ``user at host``, as Mailman does before it archives."""
    return text.replace("@", " at ")


def envelope(post: Post, sender: str) -> str:
    return f"From {sender}  {post.sent:%a %b} {post.sent.day:2d} {post.sent:%H:%M:%S %Y}\n"


def as_mailbox(posts: list[Post]) -> bytes:
    """The month as the mailbox that Mailman hands to MHonArc; body lines that begin ``From `` are escaped."""
    mails = []
    for post in posts:
        lines = post.original.splitlines(keepends=True)
        escaped = b"".join(b">" + line if line.startswith(b"From ") else line for line in lines)
        mails.append(envelope(post, "roundtable-bounces@lists.example.org").encode() + escaped + b"\n")
    return b"".join(mails)


def make_pages(posts: list[Post], folder: Path) -> None:
    """Let MHonArc make the month's pages and its four indexes in this folder."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        mailbox = Path(scratch) / "month.mbox"
        mailbox.write_bytes(as_mailbox(posts))
        resources = ["-rcfile", str(HERE / "fusion.mrc"), "-definevar", f'MONTH="{posts[0].sent:%B %Y}"']
        subprocess.run(
            ["mhonarc", "-quiet", *resources, "-outdir", str(folder), str(mailbox)],
            check=True,
            cwd=HERE,  # where MHonArc looks for the resource files of the further indexes
            # Perl otherwise shuffles what sorts as equal, such as two posts by one author.
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", "PERL_HASH_SEED": "0", "PERL_PERTURB_KEYS": "0"},
        )
    # Perl source that names this machine's folders; no reader wants it.
    (folder / ".mhonarc.db").unlink()


def parts_as_text(post: Post) -> Iterator[str]:
    """The readable parts of a mail, with Mailman's note where an HTML part stood."""
    for part in post.mail.walk():
        if part.get_content_type() == "text/plain":
            yield str(part.get_content()).rstrip("\n") + "\n"
        elif part.get_content_type() == "text/html":
            digest = hashlib.sha256(part.get_payload(decode=True)).hexdigest()[:8]  # type: ignore[arg-type]
            yield SCRUBBED.format(url=f"{ATTACHMENTS}/{post.sent:%Y%m%d}/{digest}/attachment.html")


def month_text(posts: list[Post]) -> str:
    """The month as Pipermail's text file: a few headers, addresses masked, bodies decoded."""
    pieces = []
    for post in posts:
        name, address = parseaddr(str(post.mail["From"]))
        body = "-------------- next part --------------\n".join(parts_as_text(post))
        body = "".join(">" + line if line.startswith("From ") else line for line in body.splitlines(keepends=True))
        headers = [f"From: {masked(address)} ({name})", f"Date: {post.mail['Date']}"]
        headers += [
            f"{field}: {post.mail[field]}"
            for field in ("Subject", "In-Reply-To", "References", "Message-ID")
            if post.mail[field] is not None
        ]
        pieces.append(envelope(post, masked(address)) + "\n".join(headers) + "\n\n" + masked(body) + "\n")
    return "".join(pieces)


def index_row(month: str, title: str, target: Path) -> str:
    text = target / f"{month}.txt.gz"
    views = "\n".join(
        f'              <A href="{month}/{view.lower()}.html">[ {view} ]</a>'
        for view in ("Thread", "Subject", "Author", "Date")
        if (target / month).is_dir()
    )
    size = f"{-(-text.stat().st_size // 1024)} KB" if text.exists() else ""
    download = f'<A href="{text.name}">[ Gzip\'d Text {size} ]</a>' if text.exists() else ""
    return (
        f"            <tr>\n            <td>{title}:</td>\n            <td>\n{views}\n            </td>\n"
        f"            <td>{download}</td>\n            </tr>\n"
    )


def list_index(rows: list[str]) -> str:
    """The list's front page, newest month first."""
    return (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n<HTML>\n  <HEAD>\n'
        f"     <title>The {LIST} Archives</title>\n"
        '     <META NAME="robots" CONTENT="noindex,follow">\n'
        '     <META http-equiv="Content-Type" content="text/html; charset=utf-8">\n  </HEAD>\n'
        f'  <BODY BGCOLOR="#ffffff">\n     <h1>The {LIST} Archives</h1>\n'
        f'     <p>\n      You can get <a href="{LIST_PAGE}">more information about this list</a>.\n     </p>\n'
        "     <table border=3>\n          <tr><td>Archive</td>\n          <td>View by:</td>\n"
        f"          <td>Downloadable version</td></tr>\n{''.join(reversed(rows))}     </table>\n  </BODY>\n</HTML>\n"
    )


def build(target: Path) -> None:
    """Write the whole archive anew; the folder is emptied first."""
    if shutil.which("mhonarc") is None:
        raise SystemExit("mhonarc is not installed: it makes the pages (Debian: apt install mhonarc)")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    rows = []
    for month, group in groupby(read_posts(HERE / "posts"), key=lambda post: post.month):
        posts = list(group)
        if month != TEXT_ONLY:
            make_pages(posts, target / month)
        if month != PAGES_ONLY:
            packed = gzip.compress(month_text(posts).encode("utf-8"), mtime=0)
            (target / f"{month}.txt.gz").write_bytes(packed)
        rows.append(index_row(month, f"{posts[0].sent:%B %Y}", target))
        print(f"{month}: {len(posts)}")
    (target / "index.html").write_text(list_index(rows), "utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "archive")
