"""Sentence-transformers models of every shape, made on the spot: tiny, random, and written to a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

WORDS = "the a of in query passage : who what was arrested man named ferry harbour prices rose fell ##s ##ed".split()
WIDTH = 32


def write_bert(folder: Path) -> Path:
    """A random BERT of two layers, 48 positions long, with a WordPiece vocabulary of its own."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *map(chr, range(97, 123))]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    torch.manual_seed(1)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=48,
        )
    ).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def write_model(
    folder: Path,
    bert: Path,
    *,
    dense: int | None = None,
    normalize: bool = False,
    pooling: str | Sequence[str] = "mean",
    prompts: dict[str, str] | None = None,
    tokens: int = 32,
    card: str | None = None,
) -> Path:
    """A sentence-transformers model over `write_bert`; `card` is the front matter of its README.md."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    modes = [pooling] if isinstance(pooling, str) else list(pooling)
    modules: list[Any] = [Transformer(str(bert), max_seq_length=tokens), Pooling(WIDTH, pooling_mode=modes)]
    if dense is not None:
        torch.manual_seed(2)
        modules.append(Dense(WIDTH * len(modes), dense))
    if normalize:
        modules.append(Normalize())
    SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(str(folder), create_model_card=False)
    if card is not None:
        (folder / "README.md").write_text(f"---\n{card}\n---\n\n# A model\n", "utf-8")
    return folder


def lay_in_cache(folder: Path, hub: Path, name: str) -> None:
    """Lay a model where `models fetch` would have put it: the layout of Hugging Face's cache."""
    commit = "0" * 40
    place = hub / f"models--{name.replace('/', '--')}"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / "main").write_text(commit)
    (place / "snapshots").mkdir()
    folder.rename(place / "snapshots" / commit)
