"""The score of one article, as `TopicJudge` gives it for many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.topics.relevance import TopicJudge


def article_score(judge: TopicJudge, topic: str, passages: NDArray[np.float32], words_shared: float) -> float:
    only = np.array([0, len(passages)])
    return float(judge.article_scores(topic, passages, only, np.array([words_shared]))[0])
