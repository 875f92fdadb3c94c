"""`models`, and what becomes of an archive when its operator changes the model."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from commands import briefing_bot, briefing_bot_process, one_readable_line
from tiny_models import write_bert, write_model

from bot.settings import Settings
from bot.wiring import archive_to_read, lacking_vectors
from retrieval.models.model_settings import ModelSettings

RECORDS = [
    {"id": "ferry", "title": "Ferry returns", "text": "The ferry was named in the harbour."},
    {"id": "prices", "title": "Prices", "text": "Prices rose.\n\nWho was arrested? A man named Marta."},
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models that give other vectors."""
    folder = tmp_path_factory.mktemp("models")
    bert = write_bert(folder / "bert")
    return write_model(folder / "first", bert), write_model(folder / "second", bert, dense=24, card="language: de")


@pytest.fixture
def data(tmp_path: Path, models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive that was imported under the first model, which is set."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("BRIEFING_MODEL", str(models[0]))
    records = tmp_path / "records.jsonl"
    records.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), "utf-8")
    assert briefing_bot("import", records, "--data", tmp_path / "data").code == 0
    return tmp_path / "data"


@pytest.mark.real
def test_a_changed_model_is_said_embedded_by_a_rebuild_and_going_back_costs_nothing(
    data: Path, models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(model: Path) -> str | None:
        with archive_to_read(data) as archive:
            return lacking_vectors(archive, Settings(data=data, model=ModelSettings(source=str(model))))

    assert lacking(models[0]) is None
    told = lacking(models[1])
    assert told is not None and "2 passages have no vector of second/" in told and "run: briefing-bot index" in told

    monkeypatch.setenv("BRIEFING_MODEL", str(models[1]))
    verified = briefing_bot("index", "verify", "--data", data)
    assert verified.code == 1 and "another model" in verified.out and "first/" in verified.out
    assert "run briefing-bot index rebuild" in verified.out
    assert briefing_bot("index", "rebuild", "--data", data, "--json").lines == [{"indexed": 2, "embedded": 2}]
    assert briefing_bot("index", "verify", "--data", data).code == 0 and lacking(models[1]) is None

    monkeypatch.setenv("BRIEFING_MODEL", str(models[0]))
    assert lacking(models[0]) is None
    assert briefing_bot("index", "rebuild", "--data", data, "--json").lines == [{"indexed": 2, "embedded": 0}]


@pytest.mark.real
def test_the_list_has_the_model_in_use_first_and_what_the_archive_holds_of_each(
    data: Path, models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFING_MODEL", str(models[1]))
    monkeypatch.setenv("BRIEFING_QUERY_PROMPT", "query: ")
    second, packaged, first = briefing_bot("models", "list", "--data", data, "--json").lines
    assert second == {
        "name": second["name"],
        "source": str(models[1]),
        "in_use": True,
        "dimension": 24,
        "most_tokens": 32,
        "languages": ["de"],
        "query_prompt": "query: ",
        "passage_prompt": "",
        "embedded": 0,
        "passages": 2,
        "digests_calibrated": False,
    }
    assert (packaged["source"], packaged["in_use"], packaged["dimension"]) == ("packaged", False, 384)
    assert packaged["digests_calibrated"]
    assert first["name"].startswith("first/") and first["source"] is None and first["embedded"] == 2
    shown = briefing_bot("models", "list", "--data", data).out
    assert f"{second['name']}  (in use)\n" in shown and "24 dimensions, reads 32 tokens, languages: de" in shown
    assert shown.count("not calibrated for it; do so with briefing-bot eval calibrate-topics") == 1
    assert "prompts: 'query: ' and ''" in shown and f"to delete them: models forget {first['name']}" in shown


@pytest.mark.real
def test_only_vectors_of_another_model_can_be_forgotten(
    data: Path, models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFING_MODEL", str(models[1]))
    assert briefing_bot("index", "rebuild", "--data", data).code == 0
    second, _, first = (row["name"] for row in briefing_bot("models", "list", "--data", data, "--json").lines)
    kept = briefing_bot("models", "forget", second, "--data", data)
    assert kept.code == 2 and "is the model in use: set another BRIEFING_MODEL first" in kept.err
    unknown = briefing_bot("models", "forget", "third/1", "--data", data)
    assert unknown.code == 2 and first in unknown.err and one_readable_line(unknown)
    assert briefing_bot("models", "forget", first, "--data", data, "--json").lines == [{"name": first, "forgotten": 2}]
    assert [row["embedded"] for row in briefing_bot("models", "list", "--data", data, "--json").lines] == [2, 0]
    assert briefing_bot("index", "verify", "--data", data).code == 0


def test_nothing_is_forgotten_where_there_is_no_archive(tmp_path: Path) -> None:
    run = briefing_bot("models", "forget", "first/1", "--data", tmp_path / "none")
    assert run.code == 2 and "there is no archive" in run.err and not (tmp_path / "none").exists()


@pytest.mark.real
def test_a_model_that_is_not_here_is_an_error_that_names_the_command_which_then_says_what_is_wrong(
    tmp_path: Path,
) -> None:
    missing = briefing_bot_process("index", "verify", "--data", tmp_path, BRIEFING_MODEL="lab/tiny")
    assert missing.code == 4 and "run briefing-bot models fetch lab/tiny" in missing.err and one_readable_line(missing)
    with socket.socket() as silent:  # bound and not listening: nobody answers there
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        run = briefing_bot_process(
            "models", "fetch", "lab/tiny", HF_ENDPOINT=address, HF_HUB_CACHE=str(tmp_path), HF_HUB_OFFLINE="0"
        )
    assert run.code == 4 and run.out == "" and one_readable_line(run)
    assert "cannot fetch the model lab/tiny (" in run.err and "check the network and try again" in run.err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("BRIEFING_DIMENSION", "many", "use a whole number from 16 on"),
        ("BRIEFING_DIMENSION", "8", "use a whole number from 16 on"),
        ("BRIEFING_BACKEND", "jax", "use torch or openvino"),
    ],
)
def test_a_malformed_setting_is_an_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    run = briefing_bot("models", "list", "--data", tmp_path)
    assert run.code == 2 and name in run.err and says in run.err and one_readable_line(run)


def test_white_space_in_a_prompt_counts_and_none_is_no_prompt() -> None:
    chosen = Settings.from_environ({"BRIEFING_QUERY_PROMPT": "query: ", "BRIEFING_PASSAGE_PROMPT": "none"}).model
    assert (chosen.query_prompt, chosen.passage_prompt) == ("query: ", "")
    unset = Settings.from_environ({"BRIEFING_QUERY_PROMPT": "", "BRIEFING_PASSAGE_PROMPT": " "}).model
    assert (unset.query_prompt, unset.passage_prompt) == (None, None)
