"""Files that mean harm by what is in them: each gets an answer, nothing else is lost, nothing is run or fetched."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import RawItem, Unreadable
from corpus.readers.mail import MOST_BYTES
from corpus.readers.opening import read_items

_GOOD = b"From: Ana Quill <ana@one.example>\nSubject: good\nMessage-ID: <good@one.example>\n\nThe good mail's words.\n"
_HEAD = b"From: Ana Quill <ana@one.example>\nSubject: bad\nMessage-ID: <bad@one.example>\n"
_SEPARATOR = b"From ana@one.example Wed May  7 10:00:00 2031\n"
_SECRET = "Words that are nobody's business at all."


def _read(tmp_path: Path, raw: bytes, name: str = "bad") -> list[RawItem | Unreadable]:
    """What a file gives, after it was made sure that the one behind it was read too."""
    (tmp_path / name).write_bytes(raw)
    (tmp_path / "good.eml").write_bytes(_GOOD)
    *found, last = sorted(read_items(tmp_path), key=lambda item: item.source == "good.eml")
    assert isinstance(last, RawItem) and last.subject == "good"
    assert found
    return found


def _words(items: list[RawItem | Unreadable]) -> str:
    return "\n".join(block.text for item in items if isinstance(item, RawItem) for block in item.blocks)


def _as_page(body: bytes) -> bytes:
    return (
        b"<html><head><title>A page</title></head><body><h1>A page</h1><p>Words of it.</p>" + body + b"</body></html>"
    )


def _as_mhonarc(body: bytes) -> bytes:
    return (
        b"<!-- MHonArc v2.6.19 -->\n<!--X-Subject: bad -->\n<!--X-Message-Id: bad@one.example -->\n<!--X-Head-End-->\n"
        b"<!--X-Body-of-Message-->\n" + body + b"\n<!--X-Body-of-Message-End-->\n"
    )


def _as_pipermail(body: bytes) -> bytes:
    return (
        b"<html><H1>bad</H1><B>Ana</B> <I>Sun Mar  2 17:05:30 MST 2031</I><!--beginarticle-->"
        + body
        + b"<!--endarticle-->"
    )


def _as_html_mail(body: bytes) -> bytes:
    return _HEAD + b"Content-Type: text/html\n\n" + body


def _as_mail(body: bytes) -> bytes:
    return _HEAD + b"\n" + body


def _as_mailbox(body: bytes) -> bytes:
    return _SEPARATOR + _as_mail(body) + b"\n\n" + _SEPARATOR + _GOOD.replace(b"good", b"next")


def _as_feed(body: bytes) -> bytes:
    escaped = body.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
    return (
        b"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><item><title>bad</title><description>"
        + escaped
        + b"</description></item></channel></rss>"
    )


def _as_text(body: bytes) -> bytes:
    return b"A headline\n\nA sentence follows it here.\n\n" + body


def _as_markdown(body: bytes) -> bytes:
    return b"# A headline\n\nA sentence follows it here.\n\n" + body


def _as_jsonl(body: bytes) -> bytes:
    return b'{"text": "' + body.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"}\n'


_MARKUP = [_as_page, _as_mhonarc, _as_pipermail, _as_html_mail, _as_feed]
_TEXT = [_as_mail, _as_mailbox, _as_text, _as_markdown, _as_jsonl]


@pytest.mark.parametrize("form", _MARKUP)
def test_a_hundred_thousand_nested_tags(tmp_path: Path, form: Callable[[bytes], bytes]) -> None:
    _read(tmp_path, form(b"<div><b>" * 50_000 + b"deep words" + b"</b></div>" * 50_000))


@pytest.mark.parametrize("form", [*_MARKUP, *_TEXT])
@pytest.mark.parametrize("piece", [b"words and more ", b"x", b">", b"<!--", b"["])
def test_a_line_of_a_megabyte(tmp_path: Path, form: Callable[[bytes], bytes], piece: bytes) -> None:
    _read(tmp_path, form(piece * (1_000_000 // len(piece))))


def test_ten_megabytes_on_a_line_are_kept_word_for_word(tmp_path: Path) -> None:
    line = "words and more " * 700_000
    (item,) = _read(tmp_path, _as_text(line.encode()))
    assert isinstance(item, RawItem) and item.blocks[-1].text.strip() == line.strip()


_BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize("entity", [f'<!ENTITY a0 "ha">{_BOMB}', '<!ENTITY a11 SYSTEM "file://{secret}">'])
@pytest.mark.parametrize(
    "form",
    [
        '<?xml version="1.0"?><!DOCTYPE rss [{entity}]><rss version="2.0"><channel><title>t</title><item>'
        "<title>bad</title><description>Words. &a11;</description></item></channel></rss>",
        '<?xml version="1.0"?><!DOCTYPE html [{entity}]><html><body><h1>bad</h1><p>Words. &a11;</p></body></html>',
    ],
)
def test_entities_are_neither_multiplied_nor_fetched(tmp_path: Path, form: str, entity: str) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}.secret"
    secret.write_text(_SECRET)
    found = _read(tmp_path, form.replace("{entity}", entity.replace("{secret}", str(secret))).encode())
    assert "nobody's business" not in _words(found)
    assert len(_words(found)) < 10_000


class _Planted:
    """Unpickled, it would make a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return (Path(str(self._path)).write_text, ("x",))


