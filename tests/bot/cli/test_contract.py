"""The command line is a contract: names, JSON and exit codes as docs/commands.md says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from commands import briefing_bot, briefing_bot_process, one_readable_line

from bot.locks import held
from corpus.archive import FILE_NAME

RECORDS: list[dict[str, Any]] = [
    {
        "id": "ferry",
        "title": "Ferry to the islands returns",
        "author": "Ines Abel",
        "source": "Harbour Gazette",
        "published": "2024-03-02",
        "url": "https://gazette.example/ferry",
        "text": "The ferry “Marta” sails again on 4 March.\n\nIt was in dock for 11 weeks, the harbour master said.",
    },
    {
        "id": "bridge",
        "title": "Old bridge closed",
        "source": "Meridian Wire",
        "published": "2023-11",
        "text": "The bridge over the Lune was closed to lorries in November 2023.\n\nRepairs will cost $1.2bn.",
    },
    {
        "id": "undated",
        "title": "",
        "source": "",
        "published": "",
        "text": "A recipe for rye bread needs 480 g of flour.",
    },
]

ARTICLE_KEYS = (
    "id external_id revision collection list subject title dek author outlet published published_precision posted "
    "received message_id in_reply_to references sender_name url kind duplicate_of language fields blocks text"
).split()


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "harbour.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS), "utf-8")
    return path


@pytest.fixture(scope="module")
def data(records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the records in it, embedded by the real model; only read by tests."""
    folder = tmp_path_factory.mktemp("data") / "archive"
    run = briefing_bot("import", records, "--data", folder)
    assert run.code == 0, run.err
    return folder


@pytest.mark.real
def test_import_reports_every_item_and_a_second_one_changes_nothing(records: Path, tmp_path: Path) -> None:
    first = briefing_bot("import", records, "--data", tmp_path, "--json")
    *items, summary = first.lines
    assert first.code == 0
    assert [(item["source"], item["status"]) for item in items] == [
        (f"harbour.jsonl#{number}", "added") for number in (1, 2, 3)
    ]
    assert all(set(item) == {"source", "status", "article", "duplicate_of", "reason"} for item in items)
    assert "text" not in items[0]["article"] and "blocks" not in items[0]["article"]
    assert summary["summary"]["added"] == 3
    assert items[0]["article"]["collection"] == "harbour"
    assert "the first import into the collection harbour is not news" in first.err
    again = briefing_bot("import", records, "--data", tmp_path, "--json")
    assert [line["status"] for line in again.lines[:-1]] == ["same"] * 3
    assert "not news" not in again.err
    assert [line["article"]["id"] for line in again.lines[:-1]] == ["A-1", "A-2", "A-3"]


def test_a_dry_run_shows_whole_articles_and_stores_nothing(records: Path, tmp_path: Path) -> None:
    run = briefing_bot("import", records, "--data", tmp_path / "none", "--dry-run", "--json")
    assert run.code == 0
    article = run.lines[0]["article"]
    assert set(ARTICLE_KEYS) <= set(article)
    assert article["id"] is None
    assert article["text"] == RECORDS[0]["text"]
    assert not (tmp_path / "none").exists()


@pytest.mark.real
def test_articles_come_back_code_point_for_code_point(data: Path) -> None:
    listed = briefing_bot("articles", "--text", "--json", "--data", data).lines
    assert [article["id"] for article in listed] == ["A-1", "A-2", "A-3"]
    for article, record in zip(listed, RECORDS, strict=True):
        assert set(ARTICLE_KEYS) <= set(article)
        assert article["external_id"] == record["id"]
        assert article["text"] == record["text"]
        assert article["outlet"] == (record["source"] or None)
        assert article["published"] == (record["published"] or None)
        for block in article["blocks"]:
            assert article["text"][block["start"] : block["end"]].strip()
    assert [article["published_precision"] for article in listed] == ["day", "month", "unknown"]
    one = briefing_bot("article", "a-2", "--json", "--data", data).lines
    assert one == [listed[1]]
    assert "text" not in briefing_bot("articles", "--json", "--data", data).lines[0]
    assert briefing_bot("export", "--data", data, "--json").lines == listed


