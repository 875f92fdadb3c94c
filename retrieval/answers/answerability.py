"""What speaks for there being an answer at all: the best sentence, seen among everything that was found. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.answers.close_reading import Reading

_OF_THE_SENTENCE = ("best", "own", "bare", "named", "specifics")
_OF_ALL = ("passage", "second", "match", "cosine", "likeness")


def answerability(first: Reading, readings: Sequence[Reading]) -> dict[str, float]:
    """The numbers from which calibration tells the chance that `first` answers; `readings` has it and all the others.

    `passage`, `second`, `match`, `cosine` and `likeness` are the best of all readings: on questions with and without an
    answer they told the two apart better than those of the sentence that is quoted.
    """
    features = first.features
    every = [reading.features for reading in readings]
    return {name: features[name] for name in _OF_THE_SENTENCE} | {
        name: max(one[name] for one in every) for name in _OF_ALL
    }
