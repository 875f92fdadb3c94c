"""What speaks for there being an answer at all: the best sentence, seen among everything that was found. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.close_reading import UNREAD, Reading

MOST_LEAD = 8.0
ALONE = 3.0
_OF_THE_SENTENCE = ("best", "own", "bare", "share", "around", "named", "specifics", "negation")


def answerability(first: Reading, readings: Sequence[Reading]) -> dict[str, float]:
    """The numbers from which calibration tells the chance that `first` answers; `readings` has it and all the others.

    `passage`, `second`, `cosine` and `likeness` are the best of all readings: on questions with and without an answer
    they told the two apart better than those of the sentence that is quoted. `lead` is by how many logits the best
    passage is ahead of the best one of another article, at most `MOST_LEAD`; an answer stands out, while questions
    without one find much of the same. An article that is all there is leads nobody: `ALONE` is what is usual.
    """
    features = first.features()
    every = [(reading.source, reading.features()) for reading in readings]
    source, best = max(every, key=lambda one: one[1]["passage"])
    elsewhere = max((other["passage"] for number, other in every if number != source), default=UNREAD)
    lead = min(best["passage"] - elsewhere, MOST_LEAD) if any(number != source for number, _ in every) else ALONE
    return {name: features[name] for name in _OF_THE_SENTENCE} | {
        "passage": best["passage"],
        "lead": lead,
        "second": max(one["second"] for _, one in every),
        "cosine": max(one["cosine"] for _, one in every),
        "likeness": max(one["likeness"] for _, one in every),
    }