@pytest.mark.real
def test_an_answer_is_a_place_in_an_article(data: Path) -> None:
    run = briefing_bot("ask", "How long was the ferry in dock?", "--json", "--data", data)
    assert run.code == 0
    (answer,) = run.lines
    assert set(answer) == {"id", "question", "state", "confidence", "quotes", "sources_differ", "took_ms"}
    assert answer["id"] is None
    assert 0 <= answer["confidence"] <= 1
    first = answer["quotes"][0]
    assert first["external_id"] == "ferry"
    assert "11 weeks" in first["text"]
    assert first["paragraph"] == 2
    texts = {article["id"]: article["text"] for article in briefing_bot("export", "--data", data).lines}
    for quote in answer["quotes"]:
        assert quote["text"] == texts[quote["article"]][quote["start"] : quote["end"]]
        if quote["highlight"]:
            assert quote["start"] <= quote["highlight"][0] < quote["highlight"][1] <= quote["end"]


@pytest.mark.real
def test_a_batch_answers_in_order_and_goes_on_after_bad_lines(data: Path) -> None:
    lines = [
        "Who said the ferry was in dock?",
        "",
        '{"id": "q2", "question": "What will the repairs cost?"}',
        '{"id": "q3"}',
        "{not json",
        "x" * 2001,
        '{"id": 7, "question": "How much flour?"}',
        '{"id": ' + "7" * 5000 + "}",
    ]
    run = briefing_bot("ask", "-", "--json", "--data", data, "--quotes", "1", stdin="\n".join(lines))
    assert run.code == 1
    answers = run.lines
    assert [answer["id"] for answer in answers] == ["1", "q2", "q3", "5", "6", "7", "8"]
    assert ["error" in answer for answer in answers] == [False, False, True, True, True, False, True]
    assert all(set(answer) == {"id", "error"} for answer in answers if "error" in answer)
    assert all(len(answer["quotes"]) <= 1 for answer in answers if "quotes" in answer)


@pytest.mark.real
def test_search_gives_one_hit_an_article(data: Path) -> None:
    (found,) = briefing_bot("search", "ferry harbour", "--json", "--data", data).lines
    assert set(found) == {"id", "query", "total", "total_semantic", "hits"}
    assert found["hits"][0]["external_id"] == "ferry"
    assert found["total"] == 1
    ids = [hit["article"] for hit in found["hits"]]
    assert len(ids) == len(set(ids))
    (batch,) = briefing_bot("search", "-", "--json", "--data", data, stdin='{"id": "s", "query": "bridge"}').lines
    assert (batch["id"], batch["hits"][0]["external_id"]) == ("s", "bridge")


@pytest.mark.real
@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (("--source", "HARBOUR gazette"), {"ferry"}),
        (("--since", "2024"), {"ferry"}),
        (("--until", "2023-12"), {"bridge"}),
        (("--since", "2023-11-15", "--until", "2023-11-16"), {"bridge"}),
        (("--collection", "HARBOUR"), {"ferry", "bridge", "undated"}),
    ],
)
def test_filters_are_inclusive_and_leave_out_what_has_no_date(
    data: Path, scope: tuple[str, ...], expected: set[str]
) -> None:
    (found,) = briefing_bot("search", "ferry bridge bread", *scope, "--json", "--data", data, "--limit", "50").lines
    assert {hit["external_id"] for hit in found["hits"]} == expected


