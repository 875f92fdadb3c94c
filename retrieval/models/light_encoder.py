"""Encodes questions with the packaged kind of model, in numpy: same weights, same vectors, without torch.

Why not sentence-transformers here too: to import it takes 5 s of CPU and 400 MB, more than all other work of one
`ask`, and holds the interpreter for up to a second at a time, so that a running bot would miss what Discord sends. The
forward pass of a BERT with mean pooling is eighty lines, and its vectors differ by float noise (a test compares).
A text costs what it costs there, a single question a little less. Passages of an import are left to the library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelUnusable
from retrieval.models.embedding import Embedder, Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Matrix = NDArray[np.float32]

BATCH = 16
ROWS = 32
_MODULES = ["Transformer", "Pooling", "Normalize"]
_CONFIG = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}


def can_encode(folder: Path, dimension: int) -> bool:
    """Whether a folder holds what `LightModel` computes: a BERT, mean pooling, whole vectors of unit length."""
    try:
        modules = [one["type"].rpartition(".")[2] for one in _read(folder / "modules.json")]
        config = {"position_embedding_type": "absolute", **_read(folder / "config.json")}
        pooling = {name for name, used in _read(folder / "1_Pooling" / "config.json").items() if used is True}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return (
        modules == _MODULES
        and all(config.get(name) == value for name, value in _CONFIG.items())
        and pooling - {"include_prompt"} == {"pooling_mode_mean_tokens"}
        and config.get("hidden_size") == dimension
        and (folder / "model.safetensors").is_file()
        and (folder / "tokenizer.json").is_file()
    )


class LightModel:
    """An `Embedder` for a folder that `can_encode` accepts, with the vectors that sentence-transformers gives.

    For few and short texts. The weights are read at the first one (90 MB). For one thread at a time. Raises
    `ModelUnusable`.
    """

    def __init__(self, folder: Path, name: str, dimension: int) -> None:
        self._folder = folder
        self.name = name
        self.dimension = dimension

    @classmethod
    def of(cls, model: Embedder) -> Self | None:
        """What gives the same vectors as a model, if there is such a thing."""
        from retrieval.models.sentence_model import SentenceModel

        if not isinstance(model, SentenceModel) or model.query_prompt or model.passage_prompt:
            return None
        return cls(model.folder, model.name, model.dimension) if can_encode(model.folder, model.dimension) else None

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        pieces = [self._embed(texts[first : first + BATCH]) for first in range(0, len(texts), BATCH)]
        return np.concatenate([np.zeros((0, self.dimension), dtype=np.float32), *pieces])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self.embed_questions(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text. Texts are not padded, so what shares a batch changes float noise only."""
        encoded = self._tokenizer.encode_batch([text.encode("utf-8", "replace").decode("utf-8") for text in texts])
        ends = np.cumsum([len(one.ids) for one in encoded])
        spans = [slice(end - len(one.ids), end) for one, end in zip(encoded, ends, strict=True)]
        ids = np.concatenate([one.ids for one in encoded])
        positions = np.concatenate([np.arange(len(one.ids)) for one in encoded])
        weights = self._weights
        hidden = weights["embeddings.word_embeddings.weight"][ids]
        hidden = hidden + weights["embeddings.position_embeddings.weight"][positions]
        hidden += weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._normed(hidden, "embeddings.LayerNorm")
        for layer in range(self._config["num_hidden_layers"]):
            hidden = self._layer(hidden, spans, f"encoder.layer.{layer}")
        pooled = np.stack([hidden[span].mean(axis=0) for span in spans])
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled

    def _layer(self, hidden: Matrix, spans: Sequence[slice], name: str) -> Matrix:
        """One layer over all tokens of a batch (tokens x dimension); a text attends to its own `spans` only."""
        query, key, value = (
            self._linear(hidden, f"{name}.attention.self.{part}") for part in ("query", "key", "value")
        )
        heads = self._config["num_attention_heads"]
        attended = np.empty_like(hidden)
        for span in spans:
            # tokens x dimension -> heads x tokens x size
            asks, keys, values = (
                part[span].reshape(-1, heads, hidden.shape[1] // heads).transpose(1, 0, 2)
                for part in (query, key, value)
            )
            likeness = asks @ keys.transpose(0, 2, 1) / np.float32(np.sqrt(asks.shape[2]))
            shares = np.exp(likeness - likeness.max(axis=2, keepdims=True))
            shares /= shares.sum(axis=2, keepdims=True)
            attended[span] = (shares @ values).transpose(1, 0, 2).reshape(-1, hidden.shape[1])
        attended = self._linear(attended, f"{name}.attention.output.dense")
        hidden = self._normed(hidden + attended, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        return self._normed(hidden + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _linear(self, rows: Matrix, name: str) -> Matrix:
        product: Matrix = rows @ self._weights[f"{name}.weight"].T
        product += self._weights[f"{name}.bias"]
        return product

    def _normed(self, rows: Matrix, name: str) -> Matrix:
        centred: Matrix = rows - rows.mean(axis=1, keepdims=True)
        variance = np.square(centred).mean(axis=1, keepdims=True)
        centred /= np.sqrt(variance + np.float32(self._config["layer_norm_eps"]))
        centred *= self._weights[f"{name}.weight"]
        centred += self._weights[f"{name}.bias"]
        return centred

    @cached_property
    def _config(self) -> dict[str, Any]:
        return dict(_read(self._folder / "config.json"))

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            longest = _read(self._folder / "sentence_bert_config.json")["max_seq_length"]
        except Exception as error:  # tokenizers raises bare exceptions
            raise ModelUnusable(f"cannot read the tokenizer in {self._folder}: install the model again") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(longest)
        return tokenizer

    @cached_property
    def _weights(self) -> Mapping[str, Matrix]:
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
        from threadpoolctl import threadpool_limits

        threadpool_limits(1, "blas")  # for the whole process: matrices are small here, and threads only in the way
        try:
            return load_file(self._folder / "model.safetensors")
        except (OSError, SafetensorError) as error:
            raise ModelUnusable(f"cannot load the model in {self._folder}: install it again") from error


def _gelu(rows: Matrix) -> Matrix:
    """x * P(X <= x) of a normal X, with the error function of Abramowitz and Stegun 7.1.26 (off by 1.5e-7 at most)."""
    out = np.maximum(rows, 0)
    for first in range(0, len(rows), ROWS):  # what fits the processor's cache takes a third of the time
        size = np.abs(rows[first : first + ROWS])
        t = size * np.float32(0.3275911 * np.sqrt(0.5))
        t += 1
        np.reciprocal(t, out=t)
        tail = np.float32(1.061405429 / 2) * t
        for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
            tail += np.float32(factor / 2)
            tail *= t
        tail *= size
        np.square(size, out=size)
        size *= np.float32(-0.5)
        tail *= np.exp(size, out=size)
        out[first : first + ROWS] -= tail
    return out


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