def test_pickles_and_databases_of_archives_are_never_opened_and_are_no_items(tmp_path: Path) -> None:
    mark = tmp_path.parent / f"{tmp_path.name}.mark"
    planted = pickle.dumps(_Planted(mark))
    (tmp_path / "pipermail.pck").write_bytes(planted)
    (tmp_path / "config.pck.last").write_bytes(planted)
    (tmp_path / "database").mkdir()
    for kind in ("article", "author", "date", "subject", "thread"):
        (tmp_path / "database" / f"2031-May-{kind}").write_bytes(planted)
    (tmp_path / ".mhonarc.db").write_bytes(b"# MHonArc Database\nsystem 'touch x';\n1;\n")
    (tmp_path / "mhonarc.db").write_bytes(b"# MHonArc Database\nsystem 'touch x';\n1;\n")
    (tmp_path / "good.eml").write_bytes(_GOOD)
    assert [item.source for item in read_items(tmp_path)] == ["good.eml"]
    (tmp_path / "renamed").write_bytes(planted)
    (refused,) = (item for item in read_items(tmp_path) if item.source == "renamed")
    assert isinstance(refused, Unreadable)
    assert not mark.exists()


def test_a_folder_that_is_only_called_database_is_read(tmp_path: Path) -> None:
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "good.eml").write_bytes(_GOOD)
    assert [item.source for item in read_items(tmp_path)] == ["database/good.eml"]


@pytest.mark.parametrize(
    "path", ["../{secret}", "/{folder}/{secret}", "..%2f{secret}", "sub/../../{secret}", "link.html"]
)
def test_a_page_does_not_lead_to_files_that_are_not_beside_it(tmp_path: Path, path: str) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text(f"<p>{_SECRET}</p>")
    folder = tmp_path / "archive"
    (folder / "sub").mkdir(parents=True)
    (folder / "link.html").symlink_to(secret)
    named = path.format(secret=secret.name, folder=tmp_path).replace("//", "/").encode()
    page = _as_mhonarc(b'<p>Attachment: <a href="%s">%s</a></p>' % (named, named))
    page = page.replace(b"<!--X-Head-End-->", b"<!--X-Derived: %s -->\n<!--X-Head-End-->" % named)
    assert "nobody's business" not in _words(_read(folder, page, "msg00001.html"))


@pytest.mark.parametrize("name", [b"../../evil.txt", b"/tmp/evil.txt", b"C:\\evil.txt", b"nul\0.txt", b"x" * 5000])
def test_the_name_of_an_attachment_is_only_a_name(tmp_path: Path, name: bytes) -> None:
    (tmp_path / "in").mkdir()
    raw = _HEAD + (
        b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nWords of the mail.\n--b\n'
        b'Content-Type: application/octet-stream; name="%s"\nContent-Disposition: attachment; filename="%s"\n'
        b"Content-Transfer-Encoding: base64\n\n%s\n--b--\n" % (name, name, base64.b64encode(b"evil"))
    )
    (item,) = _read(tmp_path / "in", raw)
    assert isinstance(item, RawItem) and _words([item]) == "Words of the mail."
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == ["bad", "good.eml"]


def _nested(depth: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return _HEAD + opened + b"Content-Type: text/plain\n\nDeep words.\n"


@pytest.mark.parametrize(
    "raw",
    [
        _nested(30),
        _nested(5_000),
        _HEAD + b"Content-Type: message/rfc822\n\n" * 5_000 + b"words\n",
        _HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nwords\n" * 20_000 + b"--b--\n",
        _HEAD + b"References: " + b"<a@b.example> " * 50_000 + b"\n\nwords\n",
        _HEAD + b"To: " + b"(" * 200_000 + b"\n\nwords\n",
        b"X: y\n" * 100_000 + _HEAD + b"\nwords\n",
        _HEAD.replace(b"bad", b"=?utf-8?q?x?= " * 20_000, 1) + b"\nwords\n",
    ],
)
def test_mails_of_countless_parts_and_headers(tmp_path: Path, raw: bytes) -> None:
    _read(tmp_path, raw)


def test_a_mail_above_the_limit_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(_SEPARATOR + _HEAD + b"\n" + b"x" * MOST_BYTES + b"\n\n" + _SEPARATOR + _GOOD)
    large, good = read_items(tmp_path)
    assert large == Unreadable("box#1", "a mail of more than 64 MB")
    assert isinstance(good, RawItem) and good.source == "box#2"


def test_a_document_above_the_limit_is_named(tmp_path: Path) -> None:
    (item,) = _read(tmp_path, _as_page(b"x" * (17 << 20)))
    assert item == Unreadable("bad", "more than 16 MB for one document")


@pytest.mark.parametrize("line", [b'{"text": ' + b"[" * 100_000, b'{"text": "x", "id": ' + b"9" * 100_000 + b"}"])
def test_a_line_of_json_that_never_ends_is_refused_alone(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"text": "first"}\n' + line + b'\n{"text": "last"}\n')
    first, bad, last = read_items(tmp_path)
    assert isinstance(first, RawItem) and isinstance(bad, Unreadable) and isinstance(last, RawItem)


def test_what_a_page_hides_and_runs_is_not_text(tmp_path: Path) -> None:
    hidden = (
        b"<script>hidden script</script><style>.hidden{}</style><p style='display:none'>hidden paragraph</p>"
        b"<form><textarea>hidden form</textarea></form><iframe src='http://x.example/'>hidden frame</iframe>"
        b"<a href='javascript:hidden()'>A link</a> <a href='data:text/html,hidden'>Another</a>"
    )
    found = _read(tmp_path, _as_html_mail(b"<p>Words that are to be seen.</p>" + hidden))
    assert "hidden" not in _words(found)
    assert all("hidden" not in link.url for item in found if isinstance(item, RawItem) for link in item.links)