@pytest.mark.real
def test_an_empty_archive_says_so_and_is_no_error(tmp_path: Path) -> None:
    run = briefing_bot("ask", "Anything?", "--json", "--data", tmp_path / "none")
    assert run.code == 0
    (answer,) = run.lines
    assert (answer["state"], answer["confidence"], answer["quotes"]) == ("not_in_archive", 0, [])
    assert "archive is empty" in run.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "no-such-path"),
        ("import",),
        ("import", ".", "--format", "papyrus"),
        ("ask", "Why?", "--since", "soon"),
        ("ask", "Why?", "--since", "2024", "--until", "2023"),
        ("ask", "Why?", "--quotes", "0"),
        ("ask", "Why?", "--quotes", "21"),
        ("ask", "Why?", "--source", "Nowhere Post"),
        ("ask", "Why?", "--collection", "nowhere"),
        ("ask", ""),
        ("ask", "x" * 2001),
        ("search", "x", "--limit", "1001"),
        ("article", "A-99"),
        ("article", "nonsense"),
        ("articles", "remove", "A-99"),
        ("articles", "remove"),
        ("articles", "--collection", "nowhere"),
        ("digests", "preview"),
        ("digests", "preview", "--topic", "x", "--max", "0"),
        ("digests", "preview", "--topic", "x", "--seen", "no-such-file"),
        ("nonsense",),
        (),
    ],
)
def test_wrong_usage_is_two_and_says_what_to_do(arguments: tuple[str, ...], tmp_path: Path) -> None:
    run = briefing_bot(*arguments, *(("--data", tmp_path / "none") if arguments else ()))
    assert run.code == 2
    assert run.out == ""
    assert run.err.strip() and "Traceback" not in run.err
    assert not (tmp_path / "none").exists()


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    run = briefing_bot_process("stats", "--data", tmp_path, BRIEFING_DATTA="x")
    assert run.code == 2
    assert "BRIEFING_DATTA" in run.err and one_readable_line(run)
    (tmp_path / ".env").write_text("DISCORD_TOKEM=x\n")
    run = briefing_bot_process("stats", cwd=tmp_path)
    assert run.code == 2
    assert "DISCORD_TOKEM" in run.err and one_readable_line(run)


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    run = briefing_bot("stats", "--data", tmp_path / "file")
    assert run.code == 2
    assert one_readable_line(run)


def test_a_second_bulk_job_is_three_and_readers_go_on(records: Path, tmp_path: Path) -> None:
    with held(tmp_path, "bulk", "import"):
        run = briefing_bot("import", records, "--data", tmp_path)
        assert run.code == 3
        assert one_readable_line(run)
        assert briefing_bot("articles", "--data", tmp_path).code == 0
        assert briefing_bot("stats", "--data", tmp_path).code == 0


def test_a_damaged_database_is_four_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"nonsense" * 1000)
    for command in (("stats",), ("articles",), ("import", str(Path(__file__)))):
        run = briefing_bot(*command, "--data", tmp_path)
        assert run.code == 4
        assert one_readable_line(run)
    assert (tmp_path / FILE_NAME).read_bytes() == b"nonsense" * 1000


def test_an_empty_folder_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = briefing_bot("import", tmp_path / "empty", "--data", tmp_path / "data", "--dry-run", "--json")
    assert run.code == 0
    assert run.lines[-1]["summary"]["added"] == 0
    assert "nothing to import" in run.err


