"""What a report adds to a story that was told before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.archive import Archive
from corpus.passage import Quote
from retrieval.digests.news_article import NewsArticle, NewsReader
from retrieval.stories.reports import SAID_BEFORE_LIKENESS, SAID_BEFORE_WORDS, Report, word_share_said

# A report says what is new at its beginning. Further down it tells the story again in other words, which alone must
# not bring a story back.
LEAD_SENTENCES = 3
FEWEST_WORDS = 5  # content words; less is a dateline, a byline or an exclamation
LONGEST_NEWS = 400  # code points of neighbouring sentences shown together


def news_in(reader: NewsReader, archive: Archive, news: NewsArticle, told: Sequence[Report]) -> Quote | None:
    """The first sentence at the beginning of a report that matches nothing told before, with those right after it.

    A sentence matches when its content words stand in one remembered sentence, or when it means the same as a sentence
    of a remembered article that is still in the archive. A report without sentences was never told, and is passed over.
    None when nothing is new.
    """
    told = [report for report in told if report.sentences]
    lead = news.lead_sentences(LEAD_SENTENCES)
    candidates = [quote for quote in lead if _is_new_in_words(reader, quote, told)]
    if not candidates:
        return None
    articles = (archive.article(report.number) for report in told)
    said = reader.sentences(article for article in articles if article is not None)
    if said:
        likeness = reader.embed([quote.text for quote in candidates]) @ reader.embed(said).T
        is_new = np.asarray(likeness.max(axis=1) < SAID_BEFORE_LIKENESS)
        candidates = [quote for quote, new in zip(candidates, is_new, strict=True) if new]
    return _run_from_first(candidates, lead) if candidates else None


def _is_new_in_words(reader: NewsReader, quote: Quote, told: Sequence[Report]) -> bool:
    words = reader.hashes(quote.text)
    return len(words) >= FEWEST_WORDS and word_share_said(words, told) < SAID_BEFORE_WORDS


def _run_from_first(news: Sequence[Quote], lead: Sequence[Quote]) -> Quote:
    """The first new sentence and the new ones that follow it at once in the same paragraph, as one quote."""
    first = last = news[0]
    for sentence in lead[lead.index(first) + 1 :]:
        same_paragraph = sentence.paragraph is not None and sentence.paragraph == first.paragraph
        if sentence not in news or not same_paragraph or sentence.end - first.start > LONGEST_NEWS:
            break
        last = sentence
    return Quote(first.article, first.start, last.end)
