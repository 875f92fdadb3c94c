"""What the documents promise is what stands in the code."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from bot.cli.parser import build_parser
from bot.settings import KNOWN
from corpus.readers.formats import FORMATS

PROJECT = Path(__file__).resolve().parents[1]


def read(name: str) -> str:
    return (PROJECT / name).read_text("utf-8")


def test_every_setting_is_in_the_example_file() -> None:
    assert set(re.findall(r"^#? ?([A-Z_]+)=", read(".env.example"), re.MULTILINE)) == KNOWN


def test_every_command_and_option_is_documented() -> None:
    page = read("docs/commands.md")

    def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
        groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        return {name: sub for group in groups for name, sub in group.choices.items()}

    for name, parser in subcommands(build_parser()).items():
        assert name in page, name
        for deeper, inner in {**subcommands(parser), name: parser}.items():
            assert deeper in page, deeper
            options = {option for action in inner._actions for option in action.option_strings}
            for option in options - {"-h", "--help", "--data"}:
                assert option in page, f"{name} {deeper} {option}"


def test_every_format_is_documented() -> None:
    page = read("docs/commands.md")
    assert all(f"`{name}`" in page for name in FORMATS)


def test_the_readmes_invitation_asks_for_what_it_says() -> None:
    readme = read("README.md")
    bits = {"View Channels": 10, "Send Messages": 11, "Attach Files": 15, "Read Message\n   History": 16}
    bits |= {"Create Public Threads": 35, "Send Messages in Threads": 38}
    assert all(name in readme for name in bits)
    (number,) = re.findall(r"permissions=(\d+)", readme)
    assert int(number) == sum(1 << bit for bit in bits.values())


def test_the_readme_points_only_to_what_is_there() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", read("README.md"))
    assert targets
    assert [target for target in targets if not (PROJECT / target).exists()] == []


def test_every_dependency_has_a_reason() -> None:
    declared = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    names = {re.split(r"[<>=\[]", line)[0] for line in declared}
    page = read("docs/dependencies.md")
    assert {name for name in names if name not in page} == set()
    locked = set(re.findall(r"^([a-z0-9.-]+)==", read("requirements.lock"), re.MULTILINE))
    assert {name.replace(".", "-") for name in names} - locked == {"torch"}


@pytest.mark.real
def test_the_wheel_holds_the_three_rooms_and_the_sample(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=PROJECT, capture_output=True, timeout=120, check=True)
    (wheel,) = tmp_path.glob("briefing_bot-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"bot", "corpus", "retrieval"}
    assert "corpus/sample/archive/index.html" in names
    assert any(name.startswith("retrieval/") and name.endswith(".json") for name in names)
    assert not [name for name in names if "/posts/" in name or name.endswith("build.py")]


def test_no_path_of_one_machine_stands_in_the_tree() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"(?<![\w.])/(?:work|root|home)/[a-z]")
    found = []
    for name in listed.stdout.splitlines():
        path = PROJECT / name
        if path.suffix in {".py", ".md", ".toml", ".json", ".jsonl", ""} and path.is_file():
            found += [name for line in path.read_text("utf-8", "replace").splitlines() if pattern.search(line)]
    assert found == []
