"""The reranker made of a cross-encoder: reads a question and a text together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.models.judgements import Judgements
from retrieval.models.match_probe import LAYERS, MatchProbe, inner_state
from retrieval.models.packaged_onnx import PackagedOnnx

MOST_WORD_PIECES = 256  # of question and text together; passages are cut to less
FOLDER, OUTPUT = "reranker_en", "logits"
INNER = {layer: f"/bert/encoder/layer.{layer}/output/LayerNorm/Add_1_output_0" for layer in LAYERS}
REMEMBERED = 512  # matches, of the readings of the last few questions


class CrossEncoder:
    """ms-marco-MiniLM-L-12-v2 as int8 ONNX. Scores are logits, about -11 to 11. Raises `ModelUnusable`.

    A `model` that is given must be that one, and give what `INNER` names too. For any number of threads at once.
    """

    name = "ms-marco-MiniLM-L-12-v2/int8"

    def __init__(self, model: PackagedOnnx | None = None) -> None:
        self._probe = MatchProbe.packaged()
        self._model = model or PackagedOnnx(FOLDER, OUTPUT, MOST_WORD_PIECES, list(INNER.values()))
        self._matches = Judgements(REMEMBERED)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One logit a text, in the order given."""
        return self._read(question, texts)[0]

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """The log-odds of `MatchProbe` for each text. What `scores` has just read is not read again."""
        found = self._matches.known(question, texts)
        unread = [text for text in dict.fromkeys(texts) if text not in found]
        if unread:
            found |= zip(unread, map(float, self._read(question, unread)[1]), strict=True)
        return np.asarray([found[text] for text in texts], dtype=np.float32)

    def _read(self, question: str, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits and matches of the texts: one reading gives both."""
        logits, matches = [], []
        for one in self._model.read([(question, text) for text in texts]):
            logits.append(float(one.tensors[OUTPUT][0]))
            state = inner_state({layer: one.tensors[name] for layer, name in INNER.items()}, one.of_text)
            matches.append(self._probe.log_odds(state))
        matched = np.asarray(matches, dtype=np.float32)
        self._matches.kept(question, texts, matched)
        return np.asarray(logits, dtype=np.float32), matched