def test_what_cannot_be_read_is_rejected_and_the_rest_is_kept(records: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    whole = gzip.compress(records.read_bytes())
    (tmp_path / "in" / "cut.jsonl.gz").write_bytes(whole[:-12])
    (tmp_path / "in" / "noise.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "in" / "good.jsonl").write_bytes(records.read_bytes())
    run = briefing_bot("import", tmp_path / "in", "--data", tmp_path / "data", "--dry-run", "--json")
    assert run.code == 1
    *items, _ = run.lines
    rejected = {item["source"].split("#")[0]: item["reason"] for item in items if item["status"] == "rejected"}
    assert set(rejected) == {"cut.jsonl.gz", "noise.bin"}
    assert "gzip" in rejected["cut.jsonl.gz"]
    assert sum(item["status"] == "added" for item in items) == 3


@pytest.mark.real
def test_removed_articles_are_gone_from_answers_and_can_come_back(records: Path, tmp_path: Path) -> None:
    briefing_bot("import", records, "--data", tmp_path)
    assert briefing_bot("articles", "remove", "A-1", "--data", tmp_path, "--json").lines == [
        {"id": "A-1", "status": "removed"}
    ]
    (found,) = briefing_bot("search", "ferry", "--json", "--data", tmp_path).lines
    assert "ferry" not in {hit["external_id"] for hit in found["hits"]}
    assert briefing_bot("article", "A-1", "--data", tmp_path).code == 2
    again = briefing_bot("import", records, "--data", tmp_path, "--json").lines
    assert again[0]["status"] == "same"  # what the operator removed stays removed
    assert briefing_bot("articles", "restore", "A-1", "--data", tmp_path).code == 0
    (found,) = briefing_bot("search", "ferry", "--json", "--data", tmp_path).lines
    assert found["hits"][0]["external_id"] == "ferry"


@pytest.mark.real
def test_a_changed_record_is_a_new_revision(records: Path, tmp_path: Path) -> None:
    briefing_bot("import", records, "--data", tmp_path)
    changed = tmp_path / "changed.jsonl"
    changed.write_text(json.dumps({**RECORDS[0], "text": "The ferry sails again on 5 March."}), "utf-8")
    run = briefing_bot("import", changed, "--collection", "harbour", "--data", tmp_path, "--json")
    assert run.lines[0]["status"] == "updated"
    assert run.lines[0]["article"]["id"] == "A-1"
    (answer,) = briefing_bot("ask", "When does the ferry sail again?", "--json", "--data", tmp_path).lines
    assert "5 March" in answer["quotes"][0]["text"]


@pytest.mark.real
def test_the_index_is_a_cache_that_can_be_thrown_away(records: Path, tmp_path: Path) -> None:
    briefing_bot("import", records, "--data", tmp_path)
    assert briefing_bot("index", "verify", "--data", tmp_path).code == 0
    before = briefing_bot("search", "ferry", "--json", "--data", tmp_path).out
    for path in (tmp_path / "index").iterdir():
        path.write_bytes(path.read_bytes()[:10])
    assert briefing_bot("index", "verify", "--data", tmp_path).code == 1
    assert briefing_bot("search", "ferry", "--json", "--data", tmp_path).out == before
    assert briefing_bot("index", "rebuild", "--data", tmp_path).code == 0
    assert briefing_bot("index", "verify", "--data", tmp_path).code == 0
    assert briefing_bot("search", "ferry", "--json", "--data", tmp_path).out == before


@pytest.mark.real
def test_a_digest_preview_counts_everything(data: Path, tmp_path: Path) -> None:
    (digest,) = briefing_bot("digests", "preview", "--topic", "", "--json", "--data", data, "--max", "2").lines
    assert set(digest) == {"topic", "considered", "items", "left_out"}
    assert digest["considered"] == 3
    assert len(digest["items"]) == 2
    assert [left["reason"] for left in digest["left_out"]] == ["over_limit"]
    texts = {article["id"]: article["text"] for article in briefing_bot("export", "--data", data).lines}
    for item in digest["items"]:
        sentence = item["sentence"]
        assert sentence["text"] == texts[item["article"]][sentence["start"] : sentence["end"]]
    seen = tmp_path / "seen.txt"
    seen.write_text("ferry\nA-2\n")
    (later,) = briefing_bot(
        "digests", "preview", "--topic", "", "--json", "--data", data, "--seen", seen, "--since", "2000"
    ).lines
    assert [item["external_id"] for item in later["items"]] == ["undated"]
    assert {left["reason"] for left in later["left_out"]} == {"seen"}


@pytest.mark.real
def test_a_closed_pipe_is_silent(data: Path) -> None:
    import subprocess
    import sys

    from commands import PROJECT

    command = f"{sys.executable} -m bot export --data {data} --json | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, cwd=PROJECT, timeout=60, check=False)
    assert done.stderr == b""


def test_a_byte_that_is_no_text_does_not_end_a_piped_chat(data: Path) -> None:
    run = briefing_bot("chat", "--data", data, stdin=b"/article \xff\xfe\n/article A-1\n/quit\n")
    assert run.code == 0
    assert "fault of the program" not in run.err
    first = run.out.index("No article")
    assert "A-1" in run.out[first:]
