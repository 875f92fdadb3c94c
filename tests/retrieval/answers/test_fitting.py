from __future__ import annotations

import random
from dataclasses import replace

import pytest
from drafts import draft

from corpus.article import Article, Block, BlockKind
from retrieval.answers.answerability import answerability
from retrieval.answers.calibration import Verdict
from retrieval.answers.close_reading import Reading
from retrieval.answers.fitting import Example, first_of, fit
from retrieval.answers.highlighting import Sentence

WORDS = {"share": 0.5, "dated": 0.0, "valued": 0.0, "undergone": 0.0}


def reading(number: int, logit: float, *, cosine: float = 0.5) -> Reading:
    text = "A sentence."
    block = Block(BlockKind.PARAGRAPH, 0, len(text))
    article = Article.__new__(Article)
    made = draft(text)
    for name in Article.__dataclass_fields__:
        object.__setattr__(article, name, getattr(made, name, None))
    object.__setattr__(article, "number", number)
    return Reading(
        article,
        Sentence(0, len(text), block, 0),
        passage=logit,
        second=0.7,
        cosine=cosine,
        stated=0.0,
        named=1.0,
        specifics=1.0,
        words=WORDS,
        led=logit,
        own=logit,
        bare=logit,
        likeness=cosine,
    )


def example(chance: random.Random, set_name: str, *, answerable: bool) -> Example:
    """The right document is scored well, and the others badly, most of the time."""
    logits = [chance.gauss(4 if answerable else -4, 3), *(chance.gauss(-5, 2) for _ in range(4))]
    readings = tuple(reading(number, logit) for number, logit in enumerate(logits, start=1))
    right = (answerable, False, False, False, False)
    return Example(set_name, answerable, readings, right)


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    chance = random.Random(7)
    return [example(chance, name, answerable=kind) for name in ("a", "b") for kind in (True, False) for _ in range(60)]


def test_what_was_fitted_tells_answers_from_none_and_puts_the_right_one_first(examples: list[Example]) -> None:
    calibration = fit(examples, refused=0.05, unsure=0.2)
    answerable = [one for one in examples if one.answerable]
    assert sum(one.right[first_of(one, calibration)] for one in answerable) / len(answerable) > 0.9
    chances = {
        kind: [
            calibration.chance(answerability(one.readings[first_of(one, calibration)], one.readings))
            for one in examples
            if one.answerable is kind
        ]
        for kind in (True, False)
    }
    assert sum(chances[True]) / len(chances[True]) > sum(chances[False]) / len(chances[False]) + 0.4
    verdicts = [calibration.verdict(one) for one in chances[True]]
    assert verdicts.count(Verdict.NOT_IN_ARCHIVE) / len(verdicts) == pytest.approx(0.05, abs=0.02)
    assert 1 - verdicts.count(Verdict.ANSWERED) / len(verdicts) == pytest.approx(0.2, abs=0.02)


def test_the_same_examples_give_the_same_weights(examples: list[Example]) -> None:
    assert fit(examples, refused=0.05, unsure=0.2) == fit(examples, refused=0.05, unsure=0.2)


def test_a_set_counts_the_same_however_many_questions_it_has(examples: list[Example]) -> None:
    twice = examples + [one for one in examples if one.set_name == "b"]
    once, doubled = fit(examples, refused=0.05, unsure=0.2), fit(twice, refused=0.05, unsure=0.2)
    # More questions weigh more against the prior, and that is all.
    assert once.weights["passage"] == pytest.approx(doubled.weights["passage"], rel=0.3)


def test_both_kinds_of_question_are_needed(examples: list[Example]) -> None:
    with pytest.raises(ValueError, match="with and without an answer"):
        fit([one for one in examples if one.answerable], refused=0.05, unsure=0.2)


def test_an_archive_that_lacks_the_answer_can_be_made_of_one_that_has_it(examples: list[Example]) -> None:
    made = examples[0].without_right_documents()
    assert made is not None
    assert not made.answerable
    assert len(made.readings) == 4
    assert replace(examples[0], right=(True,) * 5).without_right_documents() is None


def test_the_chance_sees_the_best_of_everything_that_was_found() -> None:
    first, other = reading(1, 1.0, cosine=0.4), replace(reading(2, 3.0, cosine=0.6), match=1.5)
    alone, among = answerability(first, [first]), answerability(first, [first, other])
    assert (alone["passage"], alone["cosine"]) == (1.0, 0.4)
    assert (among["passage"], among["cosine"]) == (3.0, 0.6)
    assert among["match"] == 1.5
    assert among["best"] == alone["best"]


def test_what_no_model_was_asked_about_weighs_nothing(examples: list[Example]) -> None:
    assert all(one.match is None for example in examples for one in example.readings)
    assert fit(examples, refused=0.05, unsure=0.2).weights["match"] == 0
