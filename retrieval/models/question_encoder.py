"""The embedder with a worker of its own: questions that wait share one micro-batch, and none is encoded twice.

Models are not made for several threads (a tokenizer says "Already borrowed"), and a batch costs less than its texts one
by one. So one thread has the model, and everybody else waits for it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import EncoderClosed
from retrieval.models.embedding import Embedder, Vectors

QUESTIONS_TOGETHER = 32  # the most in one micro-batch
PASSAGES_TOGETHER = 8  # a question waits for no more of them: about 0.3 s
REMEMBERED = 1024  # questions whose vectors are kept: 1.6 MB of 384 dimensions, and the texts

Vector = NDArray[np.float32]


class QuestionEncoder:
    """An `Embedder` in front of another one, for any number of threads at once.

    Questions that wait are encoded together, at most `QUESTIONS_TOGETHER`; the last `remembered` different ones are
    kept by their exact text. Passages are encoded in pieces, with questions in between. What shares a batch changes a
    vector by float noise only: 1e-6 in a number is the most that a test of the packaged model lets pass.

    An error of the model reaches everybody who waits for that batch; the next batch tries anew.
    """

    def __init__(self, model: Embedder, *, remembered: int = REMEMBERED) -> None:
        self._model = model
        self._remembered = remembered
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="question-encoder")
        self._lock = threading.Lock()  # of the three below
        self._known: OrderedDict[str, Vector] = OrderedDict()  # the one longest unasked first
        self._asked: dict[str, Future[Vector]] = {}  # what waits, and what is being encoded
        self._waiting: deque[str] = deque()

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def dimension(self) -> int:
        return self._model.dimension

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Blocking. Raises `EncoderClosed`, or what the model raised."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            found = [self._vector_of(text) for text in texts]
        return np.stack([one.result() if isinstance(one, Future) else one for one in found])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """As `embed_questions`; nothing of it is kept."""
        pieces = [np.zeros((0, self.dimension), dtype=np.float32)]
        for first in range(0, len(texts), PASSAGES_TOGETHER):
            piece = texts[first : first + PASSAGES_TOGETHER]
            try:
                pieces.append(self._submitted(self._model.embed_passages, piece).result())
            except CancelledError as error:
                raise EncoderClosed from error
        return np.concatenate(pieces)

    def close(self) -> None:
        """Finish the batch in hand; who waits for another one gets `EncoderClosed`."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            left = [self._asked.pop(text) for text in self._waiting]
            self._waiting.clear()
        for one in left:
            one.set_exception(EncoderClosed())

    def _vector_of(self, text: str) -> Vector | Future[Vector]:
        """What is known, or will be. With the lock held."""
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        if text not in self._asked:
            self._submitted(self._encode_waiting)  # finds nothing left where an earlier one took this text along
            self._asked[text] = Future()
            self._waiting.append(text)
        return self._asked[text]

    def _submitted(self, work: Any, *args: Any) -> Future[Any]:
        try:
            return self._worker.submit(work, *args)
        except RuntimeError as error:  # it was shut down
            raise EncoderClosed from error

    def _encode_waiting(self) -> None:
        with self._lock:
            texts = [self._waiting.popleft() for _ in range(min(len(self._waiting), QUESTIONS_TOGETHER))]
        if not texts:
            return
        try:
            vectors = self._model.embed_questions(texts)
        except BaseException as error:
            for one in self._answered(texts):
                one.set_exception(error)
            return
        for one, vector in zip(self._answered(texts, vectors), vectors, strict=True):
            one.set_result(vector)

    def _answered(self, texts: Sequence[str], vectors: Vectors | None = None) -> list[Future[Vector]]:
        """Who asked for these texts; their vectors are known from now on."""
        with self._lock:
            if vectors is not None:
                self._known.update((text, row.copy()) for text, row in zip(texts, vectors, strict=True))
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)
            return [self._asked.pop(text) for text in texts]
